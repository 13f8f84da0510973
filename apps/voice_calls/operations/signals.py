"""What an intelligence service noticed, while a call goes on and afterwards (voice 7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import fmean
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from apps.common import clock
from apps.common.errors import FieldProblem, Invalid, NotAllowed, Problem
from apps.engagements.models import Conversation, EngagementInteraction
from apps.voice_calls.models import CallCenter, ConversationSignal, VoiceCall
from apps.voice_calls.operations.find import first_leg_of
from apps.voice_calls.operations.ledger import publish_for

CATEGORY = "IntelligenceSignal__Category"
SENTIMENT = "IntelligenceSignal__Sentiment"
OVERALL = "IntelligenceSignal__OverallSentimentScore"
_RANGES = {SENTIMENT: 1000.0, OVERALL: 5.0}
_SUREST = 1000.0
_PER_POINT = 200  # of a sentiment from -1000 to 1000, for a score from -5 to 5 (V-50)
_SCORES = {"AGENT": "agent_sentiment_score", "CUSTOMER": "customer_sentiment_score"}


class StillOpen(NotAllowed):
    """What is said of a whole conversation is said when it is over (V-51)."""


@dataclass(frozen=True)
class Signal:
    type: str
    value: str
    started_at: datetime
    ended_at: datetime | None = None
    score: str = ""
    participant: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def notice(
    call_center: CallCenter, call_key: str, service: str, signals: Sequence[Signal], *, keep: bool = True
) -> None:
    """Show what was noticed to whoever has the call, and store it if `keep`. Publishes `signal.noticed`.

    Raises NotFound for an unknown key, Invalid if no signal has a usable score.
    """
    _take(first_leg_of(call_center, call_key), service, signals, keep=keep, afterwards=False)


@transaction.atomic
def conclude(call_center: CallCenter, call_key: str, service: str, signals: Sequence[Signal]) -> None:
    """Store what is said of the whole conversation, and the scores of agent and customer. Publishes `signal.noticed`.

    Fills the interaction's sentiment while nobody has written one (M-18). Raises StillOpen before the end.
    """
    call = first_leg_of(call_center, call_key)
    if Conversation.objects.filter(pk=call.conversation_id or 0, ended_at=None).exists():
        raise StillOpen("The conversation is not closed yet")
    usable = _take(call, service, signals, keep=True, afterwards=True)
    scores = {_SCORES[who]: score for who in _SCORES if (score := _score(call, usable, who)) is not None}
    if not scores:
        return
    for column, score in scores.items():
        setattr(call, column, score)
    call.system_modstamp = clock.now()
    call.save(update_fields=[*scores, "system_modstamp"])
    _fill_sentiment(call)


def _take(
    call: VoiceCall, service: str, signals: Sequence[Signal], *, keep: bool, afterwards: bool
) -> Sequence[Signal]:
    usable = sorted((signal for signal in signals if _is_usable(signal)), key=lambda signal: signal.started_at)
    if signals and not usable:
        raise Invalid(FieldProblem(Problem.OUT_OF_RANGE, ["events"], gettext("no event has a value in its range")))
    interaction = EngagementInteraction.objects.locked().filter(voice_calls=call).first()
    if interaction is None:
        return usable
    if keep:
        rows = _rows(interaction, service, usable, afterwards)
        ConversationSignal.objects.bulk_create(
            {(row.type, row.participant, row.started_at): row for row in rows}.values(),
            update_conflicts=True,
            unique_fields=["tenant", "interaction", "type", "participant", "started_at", "is_afterwards"],
            update_fields=["service", "value", "score", "ended_at", "details"],
        )
    publish_for(interaction, "signal.noticed", {"signals": [_shown(signal) for signal in usable]})
    return usable


def _rows(
    interaction: EngagementInteraction, service: str, signals: Sequence[Signal], afterwards: bool
) -> list[ConversationSignal]:
    return [
        ConversationSignal(
            interaction=interaction,
            service=service,
            type=signal.type,
            value=signal.value,
            score=signal.score,
            participant=signal.participant,
            started_at=signal.started_at,
            ended_at=signal.ended_at,
            is_afterwards=afterwards,
            details=dict(signal.details),
        )
        for signal in signals
    ]


def _is_usable(signal: Signal) -> bool:
    """A feeling is a number in its range; how sure the service is, is one from 0 to 1000 (V-51)."""
    limit = _RANGES.get(signal.type)
    sure = _number(signal.score)
    if sure is not None and not 0 <= sure <= _SUREST:
        return False
    if limit is None:
        return True
    value = _number(signal.value)
    return value is not None and abs(value) <= limit


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _shown(signal: Signal) -> dict[str, Any]:
    return {
        "type": signal.type,
        "value": signal.value,
        "participant": signal.participant,
        "at": signal.started_at.isoformat(),
    }


def _score(call: VoiceCall, told: Sequence[Signal], who: str) -> float | None:
    """From -5 to 5: as the service says, else the mean of all that was felt (V-50)."""
    overall = [signal for signal in told if signal.type == OVERALL and signal.participant == who]
    if overall:
        return float(overall[-1].value)
    kept = ConversationSignal.objects.filter(interaction_id=call.interaction_id, participant=who, is_afterwards=True)
    if kept.filter(type=OVERALL).exists():
        return None
    felt = [float(value) for value in kept.filter(type=SENTIMENT).values_list("value", flat=True)]
    return round(fmean(felt) / _PER_POINT, 4) if felt else None


def _fill_sentiment(call: VoiceCall) -> None:
    score = call.customer_sentiment_score
    if score is None:
        return
    word = "Positive" if score >= 1 else "Negative" if score <= -1 else "Neutral"
    EngagementInteraction.objects.filter(pk=call.interaction_id or 0, sentiment=None).update(
        sentiment=word, system_modstamp=clock.now()
    )
