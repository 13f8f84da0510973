"""Lists of contacts: who waits, who talks, who is in the flow, who is done (cxengage 10.4)."""

from datetime import datetime
from typing import Any

from django.db.models import F, Min, OuterRef, Prefetch, QuerySet, Subquery

from apps.accounts.models import User
from apps.common import clock
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction, Hook
from apps.engagements.models.marks import ATTRIBUTE
from apps.facades.cxengage.payloads.formats import CHANNEL_TYPES, DIRECTIONS, Row, agent_id, moment
from apps.queues.models import OfferState, QueueEntry, WorkOffer
from apps.reporting.statistics.asking import Where
from apps.reporting.windows import today

MOST_ROWS = 1000  # newest first

Contacts = QuerySet[EngagementInteraction]


def waiting(where: Where, by: User) -> Row:
    stays = QueueEntry.objects.filter(interaction=OuterRef("pk"), left_at=None, queue__isnull=False)
    entered = stays.order_by("entered_at").values("entered_at")[:1]
    live = EngagementInteraction.objects.visible_to(by).live().filter(pk__in=_open_stays(where).values("interaction"))
    return _listed(live.annotate(since=Subquery(entered)), where)


def _open_stays(where: Where) -> "QuerySet[QueueEntry]":
    stays = QueueEntry.objects.filter(left_at=None, queue__isnull=False)
    return stays.filter(queue__in=where.queues) if where.queues is not None else stays


def talking(where: Where, by: User) -> Row:
    talks = WorkOffer.objects.filter(state=OfferState.WORKING, talk_started_at__isnull=False)
    talks = talks.filter(agent__in=where.agents) if where.agents is not None else talks
    talks = talks.filter(queue_entry__queue__in=where.queues) if where.queues is not None else talks
    own = (
        talks.filter(interaction=OuterRef("pk")).order_by().values("interaction").annotate(since=Min("talk_started_at"))
    )
    live = EngagementInteraction.objects.visible_to(by).live().filter(pk__in=talks.values("interaction"))
    return _listed(live.annotate(since=Subquery(own.values("since"))), where)


def in_flow(where: Where, by: User) -> Row:
    live = EngagementInteraction.objects.visible_to(by).live()
    return _listed(live.filter(stage=Stage.FLOW).annotate(since=F("opened_at")), where)


def completed(where: Where, by: User) -> Row:
    """Those that were over today."""
    window = today()
    ended = EngagementInteraction.objects.visible_to(by)
    ended = ended.filter(closed_at__gte=window.start, closed_at__lt=window.end)
    if where.queues is not None:
        ended = ended.filter(queue_entries__queue__in=where.queues).distinct()
    if where.agents is not None:
        ended = ended.filter(offers__agent__in=where.agents, offers__talk_started_at__isnull=False).distinct()
    return _listed(ended.annotate(since=F("opened_at")), where)


def _listed(contacts: Contacts, where: Where) -> Row:
    if where.channels is not None:
        contacts = contacts.filter(channel__in=where.channels)
    if where.directions is not None:
        contacts = contacts.filter(direction__in=where.directions)
    parts = WorkOffer.objects.select_related("agent__user").exclude(talk_started_at=None).order_by("offered_at", "pk")
    stays = QueueEntry.objects.select_related("queue").exclude(queue=None).order_by("entered_at", "pk")
    found = contacts.select_related("flow").prefetch_related(
        Prefetch("offers", parts, "talks"),
        Prefetch("queue_entries", stays, "stays"),
        Prefetch("hooks", Hook.objects.filter(type=ATTRIBUTE), "attributes"),
    )
    now = clock.now()
    return {"interactions": [_row(each, now) for each in found.order_by("-opened_at", "-pk")[:MOST_ROWS]]}


def _row(contact: Any, now: datetime) -> Row:
    first_talk = contact.talks[0] if contact.talks else None
    entry = contact.stays[-1] if contact.stays else None
    ended = contact.closed_at or now
    return {
        "interactionId": str(contact.uuid),
        "flowName": contact.flow.name if contact.flow else None,
        "queueName": entry.queue.name if entry else None,
        "channelType": CHANNEL_TYPES[contact.channel],
        "direction": DIRECTIONS[contact.direction],
        "customer": contact.customer or None,
        "contactPoint": contact.contact_point or None,
        "startTimestamp": moment(contact.opened_at),
        "currentStateDuration": None if contact.closed_at else _milliseconds(contact.since, now),
        "avgTimeToAnswer": _milliseconds(entry.entered_at, first_talk.talk_started_at)
        if entry and first_talk
        else None,
        "conversationStartTimestamp": moment(first_talk.talk_started_at) if first_talk else None,
        "agents": [{"agentId": agent_id(each.agent), "agentName": each.agent.user.name} for each in contact.talks],
        "interactionDuration": _milliseconds(contact.opened_at, ended),
        "customAttributes": {each.name: each.record_id for each in contact.attributes},
    }


def _milliseconds(start: datetime | None, end: datetime) -> int | None:
    return None if start is None else max(0, round((end - start).total_seconds() * 1000))
