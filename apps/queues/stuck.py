"""What has stopped halfway: the end of a contact, a wait, a part or a leg that never came (cxengage 7.4, 9.2).

Each finding is one query over the tenant's live contacts, or over what was changed lately. Nothing is found in a
workbin (core-model 3) and no draft; how long is too long are the tenant's settings, in seconds, and nothing switches a
finding off. A contact's silence runs from the last time that anything was written of it, by our clock: what a
telephone system tells of the past is news.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.db.models import Case, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest

from apps.agents.models import Channel
from apps.engagements.flags import Flag
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.queues.models import EntryType, OfferState, QueueEntry, Segment, SegmentCause, WorkOffer
from apps.tenants.models import Tenant

Found = QuerySet[EngagementInteraction]

# What somebody waits for at the other end. Mail and written work may lie for days without anything being wrong.
_TALKED = (Channel.VOICE, Channel.VIDEO, Channel.CHAT, Channel.IN_PERSON)
_WRITTEN = (Channel.EMAIL, Channel.WORK_ITEM)
_LATELY = timedelta(minutes=15)  # how long the sweeper may have been away without missing what was left open


def unheard_of(tenant: Tenant, now: datetime) -> Iterator[tuple[Flag, Found]]:
    """Live contacts that are not flagged yet, by what of them has no end."""
    alive = _alive().filter(flag_type=None)
    here = {name: Exists(rows) for name, rows in _open().items()}
    lost = Exists(_open()["parts"].filter(session__ended_at__isnull=False))
    yield (
        Flag.STUCK,
        alive.filter(
            Q(_silent(tenant.stuck_in_flow_after_s, now), stage=Stage.FLOW)
            | Q(~here["stays"], stage=Stage.QUEUED)
            | Q(~here["working"], stage=Stage.HANDLED)
            | Q(~here["parts"], stage=Stage.WRAP_UP)
        ),
    )
    waiting = alive.filter(_silent(tenant.stuck_in_queue_after_s, now), stage=Stage.QUEUED)
    yield Flag.QUEUE, waiting.exclude(Exists(_open()["stays"].filter(ready_at__isnull=False)))
    working = alive.filter(stage__in=[Stage.HANDLED, Stage.WRAP_UP])
    yield Flag.AGENT, working.filter(_silent(tenant.stuck_with_agent_after_s, now) | Q(lost))
    if (seconds := tenant.stuck_with_agent_after_s) is not None:
        idle = _open()["legs"].filter(
            ~Exists(WorkOffer.objects.filter(segment=OuterRef("pk")).exclude(state=OfferState.ENDED)),
            ~Exists(QueueEntry.objects.filter(segment=OuterRef("pk"), left_at=None)),
            started_at__lt=now - timedelta(seconds=seconds),
        )
        yield Flag.SEGMENT, working.filter(Exists(idle), channel__in=_TALKED, stage=Stage.HANDLED)


def left_open(now: datetime) -> Iterator[tuple[Flag, Found]]:
    """Contacts that are over and still have something open, of those that were changed lately."""
    over = EngagementInteraction.objects.filter(stage=Stage.ENDED, system_modstamp__gte=now - _LATELY)
    rows = _open()
    for flag, name in ((Flag.AGENT, "parts"), (Flag.QUEUE, "stays"), (Flag.SEGMENT, "legs")):
        yield flag, over.filter(Exists(rows[name]))


def too_long(tenant: Tenant, now: datetime) -> Found:
    """Live contacts that have reached their longest life (X-52). Time in a workbin, or until a callback, is no life."""
    alive = _alive().annotate(lived=Value(now) - _begun() - Coalesce(_parked(), timedelta()))
    written = _older(Q(channel__in=_WRITTEN), tenant.longest_written_life_s, now)
    others = _older(~Q(channel__in=_WRITTEN), tenant.longest_life_s, now)
    put_off = Exists(_open()["stays"].filter(entry_type=EntryType.CALLBACK))
    return alive.filter(written | others).exclude(put_off)


def sent_round(tenant: Tenant) -> Found:
    """Contacts that wait after having been sent on more often than the counter allows (X-52)."""
    most = tenant.most_flow_steps
    if most is None:
        return EngagementInteraction.objects.none()
    stays = QueueEntry.objects.filter(interaction=OuterRef("pk")).order_by("entered_at")
    return _alive().filter(Exists(stays[most : most + 1]), stage=Stage.QUEUED)


def _alive() -> Found:
    return EngagementInteraction.objects.live().filter(is_draft=False).exclude(stage=Stage.PARKED)


def _open() -> Mapping[str, QuerySet]:  # type: ignore[type-arg]
    """What of the outer contact has no end yet."""
    parts = WorkOffer.objects.filter(interaction=OuterRef("pk")).exclude(state=OfferState.ENDED)
    return {
        "parts": parts,
        "working": parts.filter(state=OfferState.WORKING),
        "stays": QueueEntry.objects.filter(interaction=OuterRef("pk"), left_at=None),
        "legs": Segment.objects.filter(interaction=OuterRef("pk"), ended_at=None),
    }


def _silent(seconds: int | None, now: datetime) -> Q:
    if seconds is None:
        return Q(pk__in=[])
    since = now - timedelta(seconds=seconds)
    heard = Event.objects.filter(interaction_id=OuterRef("pk"), at__gte=since)  # a line of a chat changes no contact
    return Q(~Exists(heard), channel__in=_TALKED, system_modstamp__lt=since, stage_since__lt=since)


def _older(which: Q, seconds: int | None, now: datetime) -> Q:
    if seconds is None:
        return Q(pk__in=[])
    life = timedelta(seconds=seconds)
    return which & Q(opened_at__lt=now - life, created_date__lt=now - life, lived__gt=life)


def _begun() -> Greatest:
    """By our clock; a callback begins when it is first offered."""
    stays = QueueEntry.objects.filter(interaction=OuterRef("pk"), entry_type=EntryType.CALLBACK)
    offers = WorkOffer.objects.filter(interaction=OuterRef("pk")).order_by().values("interaction")
    first = Subquery(offers.annotate(first=Min("offered_at")).values("first"))
    return Greatest("opened_at", "created_date", Case(When(Exists(stays), then=first)))


def _parked() -> Subquery:
    """How long it lay in workbins: from the end of a leg until it was fetched."""
    before = Segment.objects.filter(interaction=OuterRef("interaction"), number__lt=OuterRef("number"))
    ended = before.order_by().values("interaction").annotate(last=Max("ended_at")).values("last")
    fetched = Segment.objects.filter(interaction=OuterRef("pk"), cause=SegmentCause.PULL).order_by()
    total = fetched.annotate(since=Subquery(ended)).values("interaction")
    return Subquery(total.annotate(parked=Sum(F("started_at") - F("since"))).values("parked"))
