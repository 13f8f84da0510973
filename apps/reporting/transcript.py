"""What was said in a contact, line by line, with whoever said it by name and how they felt.

The screens and the export read it here, a window of lines at a time, however long the conversation was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from apps.accounts.models import USER_PREFIX, User
from apps.common.public_ids import key_of
from apps.engagements.models import ConversationEntry, EngagementInteraction
from apps.engagements.models.conversation import SenderKind
from apps.reporting.mood import Mood, moods_of
from apps.tenants import scope
from apps.voice_calls.models import ConversationParticipant

WINDOW = 200  # lines of one page
BEFORE = 4  # lines that stand before the one that a page was opened for
_INSIDE = frozenset({SenderKind.HUMAN_AGENT, SenderKind.SUPERVISOR, SenderKind.VIRTUAL_AGENT})


@dataclass(frozen=True)
class Line:
    entry: ConversationEntry
    speaker: str
    mood: Mood | None = None

    @property
    def is_inside(self) -> bool:
        """Whether somebody of ours said it."""
        return self.entry.sender_kind in _INSIDE

    @property
    def is_for_agents(self) -> bool:
        """The customer never saw it."""
        return self.entry.visibility == ConversationEntry.Visibility.AGENTS


@dataclass(frozen=True)
class Window:
    """Lines in the order they were said. `earlier` and `later` are the numbers that the pages beside it end at."""

    entries: Sequence[ConversationEntry]
    earlier: int | None
    later: int | None
    until: datetime | None  # when the next line was said


def window(
    interaction: EngagementInteraction, *, after: int | None = None, before: int | None = None, at: int | None = None
) -> Window:
    """The lines after or before the line of this number, or around it; the first ones without a number that is there.

    A few queries, whatever the length.
    """
    said = ConversationEntry.objects.filter(interaction=interaction)
    wanted = next((number for number in (after, before, at) if number is not None), None)
    anchor = said.filter(number=wanted).first() if wanted is not None else None
    if anchor is None:
        return _window(list(said.order_by("started_at", "number")[: WINDOW + 1]), is_first=True)
    if before is not None:
        found = list(said.filter(_before(anchor)).order_by("-started_at", "-number")[: WINDOW + 1])
        rows = found[WINDOW - 1 :: -1] if len(found) > WINDOW else found[::-1]
        earlier, later = rows[0].number if len(found) > WINDOW else None, rows[-1].number if rows else None
        return Window(rows, earlier, later, anchor.started_at)
    found = list(said.filter(~_before(anchor)).order_by("started_at", "number")[: WINDOW + 2])
    if after is not None:
        return _window(found[1:], is_first=False)
    led = list(said.filter(_before(anchor)).order_by("-started_at", "-number")[: BEFORE + 1])
    return _window([*led[BEFORE - 1 :: -1], *found][: WINDOW + 1], is_first=len(led) <= BEFORE)


def _before(anchor: ConversationEntry) -> Q:
    at = anchor.started_at
    return Q(started_at__lte=at) & (Q(started_at__lt=at) | Q(number__lt=anchor.number))


def _window(found: list[ConversationEntry], *, is_first: bool) -> Window:
    rows = found[:WINDOW]
    earlier = rows[0].number if rows and not is_first else None
    if len(found) <= WINDOW:
        return Window(rows, earlier, None, None)
    return Window(rows, earlier, rows[-1].number, found[WINDOW].started_at)


def told(
    interaction: EngagementInteraction, entries: Sequence[ConversationEntry], *, customer: str = "Customer"
) -> list[Line]:
    """The lines of one contact with names and moods, in three queries."""
    if not entries:
        return []
    speakers = Speakers(entries, customer)
    moods = moods_of(interaction, entries)
    return [Line(entry, speakers.of(entry), moods.get(entry.pk)) for entry in entries]


class Speakers:
    """Who is behind the participants of these lines, of however many contacts, in two queries."""

    def __init__(self, entries: Iterable[ConversationEntry], customer: str = "Customer") -> None:
        self.customer = customer
        rows = list(entries)
        keys = {key for row in rows if row.sender_kind in _INSIDE and (key := key_of(row.participant, USER_PREFIX))}
        people: Any = User.objects.filter(tenant=scope.tenant(), pk__in=keys)
        self.people = {user.pk: user.name for user in people}
        named = ConversationParticipant.objects.filter(
            conversation__interaction__in={row.interaction_id for row in rows}, participant_display_name__gt=""
        )
        columns = ("conversation__interaction_id", "participant_key", "participant_display_name")
        self.others = {(contact, key): name for contact, key, name in named.values_list(*columns)}

    def of(self, entry: ConversationEntry) -> str:
        kind = SenderKind(entry.sender_kind)
        if kind == SenderKind.END_USER:
            return self.customer
        known = self.people.get(key_of(entry.participant, USER_PREFIX) or 0)
        if known or (known := self.others.get((entry.interaction_id, entry.participant))):
            return str(known)
        if kind in (SenderKind.SUPERVISOR, SenderKind.VIRTUAL_AGENT):
            return "Agent" if kind == SenderKind.VIRTUAL_AGENT else kind.label
        return entry.participant or kind.label
