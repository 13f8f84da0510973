"""What an agent writes to the customer: lines of a chat, answers by mail."""

import re
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext

from apps.accounts.hiding import is_masked, restored
from apps.agent_desktop.acts.base import Refused, refusals
from apps.agents.models import Agent
from apps.common.errors import AlreadyDone, Invalid, NotFound
from apps.common.words import figure
from apps.engagements.models import EngagementInteraction
from apps.engagements.models.mail import LARGEST_ATTACHMENT, LARGEST_MESSAGE, MOST_ATTACHMENTS
from apps.messaging import operations
from apps.messaging.operations.chatting import LONGEST_LINE
from apps.messaging.writing import Writing


def say(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    """A line of a chat: to everybody, or with `to_agents` to the colleagues alone."""
    text = given.get("text", "").replace("\r\n", "\n").strip()
    if not text:
        raise Refused("write", given, {"text": gettext("Write something first.")})
    if len(text) > LONGEST_LINE:
        says = gettext("A message has at most {LONGEST_LINE} characters.").format(LONGEST_LINE=figure(LONGEST_LINE))
        raise Refused("write", given, {"text": says})
    with refusals("write", given):
        operations.say(interaction, text, by=by, to_agents=bool(given.get("to_agents")))


def reply(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> EngagementInteraction:
    """An answer is begun; it opens."""
    return operations.reply(interaction, by=by)


def reply_all(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> EngagementInteraction:
    return operations.reply(interaction, by=by, to_all=True)


def forward(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> EngagementInteraction:
    return operations.forward(interaction, by=by)


def save_mail(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    with refusals("compose", given):
        operations.save(interaction, _writing(interaction, given), by=by)


def send_mail(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    with refusals("compose", given):
        operations.send(interaction, by=by, writing=_writing(interaction, given))


def add_files(
    interaction: EngagementInteraction, by: Agent, given: QueryDict, files: Sequence["UploadedFile[Any]"]
) -> None:
    """All or none of them go along with the message."""
    if not files:
        raise Refused("files", given, {"attachment": gettext("Choose a file first.")})
    if too_large := next((each for each in files if (each.size or 0) > LARGEST_ATTACHMENT), None):
        problem = gettext("%(name)s is too large. A file may have %(most)s.")
        told = {"name": too_large.name, "most": filesizeformat(LARGEST_ATTACHMENT)}
        raise Refused("files", given, {"attachment": problem % told})
    try:
        for each in files:
            kind = each.content_type or ""
            operations.add_attachment(interaction, name=each.name or "", content_type=kind, content=each.read(), by=by)
    except Invalid as error:
        problem = gettext(
            "That is too much. A message may have %(count)s files, and %(most)s in all. None was attached."
        )
        most = {"count": MOST_ATTACHMENTS, "most": filesizeformat(LARGEST_MESSAGE)}
        raise Refused("files", given, {"attachment": problem % most}) from error


def drop_file(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    """A file goes along no more; done already, if it is gone."""
    try:
        operations.remove_attachment(interaction, given.get("file", ""), by=by)
    except NotFound as error:
        raise AlreadyDone(gettext("it is gone already")) from error


def drop_mail(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    """The draft is given up; what it would have answered goes on."""
    operations.cancel(interaction, by=by)


def _writing(interaction: EngagementInteraction, given: QueryDict) -> Writing:
    """Who sees numbers in part does not change those that the draft quotes."""
    subject, text = given.get("subject", ""), given.get("text", "").replace("\r\n", "\n")
    if is_masked(f"{subject}{text}".encode()) and (kept := interaction.mail.first()):
        subject, text = restored(subject, kept.subject), restored(text, kept.text)
    return Writing(
        to=_addresses(given.get("to", "")),
        cc=_addresses(given.get("cc", "")),
        subject=subject,
        text=text,
    )


def _addresses(text: str) -> list[str]:
    return [each for each in re.split(r"[,;\s]+", text) if each]
