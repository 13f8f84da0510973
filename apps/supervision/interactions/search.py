"""Transcripts found by what was said in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from apps.accounts.models import User
from apps.engagements.field_filters import FieldFilterSet
from apps.engagements.lists import LISTS
from apps.engagements.models import ConversationEntry
from apps.engagements.transcript_index import Phrase, Said, marked, phrases, said
from apps.reporting.transcript import Speakers
from apps.supervision.interactions.listing import Row, rows_of, with_queue

PAGE_SIZE = 20
_LINES = 3  # of each contact that are shown
_ROOM = 300  # characters of a line that are shown, around the first hit
_LED = 80
_MOST_LOOKED_AT = 200  # contacts with hits, of which those are shown that may be seen
_NO_FILTERS = ("q", "order", "deleted")


@dataclass(frozen=True)
class Hit:
    entry: ConversationEntry
    speaker: str
    pieces: Sequence[tuple[str, bool]]
    address: str


@dataclass(frozen=True)
class Found:
    row: Row
    hits: Sequence[Hit]
    count: int
    address: str


@dataclass(frozen=True)
class Findings:
    text: str
    has_words: bool
    found: Sequence[Found]
    newer: str  # where the pages before and after begin; empty where there are none
    older: str
    filterset: FieldFilterSet


def search(
    asked: QueryDict,
    *,
    by: User,
    older_than: str = "",
    newer_than: str = "",
    size: int = PAGE_SIZE,
    lines: int = _LINES,
    room: int = _ROOM,
) -> Findings:
    """Contacts that `by` may see where all the words stand in one line, the newest first; the same number of queries
    whatever is found. Beside `q`, whatever narrows the list of contacts does."""
    text, wanted = _wanted(asked)
    start, end = _key(older_than), _key(newer_than)
    page = _page(asked, wanted, by, size, above=end) if end is not None and start is None else None
    if page is None or page.newer is None:  # too few before it: the first page
        page = _page(asked, wanted, by, size, below=start)
    found = _found(page.rows, page.known, wanted, text, lines, room)
    return Findings(text, bool(wanted), found, str(page.newer or ""), str(page.older or ""), page.filterset)


@dataclass(frozen=True)
class _Page:
    rows: Sequence[Any]
    known: Mapping[int, Said]
    newer: int | None
    older: int | None
    filterset: FieldFilterSet


def _page(
    asked: QueryDict,
    wanted: Sequence[Phrase],
    by: User,
    size: int,
    *,
    below: int | None = None,
    above: int | None = None,
) -> _Page:
    """The contacts next to the place on this side of it, and where they go on: there, and back from there."""
    places = list(said(wanted, most=_MOST_LOOKED_AT, below=below, above=above))
    filterset, rows = _narrowed(asked, by, places)
    found = list(with_queue(rows).order_by("pk" if above is not None else "-pk")[: size + 1])
    shown, known = found[:size], {one.interaction_id: one for one in places}
    end = _go_on_from(shown, found, places)
    if above is not None:
        return _Page(shown[::-1], known, end, shown[0].pk if shown else above + 1, filterset)
    return _Page(shown, known, below and (shown[0].pk if shown else below), end, filterset)


def count_said(asked: QueryDict, *, by: User, most: int | None) -> int:
    """Lines that would be told, counted no further than beyond `most`."""
    _, wanted = _wanted(asked)
    total, below = 0, None
    while True:
        places = list(said(wanted, most=_MOST_LOOKED_AT, below=below))
        seen = set(_narrowed(asked, by, places)[1].values_list("pk", flat=True))
        total += sum(len(one.lines) for one in places if one.interaction_id in seen)
        if len(places) < _MOST_LOOKED_AT or (most is not None and total > most):
            return total
        below = places[-1].interaction_id


def _key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _wanted(asked: QueryDict) -> tuple[str, Sequence[Phrase]]:
    text = asked.get("q", "")[:200]
    return text, phrases(text)


def _narrowed(asked: QueryDict, by: User, places: Sequence[Said]) -> tuple[FieldFilterSet, Any]:
    narrowing = asked.copy()
    for name in _NO_FILTERS:
        narrowing.pop(name, None)
    filterset = LISTS["interactions"].narrowed(narrowing, by=by)
    rows = filterset.qs if filterset.is_valid() else filterset.queryset.none()
    return filterset, rows.filter(pk__in=[one.interaction_id for one in places])


def _go_on_from(shown: Sequence[Any], interactions: Sequence[Any], places: Sequence[Said]) -> int | None:
    if len(interactions) > len(shown):
        return int(shown[-1].pk)
    return places[-1].interaction_id if len(places) == _MOST_LOOKED_AT else None


def _found(
    interactions: Sequence[Any], places: Mapping[int, Said], wanted: Sequence[Phrase], text: str, lines: int, room: int
) -> Sequence[Found]:
    keys = [key for one in interactions for key in places[one.pk].lines[:lines]]
    entries = list(ConversationEntry.objects.filter(pk__in=keys).order_by("started_at", "number"))
    speakers = Speakers(entries)
    found = []
    for row in rows_of(interactions):
        one = row.interaction
        page = reverse("admin:engagements_engagementinteraction_change", args=[one.pk])
        hits = [
            Hit(
                entry,
                speakers.of(entry),
                _cut(marked(entry.text, wanted), room),
                f"{page}?{urlencode({'tab': 'call', 'find': text, 'at': entry.number})}#line-{entry.number}",
            )
            for entry in entries
            if entry.interaction_id == one.pk
        ]
        address = f"{page}?{urlencode({'tab': 'call', 'find': text})}#call"
        found.append(Found(row, hits, places[one.pk].hits, address))
    return found


def _cut(pieces: Sequence[tuple[str, bool]], room: int) -> list[tuple[str, bool]]:
    """A long line is shown around its first hit."""
    found: list[tuple[str, bool]] = []
    for number, (piece, is_hit) in enumerate(pieces):
        if number == 0 and not is_hit and len(piece) > _LED:
            piece = f"… {piece[-_LED:]}"
        if len(piece) > room:
            return [*found, (f"{piece[:room]} …", is_hit)]
        found.append((piece, is_hit))
        room -= len(piece)
    return found
