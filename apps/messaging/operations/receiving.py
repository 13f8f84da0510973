"""Mail comes in: it joins the conversation that it belongs to, or opens one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from uuid6 import uuid7

from apps.accounts.models import User
from apps.agents.models import Channel
from apps.common import clock
from apps.common.errors import NotAllowed, NotFound
from apps.engagements.lifecycle import LIVE
from apps.engagements.models import (
    Delivery,
    Direction,
    EngagementInteraction,
    MailAttachment,
    MailDirection,
    MailMessage,
)
from apps.messaging import addresses
from apps.messaging.operations.sending import mark_bounced
from apps.queues.operations.arrival import begin
from apps.queues.operations.entering import route_arrival
from apps.queues.operations.live import Live, lock
from apps.tenants import scope


@dataclass(frozen=True)
class Enclosed:
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Bounce:
    """What a mail server tells of the delivery of a message.

    `of` is that message's id, empty where the server does not say; `why` it failed, empty where it has not.
    """

    of: str
    why: str


@dataclass(frozen=True)
class Incoming:
    """One message as it was read: every text storable, every list and text as long as its column takes."""

    message_id: str
    sender: str
    sender_name: str = ""
    reply_to: str = ""
    to: Sequence[str] = ()
    cc: Sequence[str] = ()
    delivered_to: Sequence[str] = ()  # what our own mail server noted
    subject: str = ""
    text: str = ""
    html: str = ""
    in_reply_to: str = ""
    references: Sequence[str] = ()
    sent_at: datetime | None = None
    automatic: str = ""  # why it counts as written by a machine; empty: it does not
    bounce: Bounce | None = None
    enclosed: Sequence[Enclosed] = field(default=(), repr=False)


def receive(incoming: Incoming, *, by: User, at: datetime | None = None) -> MailMessage | None:
    """Store a message and route what it opens; None if it is known already (its Message-ID is).

    An open conversation takes it and publishes `mail.received`; what answers one that is over opens a new interaction
    whose parent that is, and everything else a new one: `engagement.opened`. A machine's answer opens nothing where
    there is a conversation, so that two machines cannot keep each other busy. What says that a message of ours was not
    delivered marks that as failed, too: `mail.failed`.
    """
    if MailMessage.objects.filter(message_id=incoming.message_id).exists():
        return None
    try:
        with transaction.atomic():
            return _receive(incoming, by, at or clock.now())
    except IntegrityError:
        if MailMessage.objects.filter(message_id=incoming.message_id).exists():
            return None  # another reader was quicker
        raise


def _receive(incoming: Incoming, by: User, at: datetime) -> MailMessage:
    answered = _answered(incoming)
    made = _placed(incoming, answered, by, at)
    if incoming.bounce and incoming.bounce.why and answered:
        mark_bounced(answered, incoming.bounce.why, at=at)
    return made


def _placed(incoming: Incoming, answered: MailMessage | None, by: User, at: datetime) -> MailMessage:
    if answered:
        running = _running(answered)
        if running and (joined := _join(running, incoming, answered, by, at)):
            return joined
        if incoming.automatic:
            live = Live(answered.interaction, at, by)
            return _added(live, incoming, answered)
    return _opened(incoming, answered, by, at)


def _answered(incoming: Incoming) -> MailMessage | None:
    """The message that it answers, or that it tells the delivery of: the nearest one known."""
    named = [incoming.bounce.of if incoming.bounce else "", incoming.in_reply_to, *reversed(incoming.references)]
    found = MailMessage.objects.select_related("interaction").filter(message_id__in=[each for each in named if each])
    known = {each.message_id: each for each in found.exclude(delivery=Delivery.DRAFT)}
    return next((known[each] for each in named if each in known), None)


def _running(answered: MailMessage) -> EngagementInteraction | None:
    """The newest open interaction of the conversation, drafts apart."""
    there = MailMessage.objects.filter(thread=answered.thread).values("interaction_id")
    live = EngagementInteraction.objects.filter(pk__in=there, stage__in=LIVE, is_draft=False)
    return live.order_by("-opened_at", "-id").first()


def _join(
    running: EngagementInteraction, incoming: Incoming, answered: MailMessage, by: User, at: datetime
) -> MailMessage | None:
    try:
        with transaction.atomic():
            live = lock(running, "receive_mail", by=by, at=at)
            return _added(live, incoming, answered)
    except (NotAllowed, NotFound):
        return None  # it ended this moment


def _added(live: Live, incoming: Incoming, answered: MailMessage) -> MailMessage:
    made = _store(live.interaction, incoming, answered.thread, live.at)
    live.changes["message_id"] = made.message_id
    live.finish("mail.received", save=False)
    return made


def _opened(incoming: Incoming, answered: MailMessage | None, by: User, at: datetime) -> MailMessage:
    live = begin(
        channel=Channel.EMAIL,
        by=by,
        direction=Direction.INBOUND,
        customer=incoming.sender[:255],
        contact_point=_reached(incoming),
        subject=incoming.subject or None,
        user_data={"AutoSubmitted": incoming.automatic} if incoming.automatic else None,
        values={"parent": answered.interaction if answered else None},
        at=at,
    )
    made = _store(live.interaction, incoming, answered.thread if answered else uuid7(), at)
    live.finish("engagement.opened", save=False)
    inputs = {"From": incoming.sender, "To": live.interaction.contact_point, "AutoSubmitted": incoming.automatic}
    route_arrival(live.interaction, by=by, otherwise=scope.tenant().default_queue, inputs=inputs, at=at)
    return made


def _reached(incoming: Incoming) -> str | None:
    """Which of our addresses it was sent to."""
    named = [*incoming.delivered_to, *incoming.to, *incoming.cc]
    ours = {each.lower() for each in addresses.own()}
    found = next((each for each in named if each.lower() in ours), named[0] if named else None)
    return found[:255] if found else None


def _store(interaction: Any, incoming: Incoming, thread: Any, at: datetime) -> MailMessage:
    last = MailMessage.objects.filter(interaction=interaction).aggregate(last=Max("number"))["last"] or 0
    made = MailMessage.objects.create(
        interaction=interaction,
        number=last + 1,
        direction=MailDirection.INBOUND,
        delivery=Delivery.RECEIVED,
        thread=thread,
        message_id=incoming.message_id,
        in_reply_to=incoming.in_reply_to,
        references=list(incoming.references),
        sender=incoming.sender,
        sender_name=incoming.sender_name,
        reply_to=incoming.reply_to,
        to=list(incoming.to),
        cc=list(incoming.cc),
        subject=incoming.subject,
        text=incoming.text,
        html=incoming.html,
        is_automatic=bool(incoming.automatic),
        created_at=at,
        sent_at=incoming.sent_at,
    )
    MailAttachment.objects.bulk_create(
        MailAttachment(
            message=made, name=each.name, content_type=each.content_type, size=len(each.content), content=each.content
        )
        for each in incoming.enclosed
    )
    return made
