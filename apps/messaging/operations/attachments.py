"""Files that go along with a message."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext

from apps.agents.models import Agent
from apps.common.errors import FieldProblem, Invalid, NotFound, Problem
from apps.engagements.models import EngagementInteraction, MailAttachment, MailMessage
from apps.engagements.models.mail import LARGEST_ATTACHMENT, LARGEST_MESSAGE, MOST_ATTACHMENTS
from apps.messaging import filenames
from apps.messaging.operations.composing import composing


@transaction.atomic
def add_attachment(
    draft: EngagementInteraction,
    *,
    name: str,
    content_type: str,
    content: bytes,
    by: Agent,
    at: datetime | None = None,
) -> MailAttachment:
    """Attach a file to a draft. Publishes `mail.attachment_added`.

    Raises Invalid for what is too large, NotAllowed unless the agent composes the draft.
    """
    live, message = composing(draft, by=by, at=at)
    _require_room(message, len(content))
    made = MailAttachment.objects.create(
        message=message,
        name=filenames.safe(name),
        content_type=filenames.content_type(content_type),
        size=len(content),
        content=content,
    )
    live.changes["attachment"] = {"id": str(made.uuid), "name": made.name}
    live.finish("mail.attachment_added", concerning=by)
    return made


@transaction.atomic
def remove_attachment(
    draft: EngagementInteraction, uuid: str, *, by: Agent, at: datetime | None = None
) -> EngagementInteraction:
    """Take a file off a draft. Publishes `mail.attachment_removed`; NotFound if it has no such file."""
    live, message = composing(draft, by=by, at=at)
    found = find(message, uuid)
    live.changes["attachment"] = {"id": str(found.uuid), "name": found.name}
    found.delete()
    return live.finish("mail.attachment_removed", concerning=by)


def find(message: MailMessage, uuid: str) -> MailAttachment:
    """Without its content. Raises NotFound."""
    for each in MailAttachment.objects.defer("content").filter(message=message):
        if str(each.uuid) == uuid.lower():
            return each
    raise NotFound(gettext("no such attachment"))


def copy(original: MailMessage, message: MailMessage) -> None:
    """The same files once more, of another message."""
    for each in MailAttachment.objects.filter(message=original).iterator(chunk_size=1):
        MailAttachment.objects.create(
            message=message, name=each.name, content_type=each.content_type, size=each.size, content=each.content
        )


def _require_room(message: MailMessage, size: int) -> None:
    present = MailAttachment.objects.filter(message=message)
    if size > LARGEST_ATTACHMENT or (present.aggregate(all=Sum("size"))["all"] or 0) + size > LARGEST_MESSAGE:
        raise Invalid(
            FieldProblem(
                Problem.TOO_LONG,
                ["attachment"],
                gettext("an attachment may have {LARGEST_ATTACHMENT} bytes, all of a message {LARGEST_MESSAGE}").format(
                    LARGEST_ATTACHMENT=LARGEST_ATTACHMENT, LARGEST_MESSAGE=LARGEST_MESSAGE
                ),
            )
        )
    if present.count() >= MOST_ATTACHMENTS:
        raise Invalid(
            FieldProblem(
                Problem.OUT_OF_RANGE,
                ["attachment"],
                gettext("at most {MOST_ATTACHMENTS} attachments").format(MOST_ATTACHMENTS=MOST_ATTACHMENTS),
            )
        )
