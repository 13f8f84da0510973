"""Queues with their members, and what they go by."""

from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest

from apps.accounts.models import User
from apps.queues.models import (
    Disposition,
    Flow,
    FlowCondition,
    FlowRule,
    OutboundIdentifier,
    Queue,
    QueueMember,
    SlaVersion,
    Workbin,
)
from apps.queues.operations import setup
from apps.supervision.admin.base import OperationAdmin, SetupInline
from apps.supervision.site import site


class _OfQueues(OperationAdmin):
    def write(self, row: Any, *, by: User) -> None:
        setup.configure(row, by=by)

    def erase(self, row: Any, *, by: User) -> None:
        setup.remove(row, by=by)


class MemberInline(SetupInline):
    model = QueueMember
    verbose_name = "member"
    verbose_name_plural = "members"
    autocomplete_fields = ("agent",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("agent__user")


@admin.register(Queue, site=site)
class QueueAdmin(_OfQueues):
    list_display = ("name", "member_count", "priority", "sla", "offer_timeout_s", "wrap_up_s", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("sla",)
    search_fields = ("name", "developer_name")
    ordering = ("name",)
    prepopulated_fields = {"developer_name": ("name",)}
    fields = (
        ("name", "developer_name"),
        ("sla", "priority"),
        ("offer_timeout_s", "wrap_up_s"),
        "voice_is_exclusive",
        ("disposition_required", "is_active"),
    )
    labels = {"sla": "Service level", "voice_is_exclusive": "Calls are exclusive"}
    inlines = (MemberInline,)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(member_count=Count("memberships"))

    @admin.display(description="Members", ordering="member_count")
    def member_count(self, queue: Any) -> int:
        return int(queue.member_count)


@admin.register(SlaVersion, site=site)
class SlaVersionAdmin(_OfQueues):
    """Never changed: what was measured by a rule keeps it."""

    list_display = ("name", "target_percent", "threshold_s", "abandon_type", "abandon_threshold_s")
    search_fields = ("name",)
    ordering = ("name", "-id")
    fields = ("name", ("target_percent", "threshold_s"), ("abandon_type", "abandon_threshold_s"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and bool(super().has_change_permission(request, obj))


@admin.register(Disposition, site=site)
class DispositionAdmin(_OfQueues):
    list_display = ("name", "position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)
    fields = ("name", "position", "is_active")


@admin.register(Flow, site=site)
class FlowAdmin(_OfQueues):
    list_display = ("name", "developer_name", "queue", "recording")
    list_select_related = ("queue",)
    search_fields = ("name", "developer_name")
    prepopulated_fields = {"developer_name": ("name",)}
    fields = (("name", "developer_name"), "queue", "recording")


class ConditionInline(SetupInline):
    model = FlowCondition
    verbose_name = "condition"
    verbose_name_plural = "conditions: all of them must hold"
    fields = ("fact", "comparison", "value")


@admin.register(FlowRule, site=site)
class FlowRuleAdmin(_OfQueues):
    """The first rule of a flow that holds decides; without one, the flow's own queue does."""

    list_display = ("flow", "position", "leads_to", "when")
    list_display_links = ("flow", "position")
    list_filter = ("flow",)
    list_select_related = ("flow", "queue", "agent__user")
    ordering = ("flow__name", "position", "id")
    fields = (("flow", "position"), ("queue", "agent"))
    inlines = (ConditionInline,)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("conditions")

    @admin.display(description="Leads to")
    def leads_to(self, rule: Any) -> str:
        return str(rule.queue or rule.agent)

    @admin.display(description="When")
    def when(self, rule: Any) -> str:
        return " and ".join(str(condition) for condition in rule.conditions.all()) or "always"


@admin.register(Workbin, site=site)
class WorkbinAdmin(_OfQueues):
    list_display = ("name", "kind", "agent", "team")
    list_filter = ("kind",)
    list_select_related = ("agent__user", "team")
    search_fields = ("name",)
    fields = ("name", "kind", "agent", "team")


@admin.register(OutboundIdentifier, site=site)
class OutboundIdentifierAdmin(_OfQueues):
    list_display = ("name", "value", "channel", "is_active")
    list_filter = ("channel", "is_active")
    search_fields = ("name", "value")
    fields = ("name", "value", "channel", "is_active")
