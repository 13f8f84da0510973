"""Agents' parts: what was offered to them, what they took, and what they did with it."""

from datetime import datetime
from typing import Any

from django.db.models import DateTimeField as At
from django.db.models import F, Func, OuterRef, Q, QuerySet, Subquery

from apps.queues.models import Hold, HoldKind, Outcome, SegmentCause, WorkOffer
from apps.queues.models.journal import CancelCause
from apps.reporting.expressions import Between, Length, Stretch, Union, either
from apps.reporting.figures import OF_THE_CUSTOMER
from apps.reporting.statistics.contacts import agents_talking
from apps.reporting.statistics.measures import Fact, Fold, Measure, extremes

_PATHS = {
    "queue": "queue_entry__queue_id",
    "agent": "agent_id",
    "channel": "interaction__channel",
    "direction": "interaction__direction",
}


def _offers(at: datetime) -> "QuerySet[Any]":
    """What was offered, pulled work among it, to be answered (`figures.answer_time`)."""
    offered = WorkOffer.objects.filter(interaction__deleted_at=None, queue_entry__isnull=False)
    return offered.alias(answered_after=Between("offered_at", "answered_at"))


def _parts(at: datetime) -> "QuerySet[Any]":
    """Parts in which somebody talked to the customer, or worked on what was written."""
    talked = WorkOffer.objects.filter(
        interaction__deleted_at=None, outcome=Outcome.ACCEPTED, talk_started_at__isnull=False
    ).alias(gone_at=either("left_at", "ended_at"))
    holds = Hold.objects.filter(
        interaction=OuterRef("interaction"),
        kind__in=OF_THE_CUSTOMER,
        ended_at__isnull=False,
        started_at__gte=OuterRef("talk_started_at"),
        started_at__lt=OuterRef("gone_at"),
    )
    until = Func("ended_at", OuterRef("gone_at"), function="least", output_field=At())
    spans = holds.order_by().values("interaction").annotate(spans=Union(Stretch(F("started_at"), until)))
    asker = WorkOffer.objects.filter(
        interaction=OuterRef("interaction"),
        agent=OuterRef("segment__by_agent"),
        talk_started_at__lt=OuterRef("talk_started_at"),
    ).annotate(gone_at=either("left_at", "ended_at"))
    still_there = asker.filter(gone_at__gt=OuterRef("talk_started_at")).order_by("-talk_started_at", "-pk")
    return talked.alias(
        conversed=Between("talk_started_at", "gone_at"),
        held=Length(Subquery(spans.values("spans"))),
        wrapped_up=Between("left_at", "ended_at"),
        asker_left_at=Subquery(still_there.values("gone_at")[:1]),
    )


def _holds(at: datetime) -> "QuerySet[Any]":
    return Hold.objects.filter(interaction__deleted_at=None, ended_at__isnull=False).alias(
        lasted=Between("started_at", "ended_at"), agents=agents_talking()
    )


OFFERS_MADE = Fact("offers made", _offers, "offered_at", _PATHS)
OFFERS_ANSWERED = Fact("offers answered", _offers, "answered_at", _PATHS)
TALKS_BEGUN = Fact("conversations begun", _parts, "talk_started_at", _PATHS)
PARTS_OVER = Fact("parts over", _parts, "ended_at", _PATHS)
HOLDS_OVER = Fact(
    "holds over",
    _holds,
    "ended_at",
    {
        "queue": "offer__queue_entry__queue_id",
        "agent": "offer__agent_id",
        "channel": "interaction__channel",
        "direction": "interaction__direction",
    },
)

OFFERS = Measure("offers", OFFERS_MADE)
ACCEPTED = Measure("accepted", OFFERS_ANSWERED, only=Q(outcome=Outcome.ACCEPTED))
REJECTED = Measure("rejected", OFFERS_ANSWERED, only=Q(outcome=Outcome.REJECTED))
MISSED = Measure("missed", OFFERS_ANSWERED, only=Q(outcome=Outcome.TIMED_OUT))
CANCELLED = Measure("cancelled", OFFERS_ANSWERED, only=Q(outcome=Outcome.CANCELLED))
CUSTOMER_GONE = Measure("customer_gone", OFFERS_ANSWERED, only=Q(cancel_cause=CancelCause.CUSTOMER_LEFT))
ACCEPT_TIME = Measure("accept_time_sum", OFFERS_ANSWERED, Fold.SUM, F("answered_after"), Q(outcome=Outcome.ACCEPTED))

TALKS = Measure("talks", TALKS_BEGUN)

HANDLED = Measure("handled", PARTS_OVER)
CONVERSED, CONVERSED_LEAST, CONVERSED_MOST = extremes("conversed", PARTS_OVER, F("conversed"))
HELD_TIME = Measure("held_sum", PARTS_OVER, Fold.SUM, F("held"))
HELD_PARTS = Measure("held_parts", PARTS_OVER, only=Q(held__isnull=False))
WRAP_UP, WRAP_UP_LEAST, WRAP_UP_MOST = extremes("wrapped_up", PARTS_OVER, F("wrapped_up"))
_CONSULTED = Q(segment__cause=SegmentCause.TRANSFER, asker_left_at__isnull=False)
CONSULTS = Measure("consults", PARTS_OVER, only=_CONSULTED)
CONSULT_TIME = Measure(
    "consult_sum",
    PARTS_OVER,
    Fold.SUM,
    Between("talk_started_at", Func("asker_left_at", "gone_at", function="least", output_field=At())),
    _CONSULTED,
)

_BY_CUSTOMER = Q(kind__in=OF_THE_CUSTOMER)
CUSTOMER_HOLDS = Measure("customer_holds", HOLDS_OVER, only=_BY_CUSTOMER)
HOLDS_ALONE = Measure("holds_alone", HOLDS_OVER, only=Q(kind=HoldKind.CUSTOMER, agents=1))
AGENT_HOLDS = Measure("agent_holds", HOLDS_OVER, only=Q(kind=HoldKind.AGENT))
AGENT_HOLD_TIME = Measure("agent_hold_sum", HOLDS_OVER, Fold.SUM, F("lasted"), Q(kind=HoldKind.AGENT))
