"""How somebody felt: what an intelligence service noticed, in words (voice 7, M-18)."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.engagements.models import ConversationEntry, EngagementInteraction
from apps.engagements.models.conversation import SenderKind
from apps.tenants.selecting import Select
from apps.voice_calls.models import ConversationSignal
from apps.voice_calls.operations.signals import SENTIMENT

_CLEAR = 200  # of 1000: from there on a sentiment is positive, below its negative it is negative (M-18, V-50)
_MOST = 2000  # signals of one window of lines
_SIDES = {
    SenderKind.END_USER: ConversationSignal.Participant.CUSTOMER,
    SenderKind.HUMAN_AGENT: ConversationSignal.Participant.AGENT,
    SenderKind.VIRTUAL_AGENT: ConversationSignal.Participant.AGENT,
}
_LAST: Select[ConversationSignal] = Select(
    lambda interaction: ConversationSignal.objects.filter(
        interaction_id=interaction,
        type=SENTIMENT,
        is_afterwards=False,
        participant=ConversationSignal.Participant.CUSTOMER,
    ).order_by("-started_at", "-id")[:1],
    numbers=["interaction"],
)


@dataclass(frozen=True)
class Mood:
    """`score` from -1000 to 1000, as the service told it."""

    score: float

    @property
    def word(self) -> str:
        return "Positive" if self.score >= _CLEAR else "Negative" if self.score <= -_CLEAR else "Neutral"

    @property
    def says(self) -> str:
        """The word with a sign, which is read without colour."""
        return {"Positive": "+ Positive", "Negative": "− Negative"}.get(self.word, "± Neutral")


def mood_of(signal: ConversationSignal | None) -> Mood | None:
    """None for what is no score."""
    try:
        return Mood(float(signal.value)) if signal else None
    except ValueError:
        return None


def moods_of(interaction: EngagementInteraction, entries: Sequence[ConversationEntry]) -> dict[int, Mood]:
    """By the keys of the lines: each feeling belongs to the last line that its side had begun. One query."""
    if not entries:
        return {}
    until = max(entry.ended_at or entry.started_at for entry in entries)
    felt = ConversationSignal.objects.filter(
        interaction=interaction,
        type=SENTIMENT,
        is_afterwards=False,
        started_at__range=(entries[0].started_at, until),
    )
    found: dict[int, Mood] = {}
    position, last = 0, dict[str, int]()
    for signal in felt.order_by("started_at", "id")[:_MOST]:
        while position < len(entries) and entries[position].started_at <= signal.started_at:
            side = _SIDES.get(SenderKind(entries[position].sender_kind))
            if side:
                last[side] = entries[position].pk
            position += 1
        mood = mood_of(signal)
        if mood and signal.participant in last:
            found[last[signal.participant]] = mood
    return found


def last_mood(interaction: EngagementInteraction) -> Mood | None:
    """How the customer felt last, while the contact went on."""
    return mood_of(_LAST.first(interaction=interaction.pk))
