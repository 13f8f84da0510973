"""How many interactions match, and where among them an offset lies, without walking through them.

A day's number is the sum of its tallies. Only the days that a range cuts in two are counted, by index.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum

from apps.engagements.models import EngagementInteraction, InteractionTally
from apps.engagements.models.marks import LINKS, PARTS, STAYS, Mark, marked
from apps.engagements.models.tally import summed_up
from apps.tenants import scope

_DAY = timedelta(days=1)
_INTERACTIONS = "engagements_engagementinteraction"
_LOOSE = 64  # rows of a day that may stand beside its sums until they are summed up, too
_LAST_DAY = date.max - _DAY


Interactions = QuerySet[EngagementInteraction]


@dataclass(frozen=True)
class Stretch:
    """Interactions that began before `until`, down to the next older stretch. `until` is None where time is open."""

    until: datetime | None
    count: int


@dataclass(frozen=True)
class Counted:
    """What the counters are asked for: a condition on a tally's channel, direction, flow and flag_type; a mark."""

    condition: Q = field(default_factory=Q)
    mark: Mark | None = None

    def tallies(self) -> "QuerySet[InteractionTally]":
        found = InteractionTally.objects.filter(self.condition)
        if self.mark is None:
            return found.filter(kind="", key=None)
        return found.filter(kind=self.mark.kind, key__in=self.mark.keys)


@dataclass(frozen=True)
class Census:
    """What matches, in stretches of at most a day, newest first."""

    stretches: Sequence[Stretch]

    @property
    def total(self) -> int:
        return sum(each.count for each in self.stretches)

    def locate(self, offset: int) -> tuple[datetime | None, int]:
        """The end of the stretch in which the row with this offset lies, and how far down in there."""
        for each in self.stretches:
            if offset < each.count:
                return each.until, offset
            offset -= each.count
        return None, offset


def census(rows: Interactions, counted: Counted, start: datetime | None, end: datetime | None) -> Census:
    """Of these interactions, as far as they began from `start` up to and without `end`, how many on which day.

    `counted` says of them what `rows` does. Those of the two days that the range cuts are counted themselves.
    """
    first, last = _ceiling(start) if start else None, end.astimezone(UTC).date() if end else None
    if first and last and first > last:  # both ends lie in one day
        return Census([Stretch(end, _between(rows, start, end))])
    whole = _whole_days(counted, first, last)
    newer = [Stretch(end, _between(rows, _midnight(last), end))] if last else []
    older = [Stretch(_midnight(first), _between(rows, start, _midnight(first)))] if first else []
    return Census([*newer, *whole, *older])


def _whole_days(counted: Counted, first: date | None, last: date | None) -> list[Stretch]:
    """The days from `first` up to and without `last`."""
    tallies = counted.tallies()
    if first:
        tallies = tallies.filter(day__gte=first)
    if last:
        tallies = tallies.filter(day__lt=last)
    days = list(
        tallies.values("day").annotate(count=Sum("delta"), loose=Count("pk", filter=Q(is_sum=False))).order_by("-day")
    )
    if many := [each["day"] for each in days if each["loose"] > _LOOSE]:
        sum_up(Counted(mark=counted.mark).tallies().filter(day__in=many))
    return [Stretch(_midnight(each["day"] + _DAY), each["count"]) for each in days]


def _between(rows: Interactions, start: datetime | None, end: datetime | None) -> int:
    """Counted by index: at most a day's."""
    return 0 if start == end else rows.filter(opened_at__gte=start, opened_at__lt=end).count()


def sum_up(tallies: "QuerySet[InteractionTally]") -> None:
    """Make one row of many; whoever else is doing that does the rest."""
    keys = list(tallies.select_for_update(skip_locked=True).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with gone as (
                delete from engagements_interactiontally where id = any(%s)
                returning tenant_id, day, channel, direction, flow_id, flag_type, kind, key, delta
            )
            insert into engagements_interactiontally
                (tenant_id, day, channel, direction, flow_id, flag_type, kind, key, delta, is_sum)
            select tenant_id, day, channel, direction, flow_id, flag_type, kind, key, sum(delta), true from gone
            group by tenant_id, day, channel, direction, flow_id, flag_type, kind, key having sum(delta) <> 0
            """,
            [keys],
        )


def recount() -> None:
    """Count all interactions of the tenant in scope anew. Nothing is written meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(f"lock table {_INTERACTIONS}, {STAYS}, {PARTS}, {LINKS} in share row exclusive mode")
        cursor.execute("delete from engagements_interactiontally where tenant_id = %s", [scope.tenant_id()])
        for counts in (summed_up, marked):
            cursor.execute(counts(_INTERACTIONS, narrowed=f"tenant_id = {scope.tenant_id()}"))


def _ceiling(at: datetime) -> date:
    """The first day that begins at this moment or after it."""
    at = at.astimezone(UTC)
    return at.date() if at == _midnight(at.date()) else min(at.date(), _LAST_DAY) + _DAY


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
