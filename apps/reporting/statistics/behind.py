"""The rows that a number was made of, to be looked through."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from operator import sub
from typing import Any

from django.db.models import BigIntegerField, DateTimeField, F, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from apps.common import clock
from apps.reporting.statistics.asking import Ask
from apps.reporting.statistics.cells import rows_of
from apps.reporting.statistics.measures import AGENT, QUEUE, Fact, Fold, Measure, Terms
from apps.reporting.statistics.presence import AGENT_TIME, stretches
from apps.reporting.statistics.regrouping import Slot
from apps.reporting.windows import Window

_NO_KEY = Value(None, output_field=BigIntegerField())
_NEVER = Value(None, output_field=DateTimeField())
_FIRST_LOOK = timedelta(days=1)  # how much of the window is read for a page, at first


@dataclass(frozen=True)
class Place:
    """Of one row among those behind a number: pages go on after it."""

    moment: datetime | None
    nth: int  # of the measures whose rows they are
    row_key: int

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Place":
        return cls(row["moment"], row["nth"], row["row_key"])

    def beyond(self, nth: int, moment: str | None) -> Q:
        """Rows of that measure which follow; those without a moment come last."""
        later = Q() if nth > self.nth else Q(pk__lt=self.row_key) if nth == self.nth else Q(pk__in=[])
        if moment is None:
            return Q() if self.moment else later
        if self.moment is None:
            return Q(pk__in=[])
        return Q(**{f"{moment}__lt": self.moment}) | Q(later, **{moment: self.moment})


@dataclass(frozen=True)
class Part:
    """Of the rows: what follows a place, and whose moment lies from `start` on, before `end`, in such an hour."""

    after: Place | None = None
    start: datetime | None = None
    end: datetime | None = None
    slot: Slot | None = None
    also: "Callable[[Fact], Q] | None" = None  # what their contacts have in common

    def only(self, nth: int, moment: str | None) -> Q:
        found = self.after.beyond(nth, moment) if self.after else Q()
        found &= Q(**{f"{moment}__gte": self.start}) if self.start else Q()
        found &= self.slot.only(moment) if self.slot and moment else Q()
        return found & Q(**{f"{moment}__lt": self.end}) if self.end else found


_ALL = Part()


def rows_behind(
    ask: "Ask | str",
    window: Window,
    *,
    key: str | None = None,
    above: bool = False,
    at: datetime | None = None,
    part: Part = _ALL,
) -> "QuerySet[Any]":
    """Rows as `{"contact_key", "moment", "queue_key", "agent_key", "measured"}`, newest first, to slice and count.

    `key`: which of the numbers (default: the main one). Of a count, there are as many rows as it says; of an
    average or a share, what it divides by, or what is `above` that; of an extreme, all that were compared.
    `contact_key` is the interaction's
    primary key, `measured` milliseconds or None; `moment` is when the row counts, or began to be so. Of agents' time,
    which is no rows, the agents' states, each with what it adds. `part`: only those.
    """
    ask = ask if isinstance(ask, Ask) else Ask(ask)
    now = at or clock.now()
    terms = ask.statistic.formulas[key or ask.statistic.main].rows(above=above)
    measures = enumerate(_counted(ask, window, terms, now))
    found = [_of(nth, measure, window, ask, now, part, terms.minus) for nth, measure in measures]
    joined: QuerySet[Any] = reduce(lambda left, right: left.union(right, all=True), found)
    return joined.order_by(F("moment").desc(nulls_last=True), "nth", "-row_key")


def page_behind(
    ask: Ask,
    window: Window,
    *,
    size: int,
    above: bool = False,
    after: Place | None = None,
    slot: Slot | None = None,
    also: "Callable[[Fact], Q] | None" = None,
) -> list[Mapping[str, Any]]:
    """The first `size` of those rows, or the next after a place; with `slot` of such hours of the week alone, with
    `also` those alone that fit it.

    The window is read from its end, a day at first and then ever more, so that a page of a quarter's rows does not
    read them all.
    """
    now = clock.now()
    found: list[Mapping[str, Any]] = []
    for part in _parts(_counted(ask, window, _main(ask, above=above), now), window, after):
        part = replace(part, slot=slot, also=also)
        found += rows_behind(ask, window, above=above, at=now, part=part)[: size - len(found)]
        if len(found) == size:
            break
    return found


def number_behind(ask: Ask, window: Window, values: Mapping[str, Any], *, above: bool = False) -> int | None:
    """How many there are, if `values` of the measures say it: where they count rows."""
    measures = _counted(ask, window, _main(ask, above=above), clock.now())
    if all(measure.fold == Fold.COUNT and measure.fact is not AGENT_TIME for measure in measures):
        return sum(values.get(measure.name) or 0 for measure in measures)
    return None


def _main(ask: Ask, *, above: bool) -> Terms:
    return ask.statistic.formulas[ask.statistic.main].rows(above=above)


def _counted(ask: Ask, window: Window, terms: Terms, now: datetime) -> Sequence[Measure]:
    return [measure for measure in terms.plus if not measure.is_now or ask.statistic.is_now or now in window]


def _parts(measures: Sequence[Measure], window: Window, after: Place | None) -> Iterator[Part]:
    """Newest first; the last is open, for what began before the window. What is so now is not looked for in parts."""
    if any(measure.is_now for measure in measures):
        yield Part(after)
        return
    end, length = window.end, _FIRST_LOOK
    if after and after.moment:
        end = min(end, after.moment + timedelta(microseconds=1))
    while end - length > window.start:
        yield Part(after, end - length, end)
        end, length = end - length, 2 * length
    yield Part(after, None, end)


def _of(
    nth: int,
    measure: Measure,
    window: Window,
    ask: Ask,
    now: datetime,
    part: Part,
    less: Sequence[Measure],
) -> "QuerySet[Any]":
    """`less`: what is taken away of each row, where it is measured of the same ones."""
    if measure.fact is AGENT_TIME:
        return _states(nth, measure, window, ask, now, part)
    fact = measure.fact
    moment = fact.moment or fact.since
    rows = rows_of(fact, [window], ask.where, now).filter(measure.only).filter(part.only(nth, moment)).order_by()
    rows = rows.filter(part.also(fact)) if part.also else rows
    parts = [Coalesce(each.value, 0) for each in less if each.fact is fact]
    return rows.values(
        contact_key=F(fact.interaction) if fact.interaction else _NO_KEY,
        moment=F(moment) if moment else _NEVER,
        queue_key=F(fact.paths[QUEUE]) if fact.has(QUEUE) else _NO_KEY,
        agent_key=F(fact.paths[AGENT]) if fact.has(AGENT) else _NO_KEY,
        measured=_NO_KEY if measure.fold == Fold.COUNT else reduce(sub, parts, measure.value),
        nth=Value(nth, output_field=IntegerField()),
        row_key=F("pk"),
    )


def _states(nth: int, measure: Measure, window: Window, ask: Ask, now: datetime, part: Part) -> "QuerySet[Any]":
    spans = stretches(measure, window, now)
    if ask.where.agents is not None:
        spans = spans.filter(agent__in=ask.where.agents)
    return (
        spans.filter(part.only(nth, "started_at"))
        .order_by()
        .values(
            contact_key=_NO_KEY,
            moment=F("started_at"),
            queue_key=_NO_KEY,
            agent_key=F("agent_id"),
            measured=F("part"),
            nth=Value(nth, output_field=IntegerField()),
            row_key=F("pk"),
        )
    )
