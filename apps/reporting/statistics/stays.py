"""Stays in queues: begun, over, and answered. Stays that are aimed at one agent are none (X-57)."""

from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from apps.queues.models import ExitType, Outcome, QueueEntry, WorkOffer
from apps.queues.models.setup import SlaVersion
from apps.reporting.expressions import Between
from apps.reporting.figures import DEFAULT_ABANDON_THRESHOLD, DEFAULT_ABANDON_TYPE, DEFAULT_THRESHOLD
from apps.reporting.statistics.measures import Fact, Fold, Measure, extremes

BRIEF_S = 5  # abandons up to this many seconds are left out of one of the abandonment rates (cxengage 13.1)


def _stays(at: datetime) -> "QuerySet[Any]":
    earlier = QueueEntry.objects.filter(
        Q(entered_at__lt=OuterRef("entered_at")) | Q(entered_at=OuterRef("entered_at"), pk__lt=OuterRef("pk")),
        interaction=OuterRef("interaction"),
        queue__isnull=False,
    ).order_by("-entered_at", "-pk")
    return QueueEntry.objects.filter(queue__isnull=False, interaction__deleted_at=None).alias(
        last_queue=Subquery(earlier.values("queue")[:1]),
        last_exit=Subquery(earlier.values("exit_type")[:1]),
        threshold=Coalesce("sla__threshold_s", Value(DEFAULT_THRESHOLD)) * 1000,
        short=Coalesce("sla__abandon_threshold_s", Value(DEFAULT_ABANDON_THRESHOLD)) * 1000,
        rule=Coalesce("sla__abandon_type", Value(DEFAULT_ABANDON_TYPE)),
        waited=Between("entered_at", "left_at"),
    )


def _answers(at: datetime) -> "QuerySet[Any]":
    taken = WorkOffer.objects.filter(
        interaction__deleted_at=None,
        queue_entry__queue__isnull=False,
        queue_entry__exit_type=ExitType.SUCCESS,
        outcome=Outcome.ACCEPTED,
        talk_started_at__isnull=False,
    )
    return taken.alias(
        threshold=Coalesce("queue_entry__sla__threshold_s", Value(DEFAULT_THRESHOLD)) * 1000,
        waited=Between("queue_entry__entered_at", "talk_started_at"),
    )


_OF_A_STAY = {"queue": "queue_id", "channel": "channel", "direction": "interaction__direction"}
_OF_AN_OFFER = {
    "queue": "queue_entry__queue_id",
    "agent": "agent_id",
    "channel": "interaction__channel",
    "direction": "interaction__direction",
}

STAYS_BEGUN = Fact("stays begun", _stays, "entered_at", _OF_A_STAY)
STAYS_OVER = Fact("stays over", _stays, "left_at", _OF_A_STAY)
ANSWERS = Fact("answers", _answers, "talk_started_at", _OF_AN_OFFER)

# Begun
ENTRIES = Measure("entries", STAYS_BEGUN)
_AGAIN = Q(last_queue=F("queue_id")) & ~Q(last_exit=ExitType.SUCCESS)  # came back unserved: not counted again
_ABANDONED = Q(exit_type=ExitType.ABANDON)
_OFFERED = Q(last_queue=None) | ~_AGAIN
QUEUE_INTERACTIONS = Measure("queue_interactions", STAYS_BEGUN, only=_OFFERED)
_LASTING = Q(waited__gt=BRIEF_S * 1000)
LASTING_INTERACTIONS = Measure(
    "lasting_interactions", STAYS_BEGUN, only=_OFFERED & (Q(exit_type=None) | ~_ABANDONED | _LASTING)
)
LONGEST_QUEUE = Measure("longest_queue", STAYS_BEGUN, Fold.MOST, F("length_at_entry"))

# Over
LEFT = Measure("stays_over", STAYS_OVER)
QUEUE_TIME, QUEUE_TIME_LEAST, QUEUE_TIME_MOST = extremes("queue_time", STAYS_OVER, F("waited"))
TIMEOUTS = Measure("timeouts", STAYS_OVER, only=Q(exit_type=ExitType.TIMEOUT))
CALLBACKS = Measure("callbacks", STAYS_OVER, only=Q(exit_type=ExitType.CALLBACK))
CLOSED_WAITING = Measure("closed_waiting", STAYS_OVER, only=Q(exit_type=ExitType.INTERACTION_END))
CALLED_OFF = Measure("called_off", STAYS_OVER, only=Q(exit_type=ExitType.ADD_PARTICIPANT_CANCEL))

ABANDONS = Measure("abandons", STAYS_OVER, only=_ABANDONED)
ABANDON_TIME, ABANDON_TIME_LEAST, ABANDON_TIME_MOST = extremes("abandon_time", STAYS_OVER, F("waited"), _ABANDONED)
SHORT_ABANDONS = Measure("short_abandons", STAYS_OVER, only=_ABANDONED & Q(waited__lte=F("short")))
LASTING_ABANDONS = Measure("lasting_abandons", STAYS_OVER, only=_ABANDONED & _LASTING)
ABANDONS_IN_SLA = Measure("abandons_in_sla", STAYS_OVER, only=_ABANDONED & Q(waited__lte=F("threshold")))
LATE_ABANDONS = Measure("late_abandons", STAYS_OVER, only=_ABANDONED & Q(waited__gt=F("threshold")))
LONG_ABANDONS = Measure("long_abandons", STAYS_OVER, only=_ABANDONED & Q(waited__gt=F("short")))
MISSED_ABANDONS = Measure(  # L of cxengage 10.3, by the rule that the stay began with; as `figures.sla_abandoned`
    "missed_abandons",
    STAYS_OVER,
    only=_ABANDONED & (Q(rule=SlaVersion.AbandonType.COUNT) | Q(waited__gt=F("short"))),
)

# Answered
ANSWERED = Measure("answers", ANSWERS)  # A
ANSWERED_IN_SLA = Measure("answers_in_sla", ANSWERS, only=Q(waited__lte=F("threshold")))  # W
ANSWER_TIME, ANSWER_TIME_LEAST, ANSWER_TIME_MOST = extremes("answer_time", ANSWERS, F("waited"))
