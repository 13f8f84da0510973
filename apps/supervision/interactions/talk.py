"""What was said: the transcript beside the recordings, a page of lines at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.text import capfirst
from django.utils.translation import gettext

from apps.common.display import span
from apps.engagements.models import ConversationEntry, EngagementInteraction
from apps.engagements.transcript_index import Phrase, marked, phrases, said
from apps.queues.models import HoldKind
from apps.reporting.journal import Journal
from apps.reporting.mood import Mood, last_mood
from apps.reporting.transcript import Line, Window, told, window
from apps.supervision.interactions.recordings import Leg, Recording, legs_of, recordings_of
from apps.voice_calls.models import ConversationSignal, VoiceCall
from apps.voice_calls.operations.signals import SENTIMENT

_MOST_NOTED = 200  # categories of one conversation


@dataclass(frozen=True)
class Spoken:
    """A line, and where it is heard."""

    line: Line
    pieces: Sequence[tuple[str, bool]]
    recording: Recording | None
    second: int


@dataclass(frozen=True)
class Happening:
    """What happened between the lines."""

    at: datetime
    icon: str
    text: str


@dataclass(frozen=True)
class Talk:
    rows: Sequence[Spoken | Happening]
    recordings: Sequence[Recording]
    legs: Sequence[Leg]
    count: int
    mood: Mood | None  # the customer's, last of all
    find: str
    places: Sequence[tuple[int, str]]  # number of the line, address
    hits: int
    earlier: str
    later: str


def talk(
    interaction: EngagementInteraction,
    journal: Journal,
    calls: Sequence[VoiceCall],
    *,
    customer: str,
    count: int,
    asked: Any,
) -> Talk:
    """One page of it: `after`, `before` or `at` a line's number, with the words of `find` marked."""
    find = str(asked.get("find", ""))[:200]
    wanted = phrases(find)
    shown = window(interaction, **{name: _number(asked.get(name)) for name in ("after", "before", "at")})
    recordings = recordings_of(calls)
    lines = [_spoken(line, wanted, recordings) for line in told(interaction, shown.entries, customer=customer)]
    between = [one for one in _happenings(interaction, journal) if _belongs(one.at, shown)]
    found = next(said(wanted, most=1, only_in=interaction.pk), None)
    keys = found.lines if found else ()
    numbers = ConversationEntry.objects.filter(pk__in=keys).order_by("started_at", "number")
    return Talk(
        rows=sorted([*between, *lines], key=_at),
        recordings=recordings,
        legs=legs_of(calls),
        count=count,
        mood=last_mood(interaction),
        find=find,
        places=[(number, _address(find, at=number)) for number in numbers.values_list("number", flat=True)],
        hits=found.hits if found else 0,
        earlier=_address(find, before=shown.earlier) if shown.earlier is not None else "",
        later=_address(find, after=shown.later) if shown.later is not None else "",
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def _address(find: str, **position: int) -> str:
    query = {"tab": "call", **({"find": find} if find else {}), **position}
    place = f"line-{position['at']}" if "at" in position else "call"
    return f"?{urlencode(query)}#{place}"


def _spoken(line: Line, wanted: Sequence[Phrase], recordings: Sequence[Recording]) -> Spoken:
    at = line.entry.started_at
    heard = [(one, second) for one in recordings if (second := one.second_of(at)) is not None]
    recording, second = heard[-1] if heard else (None, 0)
    return Spoken(line, marked(line.entry.text, wanted), recording, second)


def _happenings(interaction: EngagementInteraction, journal: Journal) -> Iterator[Happening]:
    for hold in journal.holds:
        if hold.kind != HoldKind.AGENT:
            length = f" {span(hold.ended_at - hold.started_at)}" if hold.ended_at else gettext(", still")
            yield Happening(hold.started_at, "pause", gettext("On hold{length}").format(length=length))
    for segment in journal.segments[1:]:
        yield Happening(segment.started_at, "transfer", _leg(segment.get_cause_display(), segment.to_agent))
    noted = ConversationSignal.objects.filter(interaction=interaction, is_afterwards=False).exclude(type=SENTIMENT)
    for signal in noted.order_by("started_at", "id")[:_MOST_NOTED]:
        yield Happening(signal.started_at, "note", f"{signal.type.rpartition('__')[2]}: {signal.value}")


def _leg(cause: str, agent: Any) -> str:
    cause = str(capfirst(cause))
    return gettext("{cause} to {agent}").format(cause=cause, agent=agent) if agent else cause


def _belongs(at: datetime, shown: Window) -> bool:
    """Whether this page tells it: the first one begins with the contact, the last one goes on to its end."""
    if not shown.entries:
        return True
    begins = shown.earlier is None or at >= shown.entries[0].started_at
    return begins and (shown.until is None or at < shown.until)


def _at(row: Spoken | Happening) -> datetime:
    return row.at if isinstance(row, Happening) else row.line.entry.started_at
