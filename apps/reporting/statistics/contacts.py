"""Whole contacts: begun, over, and left by their customers. One counts for the queue that it waited in last."""

from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce

from apps.engagements.models import EngagementInteraction
from apps.queues.models import Hold, HoldKind, QueueEntry, WorkOffer
from apps.reporting.expressions import Between, Length, Stretch, Union, either
from apps.reporting.figures import OF_THE_CUSTOMER
from apps.reporting.statistics.measures import Fact, Fold, Measure, extremes


def last_queue() -> Subquery:
    stays = QueueEntry.objects.filter(interaction=OuterRef("pk"), queue__isnull=False)
    return Subquery(stays.order_by("-entered_at", "-pk").values("queue")[:1])


def _contacts(at: datetime) -> "QuerySet[Any]":
    return EngagementInteraction.objects.alias(in_queue=last_queue())


def _figures(at: datetime) -> "QuerySet[Any]":
    """With what `figures` says of a whole contact."""
    parts = WorkOffer.objects.filter(interaction=OuterRef("pk"), talk_started_at__isnull=False).alias(gone_at=_GONE)
    talks = parts.annotate(spans=Stretch(F("talk_started_at"), F("gone_at")))
    holds = Hold.objects.filter(interaction=OuterRef("pk"), ended_at__isnull=False).annotate(
        spans=Stretch(F("started_at"), F("ended_at"))
    )
    alone = holds.filter(kind=HoldKind.CUSTOMER).alias(agents=agents_talking()).filter(agents=1)
    found: QuerySet[Any] = _contacts(at).alias(
        lasted=Between("opened_at", "closed_at"),
        was_served=Exists(parts),
        goes_on=Exists(parts.filter(gone_at=None)),
        conversed=Coalesce(Length(_joined(talks)), 0),
        held=Length(_joined(holds.filter(kind__in=OF_THE_CUSTOMER))),
        held_alone=Length(_joined(alone)),
    )
    return found


_GONE = either("left_at", "ended_at")


def _joined(rows: "QuerySet[Any]") -> Subquery:
    return Subquery(rows.order_by().values("interaction").annotate(all=Union("spans")).values("all"))


def agents_talking() -> Subquery:
    """How many agents were with the customer when a hold began."""
    talking = WorkOffer.objects.alias(gone_at=_GONE).filter(
        Q(gone_at=None) | Q(gone_at__gt=OuterRef("started_at")),
        interaction=OuterRef("interaction"),
        talk_started_at__lte=OuterRef("started_at"),
    )
    return Subquery(talking.order_by().values("interaction").annotate(number=Count("*")).values("number"))


_PATHS = {"channel": "channel", "direction": "direction"}
_IN_QUEUE = {"queue": "in_queue", **_PATHS}

BEGUN = Fact("contacts begun", _contacts, "opened_at", _PATHS, "pk")
OVER = Fact("contacts over", _figures, "closed_at", _IN_QUEUE, "pk")
CUSTOMER_LEFT = Fact("customers gone", _contacts, "customer_left_at", _IN_QUEUE, "pk")

STARTED = Measure("started", BEGUN)

ENDED = Measure("ended", OVER)
INTERACTION_TIME, INTERACTION_TIME_LEAST, INTERACTION_TIME_MOST = extremes("interaction_time", OVER, F("lasted"))
_CONVERSED = Q(was_served=True, goes_on=False)
CONVERSATIONS = Measure("conversations", OVER, only=_CONVERSED)
CONVERSATION_TIME, CONVERSATION_TIME_LEAST, CONVERSATION_TIME_MOST = extremes(
    "conversation_time", OVER, F("conversed"), _CONVERSED
)
CUSTOMER_HOLD_TIME = Measure("customer_hold_time", OVER, Fold.SUM, F("held"))
HOLD_TIME_ALONE = Measure("hold_time_alone", OVER, Fold.SUM, F("held_alone"))
_SCORED = Q(satisfaction_score__isnull=False)
SCORES = Measure("scores", OVER, only=_SCORED)
SCORE = Measure("score_sum", OVER, Fold.SUM, Cast(F("satisfaction_score") * 100, BigIntegerField()), _SCORED)  # 0.01

IVR_ABANDONS = Measure("ivr_abandons", CUSTOMER_LEFT, only=Q(customer_left_from="flow"))
QUEUE_LEAVERS = Measure("queue_leavers", CUSTOMER_LEFT, only=Q(customer_left_from="queue"))
HOLD_ABANDONS = Measure("hold_abandons", CUSTOMER_LEFT, only=Q(customer_left_from="hold"))
