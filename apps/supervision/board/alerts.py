"""What calls for somebody: a service level below its limit, a wait above it, a contact that is stuck."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from apps.agents.models import AgentSession
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.queues.models import Queue, QueueEntry
from apps.reporting.statistics.contacts import last_queue
from apps.supervision.board.asked import Asked
from apps.supervision.board.customers import names_for
from apps.supervision.board.figures import Moment
from apps.supervision.board.limits import BAD, WARN, Limits
from apps.supervision.board.queues import QueueRow
from apps.supervision.board.seen import contacts_of

MOST = 10  # of one kind
_PASSING = (Stage.FLOW, Stage.WRAP_UP)


@dataclass(frozen=True)
class Alert:
    """`key` stays the same as long as it is about the same; `since` counts on between the two texts."""

    key: str
    level: str
    word: str
    about: str
    text: str
    since: datetime | None = None
    contact: EngagementInteraction | None = None
    queue: Queue | None = None


def alerts(asked: Asked, moment: Moment, limits: Limits, rows: Sequence[QueueRow]) -> list[Alert]:
    """Three queries."""
    return [*_levels(rows), *_waits(asked, rows), *_stuck(asked, moment, limits)]


def _levels(rows: Sequence[QueueRow]) -> list[Alert]:
    return [
        Alert(
            f"level-{row.queue.pk}",
            BAD,
            gettext("Breach"),
            gettext("⁨{name}⁩: service level {text}").format(name=row.queue.name, text=row["service"].text),
            row["service"].level.says,
            queue=row.queue,
        )
        for row in rows
        if row["service"].level.level == BAD
    ][:MOST]


def _waits(asked: Asked, rows: Sequence[QueueRow]) -> list[Alert]:
    late = {row.queue.pk: row for row in rows if row["longest"].level.level == BAD}
    stays = QueueEntry.objects.filter(queue__in=late, left_at=None, interaction__deleted_at=None)
    first = list(
        stays.filter(asked.of_contacts)
        .order_by("queue_id", "entered_at", "pk")
        .distinct("queue_id")
        .select_related("interaction")[:MOST]
    )
    names = names_for(stay.interaction for stay in first)
    return [
        Alert(
            f"wait-{stay.queue_id}",
            BAD,
            gettext("Breach"),
            gettext("⁨{names}⁩ has waited").format(names=names[stay.interaction_id]),
            gettext("in ⁨{name}⁩, {says}").format(
                name=late[stay.queue_id or 0].queue.name, says=late[stay.queue_id or 0]["longest"].level.says
            ),
            stay.entered_at,
            stay.interaction,
            late[stay.queue_id or 0].queue,
        )
        for stay in first
    ]


def _stuck(asked: Asked, moment: Moment, limits: Limits) -> list[Alert]:
    """In the flow or in wrap-up for too long, or handled by somebody who is not there."""
    there = AgentSession.objects.filter(agent=OuterRef("handler"), ended_at=None, lease_until__gte=moment.at)
    too_long = Q(stage__in=_PASSING, stage_since__lt=moment.at - limits.stuck)
    nobody = Q(stage=Stage.HANDLED) & ~Exists(there)
    found = _contacts(asked).filter(too_long | nobody)
    return [
        Alert(
            f"stuck-{one.pk}",
            WARN,
            gettext("Stuck"),
            gettext("{name} {place} for").format(name=one.name, place=_place(one)),
            _who(one),
            one.stage_since,
            one,
        )
        for one in found.select_related("handler__user").order_by("stage_since", "pk")[:MOST]
    ]


def due(asked: Asked, moment: Moment, limits: Limits) -> datetime | None:
    """When the next contact will be stuck, if nothing happens: nothing else would tell the page."""
    passing = _contacts(asked).filter(stage__in=_PASSING, stage_since__gte=moment.at - limits.stuck)
    since = passing.order_by().aggregate(Min("stage_since"))["stage_since__min"]
    return since + limits.stuck if since else None


def _contacts(asked: Asked) -> "QuerySet[EngagementInteraction]":
    """Of a queue: those that waited there last, whoever has them. Of a team or a skill: those of its people, and what
    nobody has of its queues."""
    found = contacts_of(asked.user).filter(is_draft=False)
    if asked.queue or asked.team or asked.skill:
        of_these = Q(in_queue__in=asked.queue_keys)
        if not asked.queue:
            of_these = Q(handler__in=asked.people) | of_these & Q(handler=None)
        found = found.alias(in_queue=last_queue()).filter(of_these)
    found = found.filter(handler__in=asked.people) if asked.name else found
    found = found.filter(channel=asked.channel) if asked.channel else found
    return found.filter(direction=asked.direction) if asked.direction else found


def _place(one: EngagementInteraction) -> str:
    places = {Stage.FLOW: gettext("in the flow"), Stage.WRAP_UP: gettext("in wrap-up")}
    return places.get(Stage(one.stage), gettext("in conversation"))


def _who(one: EngagementInteraction) -> str:
    if one.handler is None:
        return gettext("with nobody")
    return (
        gettext("{handler} has gone without completing it").format(handler=one.handler)
        if one.stage == Stage.HANDLED
        else gettext("with {handler}").format(handler=one.handler)
    )
