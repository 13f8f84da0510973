"""Transcripts found by what was said in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from apps.accounts.models import User
from apps.engagements.models import ConversationEntry, EngagementInteraction
from apps.engagements.transcript_index import Phrase, Said, marked, phrases, said
from apps.reporting.transcript import Speakers
from apps.supervision.interactions.listing import Row, rows_of, with_queue

PAGE_SIZE = 20
_LINES = 3  # of each contact that are shown
_ROOM = 300  # characters of a line that are shown, around the first hit
_LED = 80
_MOST_LOOKED_AT = 200  # contacts with hits, of which those are shown that may be seen


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
    older: str


def search(asked: Any, *, by: User) -> Findings:
    """Contacts that `by` may see where all the words stand in one line, the newest first; the same number of queries
    whatever is found."""
    text = str(asked.get("q", ""))[:200]
    wanted = phrases(text)
    below = asked.get("before", "")
    start = int(below) if below.isascii() and below.isdecimal() and len(below) < 19 else None
    places = list(said(wanted, most=_MOST_LOOKED_AT, below=start))
    rows = with_queue(EngagementInteraction.objects.visible_to(by)).filter(
        pk__in=[one.interaction_id for one in places]
    )
    interactions = list(rows.order_by("-pk")[: PAGE_SIZE + 1])
    shown = interactions[:PAGE_SIZE]
    last = _go_on_from(shown, interactions, places)
    return Findings(
        text,
        bool(wanted),
        _found(shown, {one.interaction_id: one for one in places}, wanted, text),
        f"?{urlencode({'q': text, 'before': last})}" if last else "",
    )


def _go_on_from(shown: Sequence[Any], interactions: Sequence[Any], places: Sequence[Said]) -> int | None:
    if len(interactions) > PAGE_SIZE:
        return int(shown[-1].pk)
    return places[-1].interaction_id if len(places) == _MOST_LOOKED_AT else None


def _found(
    interactions: Sequence[Any], places: dict[int, Said], wanted: Sequence[Phrase], text: str
) -> Sequence[Found]:
    keys = [key for one in interactions for key in places[one.pk].lines[:_LINES]]
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
                _cut(marked(entry.text, wanted)),
                f"{page}?{urlencode({'tab': 'call', 'find': text, 'at': entry.number})}#line-{entry.number}",
            )
            for entry in entries
            if entry.interaction_id == one.pk
        ]
        address = f"{page}?{urlencode({'tab': 'call', 'find': text})}#call"
        found.append(Found(row, hits, places[one.pk].hits, address))
    return found


def _cut(pieces: Sequence[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """A long line is shown around its first hit."""
    found: list[tuple[str, bool]] = []
    room = _ROOM
    for number, (piece, is_hit) in enumerate(pieces):
        if number == 0 and not is_hit and len(piece) > _LED:
            piece = f"… {piece[-_LED:]}"
        if len(piece) > room:
            return [*found, (f"{piece[:room]} …", is_hit)]
        found.append((piece, is_hit))
        room -= len(piece)
    return found
