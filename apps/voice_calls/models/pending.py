"""Calls that wait for somebody to take them, as the platform's routing shows them (voice 8.5). No table of its own."""

from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from apps.objects.documented import Documented
from apps.objects.house import STAMPS, readable
from apps.objects.registry import SObject, add
from apps.queues.models import QueueEntry, SegmentCause, WorkOffer
from apps.queues.models.setup import VOICE_OFFER_TIMEOUT
from apps.voice_calls.models.call import VoiceCall

USUAL_PRIORITY = 100  # a queue's, where nobody says otherwise; to clients that is 0, and more comes later
_WHOLE = 100.0  # percent of an agent's capacity


def _pending() -> "QuerySet[Any]":
    """Open stays of calls that may be offered. A stay's call is its own leg's, or else the contact's latest."""
    own_leg = VoiceCall.objects.filter(segment=OuterRef("segment")).values("pk")
    latest = VoiceCall.objects.filter(interaction=OuterRef("interaction")).order_by("-id").values("pk")[:1]
    stays = QueueEntry.objects.filter(interaction=OuterRef("interaction")).order_by().values("interaction")
    shared = Q(queue__voice_is_exclusive=False)
    rows = QueueEntry.objects.filter(left_at=None, is_routable=True).annotate(
        work_item=Coalesce(Subquery(own_leg), Subquery(latest)),
        preferred_user=F("target_agent__user"),
        routing_type=Case(When(skills=[], then=Value("QueueBased")), default=Value("SkillsBased")),
        routing_model=Value("MostAvailable"),
        routing_priority=USUAL_PRIORITY - F("priority"),
        service_channel=Cast(Value(None), CharField()),  # nothing is sorted by a mere constant
        is_transfer=_told(Q(segment__cause__in=[SegmentCause.TRANSFER, SegmentCause.QUEUE])),
        is_pushed=_told(Q(offered_to__isnull=False)),
        is_push_attempted=Exists(WorkOffer.objects.filter(queue_entry=OuterRef("pk"))),
        capacity_weight=Case(When(shared, then=1.0), output_field=FloatField()),
        capacity_percentage=Case(When(~shared, then=_WHOLE), output_field=FloatField()),
        custom_requested=Case(When(~Q(waits_since=F("entered_at")), then="waits_since"), output_field=DateTimeField()),
        push_timeout=Coalesce("queue__offer_timeout_s", VOICE_OFFER_TIMEOUT),
        serial=Subquery(stays.annotate(number=Count("pk")).values("number")),
        is_deleted=Value(False),
        created_date=F("entered_at"),
        last_modified_date=F("entered_at"),
        created_by=F("interaction__created_by"),
        last_modified_by=F("interaction__last_modified_by"),
    )
    return rows.filter(work_item__isnull=False)


def _told(condition: Q) -> "ExpressionWrapper[Q]":
    return ExpressionWrapper(condition, output_field=BooleanField())


def _field(api_name: str, label: str, type: str, letters: str, **more: Any) -> Documented:
    return Documented(api_name, type, frozenset(letters), label, picklist=type == "picklist", **more)


def _link(name: str, target: str, letters: str) -> Documented:
    return _field(f"{name}Id", f"{name} ID", "reference", letters, length=18, references=(target,), relationship=name)


# Nothing is updateable: what is ready for routing cannot be edited, and nothing that is not ready is ever here.
PENDING = SObject(
    "PendingServiceRouting",
    QueueEntry,
    "0JR",
    "Pending Service Routing",
    calls=frozenset({"create", "retrieve", "update", "upsert", "delete", "query"}),
    plural="Pending Service Routings",
    own_fields=[
        ("work_item", _link("WorkItem", "VoiceCall", "CFGS")),
        ("queue", _link("Group", "Group", "CFGNS")),
        ("preferred_user", _link("PreferredUser", "User", "CFGNS")),
        (
            "routing_type",
            _field(
                "RoutingType", "Routing Type", "picklist", "CDFGRS", length=40, options=("QueueBased", "SkillsBased")
            ),
        ),
        (
            "routing_model",
            _field(
                "RoutingModel",
                "Routing Model",
                "picklist",
                "CDFGRS",
                length=40,
                options=("ExternalRouting", "LeastActive", "MostAvailable"),
            ),
        ),
        ("routing_priority", _field("RoutingPriority", "Routing Priority", "int", "CDFGS")),
        ("service_channel", _link("ServiceChannel", "ServiceChannel", "CFGNS")),
        ("is_routable", _field("IsReadyForRouting", "Is Ready For Routing", "boolean", "CDFGS")),
        ("is_transfer", _field("IsTransfer", "Is Transfer", "boolean", "FGS")),
        ("is_pushed", _field("IsPushed", "Is Pushed", "boolean", "FGS")),
        ("is_push_attempted", _field("IsPushAttempted", "Is Push Attempted", "boolean", "FGS")),
        ("capacity_weight", _field("CapacityWeight", "Capacity Weight", "double", "CFNS")),
        ("capacity_percentage", _field("CapacityPercentage", "Capacity Percentage", "double", "CFNS")),
        ("custom_requested", readable("CustomRequestedDateTime", "Requested", type="datetime", nillable=True)),
        ("push_timeout", _field("PushTimeout", "Push Timeout", "int", "CDFGS")),
        ("serial", readable("Serial", type="int")),
        ("is_deleted", readable("IsDeleted", "Deleted", type="boolean")),
        *STAMPS,
    ],
    own_rows=_pending,
)
add(PENDING)
