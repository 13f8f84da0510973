"""A week of opening hours by the clock on the wall, with the days that differ. No rows, no clock of its own.

The wall's clock decides alone: an hour that comes twice in autumn is open twice or not at all, one that is left out in
spring never comes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[time, time]  # opens, closes; closes <= opens is on the following day

_DAY = timedelta(days=1)
_MIDNIGHT = time()
_AHEAD = 400  # days that are looked ahead: a whole year of yearly days


@dataclass(frozen=True)
class Week:
    """Open in `days` (0 is Monday), but for `dates` and the yearly ones, by month and day: none of these: closed.

    A day that differs counts from midnight to midnight: what is left of the evening before ends with it.
    """

    zone: ZoneInfo
    days: Mapping[int, Sequence[Span]]
    dates: Mapping[date, Sequence[Span]] = field(default_factory=dict)
    yearly: Mapping[tuple[int, int], Sequence[Span]] = field(default_factory=dict)

    def is_open(self, at: datetime) -> bool:
        wall = at.astimezone(self.zone).replace(tzinfo=None)
        now, today = wall.time(), wall.date()
        if any(opens <= now and (now < closes or closes <= opens) for opens, closes in self.spans(today)):
            return True
        if self.differs(today):
            return False
        return any(now < closes <= opens for opens, closes in self.spans(today - _DAY))

    def spans(self, day: date) -> Sequence[Span]:
        """The intervals that begin on that day."""
        special = self._special(day)
        return self.days.get(day.weekday(), ()) if special is None else special

    def parts(self, day: date) -> Sequence[Span]:
        """When it is open on that day alone; in order, none overlapping. An end of 00:00 is the day's."""
        found = [(_MIDNIGHT, closes) for opens, closes in self.spans(day - _DAY) if _MIDNIGHT < closes <= opens]
        found = [] if self.differs(day) else found
        found += [(opens, _MIDNIGHT if closes <= opens else closes) for opens, closes in self.spans(day)]
        merged: list[Span] = []
        for opens, closes in sorted(found):
            if merged and (merged[-1][1] == _MIDNIGHT or opens <= merged[-1][1]):
                before, last = merged[-1]
                merged[-1] = (before, _MIDNIGHT if _MIDNIGHT in (last, closes) else max(last, closes))
            else:
                merged.append((opens, closes))
        return merged

    def differs(self, day: date) -> bool:
        return self._special(day) is not None

    def _special(self, day: date) -> Sequence[Span] | None:
        found = self.dates.get(day)
        return self.yearly.get((day.month, day.day)) if found is None else found

    def next_change(self, at: datetime) -> datetime | None:
        """When it opens or closes next; None if not within the next 400 days."""
        now = self.is_open(at)
        for moment in self._moments(at):
            if self.is_open(moment) != now:
                return moment
        return None

    def _moments(self, at: datetime) -> Iterator[datetime]:
        """Whenever something may change after `at`, in order."""
        first = at.astimezone(self.zone).date() - _DAY
        for number in range(_AHEAD):
            day = first + number * _DAY
            walls = {_MIDNIGHT, *(each for span in self.spans(day) for each in span)}
            walls |= {closes for opens, closes in self.spans(day - _DAY) if closes <= opens}
            moments = {self._instant(day, wall, fold) for wall in walls for fold in (0, 1)} | set(self._shift(day))
            yield from sorted(moment for moment in moments if moment > at)

    def _instant(self, day: date, wall: time, fold: int) -> datetime:
        return datetime.combine(day, wall, self.zone).replace(fold=fold).astimezone(UTC)

    def _shift(self, day: date) -> Iterator[datetime]:
        """The moment of that day when the clock is put forward or back, if there is one."""
        low, high = self._instant(day, _MIDNIGHT, 0), self._instant(day + _DAY, _MIDNIGHT, 0)
        before = low.astimezone(self.zone).utcoffset()
        if high.astimezone(self.zone).utcoffset() == before:
            return
        while high - low > timedelta(seconds=1):
            middle = (low + (high - low) / 2).replace(microsecond=0)
            if middle.astimezone(self.zone).utcoffset() == before:
                low = middle
            else:
                high = middle
        yield high
