"""Mail goes out: an agent hands a draft over, and the worker delivers it.

Handing over is one transaction that writes the outbox: what is committed is delivered, what is not never was sent. The
worker claims a message before it sends it and notes the outcome after; dying between the two, it sends again once the
claim is over, under the same Message-ID, by which receivers know it as the same.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.translation import gettext

from apps.agents.models import Agent
from apps.common import clock
from apps.common.errors import FieldProblem, Invalid, Problem
from apps.engagements.models import Delivery, EngagementInteraction, MailAttachment, MailMessage
from apps.messaging.operations.composing import composing, write
from apps.messaging.writing import Writing
from apps.queues.models import WorkOffer
from apps.queues.operations import endings
from apps.queues.operations.live import Live
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from apps.tenants.selecting import Select

log = logging.getLogger(__name__)

_BATCH = 20
_CLAIM = timedelta(minutes=10)  # longer than any delivery takes
_PAUSES = [timedelta(seconds=each) for each in (30, 120, 600, 1800)]  # after each failure; then the last, again
_GIVE_UP = timedelta(hours=24)
_REFUSED_FOR_GOOD = range(500, 600)


@transaction.atomic
def send(
    draft: EngagementInteraction, *, by: Agent, writing: Writing | None = None, at: datetime | None = None
) -> EngagementInteraction:
    """Hand a draft over to be delivered: it ends, without wrap-up. Publishes `draft.sent`.

    Raises Invalid without anybody to send it to, NotAllowed unless the agent composes it: a second time, for one.
    """
    live, message = composing(draft, by=by, at=at)
    write(live, message, writing or Writing())
    if not (message.to or message.cc or message.bcc):
        raise Invalid(FieldProblem(Problem.REQUIRED, ["to"], gettext("to is missing: say whom to send it to")))
    message.delivery, message.due_at = Delivery.WAITING, live.at
    message.save()
    mine = live.own_work()
    endings.leave(live, mine, wrap_up=False)
    live.interaction.is_draft = False
    endings.settle(live)
    return live.finish("draft.sent", concerning=by)


def mark_bounced(message: MailMessage, why: str, *, at: datetime) -> None:
    """A mail server further on could not deliver what ours had taken. Publishes `mail.failed`, once.

    Within a transaction of its caller. Nothing happens to what was not sent from here.
    """
    found = MailMessage.objects.locked().select_related("interaction").filter(pk=message.pk, delivery=Delivery.SENT)
    if sent := found.first():
        sent.delivery, sent.error = Delivery.FAILED, why
        sent.save()
        _tell(sent, at)


def deliver_mail(tenant: Tenant) -> int:
    """Deliver what is due. Returns how many went out. For the worker; several may run."""
    with scope(tenant):
        claimed = _claim()
    if not claimed:
        return 0
    connection = get_connection()
    sent = 0
    for key in claimed:
        with scope(tenant):
            message = MailMessage.objects.get(pk=key)
            prepared = _prepared(message, connection)
        problem = _attempt(prepared)
        with scope(tenant):
            _note(key, problem)
        sent += problem is None
    return sent


_DUE = Select(
    lambda at: (
        MailMessage.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        .filter(delivery=Delivery.WAITING, due_at__lte=at)
        .order_by("due_at")[:_BATCH]
    ),
    times=["at"],
)


def _claim() -> list[int]:
    now = clock.now()
    rows = _DUE(at=now)
    for row in rows:
        row.due_at, row.attempts = now + _CLAIM, row.attempts + 1
    MailMessage.objects.bulk_update(rows, ["due_at", "attempts"])
    return [row.pk for row in rows]


def _prepared(message: MailMessage, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    headers = {"Message-ID": message.message_id}
    if message.in_reply_to:
        headers |= {"In-Reply-To": message.in_reply_to, "References": " ".join(message.references)}
    made = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        from_email=message.sender,
        to=message.to,
        cc=message.cc,
        bcc=message.bcc,
        connection=connection,
        headers=headers,
    )
    if message.html:
        made.attach_alternative(message.html, "text/html")
    for each in MailAttachment.objects.filter(message=message):
        made.attach(each.name, bytes(each.content), each.content_type)
    return made


class _Problem:
    def __init__(self, error: Exception) -> None:
        self.text = f"{type(error).__name__}: {error}".replace("\x00", "")[:500]
        self.is_final = _is_final(error)


def _is_final(error: Exception) -> bool:
    """Whether trying again cannot help: every recipient refused for good, or the message cannot be built."""
    if isinstance(error, SMTPRecipientsRefused):
        codes: Sequence[int] = [code for code, _ in error.recipients.values()]
        return bool(codes) and all(code in _REFUSED_FOR_GOOD for code in codes)
    if isinstance(error, SMTPResponseException):
        return error.smtp_code in _REFUSED_FOR_GOOD
    return isinstance(error, ValueError)


def _attempt(prepared: EmailMultiAlternatives) -> _Problem | None:
    try:
        prepared.send()
    except Exception as error:
        log.warning("mail %s was not delivered: %s", prepared.extra_headers["Message-ID"], error)
        return _Problem(error)
    return None


def _note(key: int, problem: _Problem | None) -> None:
    message = MailMessage.objects.locked().select_related("interaction").get(pk=key)
    if message.delivery != Delivery.WAITING:
        return
    now = clock.now()
    message.due_at, message.error = None, problem.text if problem else ""
    if problem is None:
        message.delivery, message.sent_at = Delivery.SENT, now
    elif problem.is_final or now - message.created_at > _GIVE_UP + _CLAIM:
        message.delivery = Delivery.FAILED
    else:
        message.due_at = now + _PAUSES[min(message.attempts, len(_PAUSES)) - 1]
    message.save()
    if message.delivery != Delivery.WAITING:
        _tell(message, now)


def _tell(message: MailMessage, now: datetime) -> None:
    """The agent who sent it hears how it went."""
    parts = WorkOffer.objects.select_related("agent__user", "queue_entry__queue", "segment")
    mine = parts.filter(interaction=message.interaction, agent__user=message.written_by_id).order_by("-offered_at")
    live = Live(message.interaction, now, None, offers=list(mine[:1]))
    name = "mail.delivered" if message.delivery == Delivery.SENT else "mail.failed"
    live.tell(name, live.offers, {"message_id": message.message_id, "error": message.error})
