"""Answers and new mail are begun, written, and given up (genesys 6, 11)."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import make_msgid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from apps.agents.models import Agent, Channel
from apps.attendees.models import EngagementAttendee
from apps.common import clock
from apps.common.errors import FieldProblem, Invalid, NotAllowed, Problem
from apps.common.storable import unstorable
from apps.engagements.models import Delivery, EngagementInteraction, MailDirection, MailMessage
from apps.messaging import addresses
from apps.messaging.operations import attachments
from apps.messaging.operations.composing import composing, write
from apps.messaging.quoting import Quote, prefixed
from apps.messaging.writing import Writing
from apps.queues.operations import endings
from apps.queues.operations.live import lock
from apps.queues.operations.outbound import begin_outbound

_MOST_REFERENCES = 50


@transaction.atomic
def reply(
    interaction: EngagementInteraction,
    *,
    by: Agent,
    to_all: bool = False,
    writing: Writing | None = None,
    quote: Quote | None = None,
    user_data: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> EngagementInteraction:
    """Begin an answer: an interaction of its own, which the same agent composes. Publishes `draft.started`.

    Raises NotAllowed unless the agent works on a message that can be answered.
    """
    original = _answered(interaction, by, at)
    ours = {each.lower() for each in [*addresses.own(), interaction.contact_point or ""]}
    to = _writers(original)
    others = [each for each in [*original.to, *original.cc] if each.lower() not in ours and each not in to]
    return _begin(
        by=by,
        parent=interaction,
        original=original,
        to=to,
        cc=others if to_all and original.direction == MailDirection.INBOUND else [],
        subject=prefixed(quote.prefix if quote else "Re: ", original.subject),
        text=quote.of(original) if quote else "",
        writing=writing,
        user_data=user_data,
        at=at,
    )


@transaction.atomic
def forward(
    interaction: EngagementInteraction,
    *,
    by: Agent,
    writing: Writing | None = None,
    user_data: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> EngagementInteraction:
    """As `reply`, to somebody else, with what was written and attached."""
    original = _answered(interaction, by, at)
    return _begin(
        by=by,
        parent=interaction,
        original=original,
        to=[],
        cc=[],
        subject=prefixed("Fwd: ", original.subject),
        text=Quote(indent="").of(original),
        writing=writing,
        user_data=user_data,
        at=at,
        enclose=True,
    )


def compose(
    *,
    by: Agent,
    writing: Writing,
    user_data: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> EngagementInteraction:
    """Begin a message that answers nothing. Publishes `draft.started`. `values`: further columns of the contact."""
    with transaction.atomic():
        return _begin(
            by=by,
            parent=None,
            original=None,
            to=[],
            cc=[],
            subject="",
            text="",
            writing=writing,
            user_data=user_data,
            values=values or {},
            at=at,
        )


@transaction.atomic
def save(
    draft: EngagementInteraction, writing: Writing, *, by: Agent, at: datetime | None = None
) -> EngagementInteraction:
    """Write on. Publishes `draft.saved`; Invalid for what cannot be sent, NotAllowed unless the agent composes it."""
    live, message = composing(draft, by=by, at=at)
    write(live, message, writing)
    message.save()
    return live.finish("draft.saved", concerning=by)


@transaction.atomic
def cancel(draft: EngagementInteraction, *, by: Agent, at: datetime | None = None) -> EngagementInteraction:
    """Give the draft up: it ends, and is deleted. What it would have answered goes on. Publishes `draft.cancelled`."""
    live, _ = composing(draft, by=by, at=at)
    mine = live.own_work()
    endings.leave(live, mine, wrap_up=False)
    endings.settle(live)
    deleted = clock.now()
    live.interaction.deleted_at = deleted
    EngagementAttendee.objects.filter(engagement_id=live.interaction.pk).update(deleted_at=deleted)
    return live.finish("draft.cancelled", concerning=by)


def _answered(interaction: EngagementInteraction, by: Agent, at: datetime | None) -> MailMessage:
    live = lock(interaction, "reply", by=by, at=at)
    live.own_work()
    written = MailMessage.objects.filter(interaction=live.interaction).exclude(delivery=Delivery.DRAFT)
    original = written.order_by("-number").first()
    if original is None:
        raise NotAllowed(gettext("there is no message to answer"))
    return original


def _writers(original: MailMessage) -> list[str]:
    """Whom an answer goes to: who wrote it, or to whom we wrote."""
    if original.direction == MailDirection.OUTBOUND:
        return list(original.to)
    wanted = original.reply_to if addresses.is_address(original.reply_to) else original.sender
    return [wanted] if addresses.is_address(wanted) else []


def _begin(
    *,
    by: Agent,
    parent: EngagementInteraction | None,
    original: MailMessage | None,
    to: list[str],
    cc: list[str],
    subject: str,
    text: str,
    writing: Writing | None,
    user_data: Mapping[str, Any] | None,
    at: datetime | None,
    values: Mapping[str, Any] | None = None,
    enclose: bool = False,
) -> EngagementInteraction:
    if problem := unstorable(user_data or {}):
        raise Invalid(
            FieldProblem(Problem.MALFORMED, ["user_data"], gettext("user data: {problem}").format(problem=problem))
        )
    live = begin_outbound(
        channel=Channel.EMAIL,
        by=by,
        customer=None,
        identifier=None,
        parent=parent,
        subject=None,
        user_data=user_data,
        values={
            "is_draft": True,
            "initiating_attendee_id": parent.initiating_attendee_id if parent else None,
            **(values or {}),
        },
        talks=True,
        at=at,
    )
    sender = addresses.sender_of(parent.contact_point if parent else None)
    message = MailMessage(
        interaction=live.interaction,
        number=1,
        direction=MailDirection.OUTBOUND,
        delivery=Delivery.DRAFT,
        message_id=make_msgid(domain=sender.rpartition("@")[2] or "localhost"),
        sender=sender,
        to=to,
        cc=cc,
        subject=subject,
        text=text,
        written_by=by.user,
        created_at=live.at,
        **(_answers(original) if original else {}),
    )
    write(live, message, writing or Writing())
    message.save()
    if original and enclose:
        attachments.copy(original, message)
    return live.finish("draft.started", concerning=by)


def _answers(original: MailMessage) -> dict[str, Any]:
    return {
        "thread": original.thread,
        "in_reply_to": original.message_id,
        "references": [*original.references[1 - _MOST_REFERENCES :], original.message_id],
    }
