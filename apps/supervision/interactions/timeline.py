"""The journal as a picture: one lane for each queue and person, positions in per cent, so that text never stretches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import ceil

from django.utils import dateformat, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext

from apps.common.display import span as written
from apps.common.words import inside
from apps.common.words import later as _
from apps.queues.models import Outcome
from apps.reporting.journal import Journal
from apps.supervision.interactions.spans import CUSTOMER, Kind, Lane, Span

LANE = 34  # pixels
TOP = 28  # of the first lane, below the clock's line
_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 43200]
_DAY = 86400
_MOST_TICKS = 11
_ROOM_FOR_A_WORD = 8.5  # per cent of the width that "Talk 01:23" takes at its narrowest
_ROOM_FOR_A_LENGTH = 4.0
_ROOM_FOR_A_LETTER = 0.8
_ROOM_FOR_A_SIGN = 3.0


@dataclass(frozen=True)
class Bar:
    """One rectangle. Positions and widths in per cent, heights in pixels."""

    kind: str
    x: str
    width: str
    y: int
    height: int
    title: str
    inside: str = ""
    middle: str = ""
    baseline: int = 0
    glyph: str = ""  # how an offer ended
    note: str = ""
    note_at: str = ""
    note_is_left: bool = False
    is_late: bool = False
    target_at: str = ""

    @property
    def chip_width(self) -> int:
        """Pixels of the plain ground under a word on a pattern."""
        return round(len(self.inside) * 5.6) + 6

    @property
    def chip(self) -> float:
        return self.chip_width / 2

    @property
    def note_shift(self) -> int:
        room = 20 if self.glyph else 24 if self.is_late and not self.note_is_left else 8
        return -room if self.note_is_left else room

    @property
    def target_top(self) -> int:
        return self.y - 3

    @property
    def target_bottom(self) -> int:
        return self.y + self.height + 3


@dataclass(frozen=True)
class Mark:
    x: str
    label: str


@dataclass(frozen=True)
class Bracket:
    """A segment: a line with ends."""

    x1: str
    x2: str
    y: int
    text: str
    text_at: str
    anchor: str

    @property
    def top(self) -> int:
        return self.y - 4

    @property
    def bottom(self) -> int:
        return self.y + 4

    @property
    def baseline(self) -> int:
        return self.y + (20 if self.y % LANE < LANE // 2 else -9)


@dataclass
class Picture:
    lanes: list[Lane]
    height: int
    ticks: list[Mark]
    bars: list[Bar] = field(default_factory=list)
    brackets: list[Bracket] = field(default_factory=list)
    left_at: str = ""  # when the customer left
    begins: str = ""
    ends: str = ""


class _Scale:
    def __init__(self, start: datetime, end: datetime) -> None:
        self.start = start
        self.length = max((end - start).total_seconds(), 1.0)

    def share(self, length: timedelta) -> float:
        return length.total_seconds() / self.length * 100

    def x(self, at: datetime) -> str:
        return percent(self.share(at - self.start))


def percent(share: float) -> str:
    return f"{min(max(share, 0.0), 100.0):.2f}%"


def picture(journal: Journal, spans: Sequence[Span]) -> Picture | None:
    """None for a contact that was never live here."""
    if not spans:
        return None
    start = min(journal.interaction.opened_at, spans[0].start)
    ends = [one.until for one in spans]
    scale = _scale(start, max([*ends, *(segment.ended_at for segment in journal.segments if segment.ended_at)]), spans)
    lanes = _lanes(spans)
    found = Picture(
        [*lanes, Lane("segments", gettext("Segments"), "list")],
        TOP + LANE * (len(lanes) + 1),
        list(_ticks(scale)),
        begins=written_time(start),
        ends=written_time(max(ends)),
    )
    rows = {lane.key: number for number, lane in enumerate(lanes)}
    found.bars = list(_bars(_customer(spans), 0, scale))
    for key, lane in _others(spans).items():
        found.bars += _bars(lane, rows[key], scale)
    found.brackets = list(_brackets(journal, scale, len(lanes), spans[0].now))
    left = journal.interaction.customer_left_at
    found.left_at = scale.x(left) if left else ""
    return found


def _scale(start: datetime, end: datetime, spans: Sequence[Span]) -> _Scale:
    """With room behind for what is told of a short wrap-up: before it, its own talk stands."""
    scale = _Scale(start, end)
    last = max(spans, key=lambda one: one.until)
    if not (note := _note(last, scale.share(last.length))) or last.kind != Kind.WRAP_UP:
        return scale
    return _Scale(start, end + (end - start) * (_room_for(note) / (100 - _room_for(note))))


def written_time(at: datetime) -> str:
    return timezone.localtime(at).strftime("%H:%M:%S")


def _lanes(spans: Sequence[Span]) -> list[Lane]:
    """The customer's, then queues and people in the order they came in."""
    found = {CUSTOMER.key: CUSTOMER}
    for one in spans:
        if one.kind != Kind.MENU:
            found.setdefault(one.lane.key, one.lane)
    return list(found.values())


def _customer(spans: Sequence[Span]) -> list[Span]:
    """What the customer goes through: everything but the agents' offers and wrap-ups."""
    mine = [replace(one, lane=CUSTOMER, ended="") for one in spans if one.kind not in (Kind.OFFER, Kind.WRAP_UP)]
    talks = _merged([one for one in mine if one.kind == Kind.TALK])
    return _without_holds([*(one for one in mine if one.kind != Kind.TALK), *talks])


def _others(spans: Sequence[Span]) -> dict[str, list[Span]]:
    lanes: dict[str, list[Span]] = {}
    for one in spans:
        if one.kind != Kind.MENU:
            lanes.setdefault(one.lane.key, []).append(one)
    return {key: _without_holds(lane) for key, lane in lanes.items()}


def _merged(talks: Sequence[Span]) -> list[Span]:
    """The customer talks once, however many agents are on the line."""
    found: list[Span] = []
    for one in talks:
        last = found[-1] if found else None
        if last and (last.end is None or one.start <= last.end):
            end = None if last.end is None or one.end is None else max(last.end, one.end)
            found[-1] = replace(last, end=end)
        else:
            found.append(one)
    return found


def _without_holds(lane: Sequence[Span]) -> list[Span]:
    """Talk in pieces, so that each says how long it was."""
    holds = [one for one in lane if one.kind == Kind.HOLD]
    found: list[Span] = []
    for one in lane:
        found += _pieces(one, holds) if one.kind == Kind.TALK else [one]
    return found


def _pieces(talk: Span, holds: Sequence[Span]) -> Iterator[Span]:
    start = talk.start
    for hold in holds:
        if hold.start >= (talk.end or hold.start) or (hold.end and hold.end <= start):
            continue
        if hold.start > start:
            yield replace(talk, start=start, end=hold.start, ended=gettext("on hold"))
        if hold.end is None:
            return
        start = hold.end
    if talk.end is None or start < talk.end:
        yield replace(talk, start=start)


def _bars(lane: Sequence[Span], row: int, scale: _Scale) -> Iterator[Bar]:
    """A lane's, in order of time, so that what is told beside one lies over no other and over nothing told before."""
    taken = 0.0  # per cent of the width
    ordered = sorted(lane, key=lambda one: one.start)
    for number, one in enumerate(ordered):
        begins, width = scale.share(one.start - scale.start), scale.share(one.length)
        later = [scale.share(other.start - scale.start) for other in ordered[number + 1 :]]
        note = _note(one, width)
        side = _side(note, one, before=begins - taken, after=min([100.0, *later]) - begins - width, width=width)
        yield _bar(one, row, scale, note=note, side=side)
        taken = max(taken, begins + width + (_room_for(note) if side == "right" else 0))


def _bar(one: Span, row: int, scale: _Scale, *, note: str, side: str) -> Bar:
    width = scale.share(one.length)
    is_offer = one.kind == Kind.OFFER
    middle = TOP + LANE * row + LANE // 2
    edge = one.start if side == "left" else one.until
    return Bar(
        kind=one.kind,
        x=scale.x(one.start),
        width=percent(max(width, 0.15)),
        y=middle - (7 if is_offer else 10),
        height=14 if is_offer else 20,
        title=_title(one),
        inside=note if side == "inside" else _inside(one, width),
        middle=percent(scale.share(one.start - scale.start) + width / 2),
        baseline=middle + 4,
        glyph=one.outcome or "" if is_offer else "",
        note=note if side in ("left", "right") else "",
        note_at=scale.x(edge),
        note_is_left=side == "left",
        is_late=one.is_late,
        target_at=_target(one, scale),
    )


def _title(one: Span) -> str:
    end = written_time(one.end) if one.end else "now"
    ended = f", {one.ended}" if one.ended else ""
    return gettext("{what}{ended}: {written_time} to {end} ({written})").format(
        what=one.what, ended=ended, written_time=written_time(one.start), end=end, written=written(one.length)
    )


_WORDS = {Kind.MENU: _("Menu"), Kind.WAIT: _("Waits"), Kind.TALK: _("Talk"), Kind.HOLD: _("Hold")}


def _inside(one: Span, width: float) -> str:
    """As much as there is room for. An agent's own lanes say the rest beside the bar."""
    if one.kind == Kind.OFFER or width < _ROOM_FOR_A_LENGTH:
        return ""
    if one.lane != CUSTOMER and one.kind == Kind.WAIT:
        return ""
    if one.kind == Kind.MENU:
        return gettext("Menu")
    word = _WORDS.get(one.kind, "")
    return f"{word} {written(one.length)}".strip() if width >= _ROOM_FOR_A_WORD else written(one.length)


def _note(one: Span, width: float) -> str:
    """What a bar is told beside it."""
    length = written(one.length)
    if one.lane == CUSTOMER:
        return ""
    if one.kind == Kind.OFFER:
        return f"{capfirst(one.ended)} {length}" if one.ended else gettext("Offered")
    if one.kind == Kind.WAIT and one.ended:
        target = gettext(", target {written}").format(written=written(one.target)) if one.target is not None else ""
        return gettext("{ended} after {length}{target}").format(ended=capfirst(one.ended), length=length, target=target)
    return (
        gettext("Wrap-up {length}").format(length=length)
        if one.kind == Kind.WRAP_UP and width < _ROOM_FOR_A_LENGTH
        else ""
    )


def _room_for(note: str) -> float:
    """Per cent of the width that the note takes, with its sign."""
    return len(note) * _ROOM_FOR_A_LETTER + _ROOM_FOR_A_SIGN


def _side(note: str, one: Span, *, before: float, after: float, width: float) -> str:
    """Where there is room for it. Work begins right after an accepted offer, so that is told before it."""
    if not note:
        return ""
    needed = _room_for(note)
    if after >= needed and one.outcome != Outcome.ACCEPTED:
        return "right"
    if before >= needed:
        return "left"
    return "inside" if width >= needed else ""


def _target(one: Span, scale: _Scale) -> str:
    if one.kind != Kind.WAIT or one.lane == CUSTOMER or one.target is None or not one.is_late:
        return ""
    return scale.x(one.start + one.target)


def _ticks(scale: _Scale) -> Iterator[Mark]:
    days = ceil(scale.length / _MOST_TICKS / _DAY) * _DAY  # for what lasted longer than any step allows
    step = next((step for step in _STEPS if scale.length / step <= _MOST_TICKS), days)
    begin = timezone.localtime(scale.start)
    midnight = begin.replace(hour=0, minute=0, second=0, microsecond=0)
    passed = int((begin - midnight).total_seconds() // step) * step
    at = midnight + timedelta(seconds=passed)
    end = scale.start + timedelta(seconds=scale.length)
    pattern = "H:i:s" if step < 60 else "H:i" if step < _DAY else gettext("j M")
    while (at := at + timedelta(seconds=step)) <= end:
        yield Mark(scale.x(at), dateformat.format(timezone.localtime(at), pattern))


def _brackets(journal: Journal, scale: _Scale, row: int, now: datetime) -> Iterator[Bracket]:
    top = TOP + LANE * row
    for segment in journal.segments:
        end = segment.ended_at or now
        number = segment.number
        words = [f"{number}: {segment.get_cause_display()}", segment.get_end_type_display() or ""]
        text = inside(", ".join(filter(None, [*words, written(end - segment.started_at)])))
        is_right = scale.share(segment.started_at - scale.start) > 60
        yield Bracket(
            scale.x(segment.started_at),
            scale.x(end),
            top + (8 if number % 2 == 0 else 26),
            text,
            scale.x(end if is_right else segment.started_at),
            "end" if is_right else "start",
        )
