"""Roll-ups follow what happens: the worker reads the ledger, marks the quarter hours that changed and rolls them anew.

An event says which contact changed, and the contact's journal says when it counts. A time that is corrected leaves
another quarter hour behind, which the journal no longer knows: a trigger of the corrected table marks that one.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Min

from apps.agents.models import AgentStateSpan
from apps.common import clock
from apps.engagements.models import EngagementInteraction
from apps.events import reader
from apps.reporting.models import Grain, Rollup, RollupMark, RollupState
from apps.reporting.rollups.rolling import roll, roll_days
from apps.reporting.windows import QUARTER, Window, day, quarter_of, quarters, zone
from apps.tenants import scope
from apps.tenants.models import Tenant

_EVENTS = 2_000  # read at once
_QUARTERS = 24  # rolled at once
_ROUNDS = 3  # of a visit, so that other duties have their turn
_SETTLED = timedelta(seconds=5)  # after a quarter hour's end it is rolled; what comes later is marked


def follow(tenant: Tenant) -> None:
    """Bring a tenant's roll-ups up to date. For the worker; several may try, one does it."""
    for _ in range(_ROUNDS):
        with scope.scope(tenant):
            if not _step(clock.now()):
                return


def mark(windows: Iterable[Window]) -> None:
    """These times are to be rolled up anew: for whoever writes a journal without publishing events, as an import."""
    RollupMark.objects.bulk_create(
        RollupMark(starts_at=quarter.start) for window in windows for quarter in quarters(window)
    )


def mark_contacts(contacts: Collection[int]) -> None:
    """The quarter hours that these contacts count in as they stand now are to be rolled up anew."""
    state = RollupState.objects.first()
    if state:
        _mark_contacts(set(contacts), state.until)


def first_moment() -> datetime | None:
    """When anything began."""
    contacts = EngagementInteraction.with_deleted.order_by("opened_at").values_list("opened_at", flat=True)
    spans = AgentStateSpan.objects.aggregate(first=Min("started_at"))["first"]
    return min((at for at in (contacts.first(), spans) if at), default=None)


def begin_at(start: datetime) -> RollupState:
    """The state of a tenant whose quarter hours from `start` on are to be rolled; locked."""
    place = reader.now()
    values = {"until": quarter_of(start), "xid": place.xid, "event": place.id, "time_zone": scope.tenant().time_zone}
    return RollupState.objects.update_or_create(defaults=values)[0]


def _step(now: datetime) -> bool:
    """One transaction's work. Whether there is more."""
    state = RollupState.objects.select_for_update(of=("self",), skip_locked=True).first()
    if state is None:
        if RollupState.objects.exists():
            return False  # somebody else is at it
        state = begin_at(first_moment() or now)
    if state.time_zone != scope.tenant().time_zone:
        cut_days_anew(state)
    more = _mark_changes(state)
    starts = marked(state.until)
    roll(starts, now)
    forward = advance(state, now)
    state.save()
    return more or forward or len(starts) == _QUARTERS


def marked(until: datetime) -> list[datetime]:
    """Some marked quarter hours, which are marked no more. Those that are not rolled up yet need no mark."""
    RollupMark.objects.filter(starts_at__gte=until).delete()
    marks = RollupMark.objects.order_by("starts_at").values_list("starts_at", flat=True).distinct()
    found = list(marks[:_QUARTERS])
    RollupMark.objects.filter(starts_at__in=found).delete()
    return found


def advance(state: RollupState, now: datetime) -> bool:
    """Roll the next quarter hours that are over. Whether there are more."""
    end = quarter_of(now - _SETTLED)
    upto = min(end, state.until + _QUARTERS * QUARTER)
    if upto > state.until:
        roll([quarter.start for quarter in quarters(Window(state.until, upto))], now)
        state.until = upto
    return upto < end


def cut_days_anew(state: RollupState) -> None:
    """The tenant's days begin elsewhere now."""
    state.time_zone = scope.tenant().time_zone
    Rollup.objects.filter(grain=Grain.DAY).delete()
    first = Rollup.objects.aggregate(first=Min("starts_at"))["first"]
    if first:
        at, days = first.astimezone(zone()).date(), []
        while day(at).end <= state.until:
            days.append(day(at))
            at += timedelta(days=1)
        roll_days(days)


def _mark_changes(state: RollupState) -> bool:
    """Mark what the events after the state's place touched. Whether there are more of them."""
    events, place = _events(reader.Position(state.xid, state.event))
    state.xid, state.event = place.xid, place.id
    _mark_contacts({contact for contact, _, _ in events if contact}, state.until)
    earliest = min((at for _, agent, at in events if agent), default=state.until)
    if earliest < state.until:  # an agent's state counts until the next
        mark([Window(earliest, state.until)])
    return len(events) == _EVENTS


def _events(after: reader.Position) -> tuple[list[tuple[int | None, int | None, datetime]], reader.Position]:
    """Contact, agent and time of what was published after that place, and the place behind it (see `reader`)."""
    watermark = reader.now()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select interaction_id, case when name like 'agent.%%' then agent_id end, at, xid::text, id from events_event
            where tenant_id = %s and (xid, id) > (%s::text::xid8, %s) and xid < %s::text::xid8
            order by events_event.xid, events_event.id limit %s
            """,
            [scope.tenant_id(), str(after.xid), after.id, str(watermark.xid), _EVENTS],
        )
        found = cursor.fetchall()
    last = reader.Position(int(found[-1][3]), found[-1][4]) if len(found) == _EVENTS else watermark
    return [row[:3] for row in found], max(after, last)


# An agent's part fills the time up to its end; everything else counts at instants.
_TOUCHED = """
with touched as (
    select unnest(array[opened_at, closed_at, customer_left_at]) as at
    from engagements_engagementinteraction where tenant_id = %(tenant)s and id = any(%(contacts)s)
    union all
    select unnest(array[entered_at, left_at])
    from queues_queueentry where tenant_id = %(tenant)s and interaction_id = any(%(contacts)s)
    union all
    select unnest(array[offered_at, answered_at, talk_started_at])
    from queues_workoffer where tenant_id = %(tenant)s and interaction_id = any(%(contacts)s)
    union all
    select generate_series(date_bin('15 minutes', offered_at, 'epoch'::timestamptz), ended_at, '15 minutes')
    from queues_workoffer where tenant_id = %(tenant)s and interaction_id = any(%(contacts)s) and ended_at is not null
    union all
    select ended_at from queues_hold where tenant_id = %(tenant)s and interaction_id = any(%(contacts)s)
)
insert into reporting_rollupmark (tenant_id, starts_at)
select distinct %(tenant)s::bigint, date_bin('15 minutes', at, 'epoch'::timestamptz)
from touched where at < %(until)s
"""


def _mark_contacts(contacts: "set[int]", until: datetime) -> None:
    if contacts:
        with connection.cursor() as cursor:
            values: dict[str, Any] = {"tenant": scope.tenant_id(), "contacts": sorted(contacts), "until": until}
            cursor.execute(_TOUCHED, values)
