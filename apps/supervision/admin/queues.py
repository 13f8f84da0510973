"""Queues with their members, and what they go by."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.common.words import later as _
from apps.queues.models import (
    Disposition,
    OutboundIdentifier,
    OverflowRule,
    Queue,
    QueueMember,
    QueueSkill,
    SlaVersion,
    Threshold,
    Workbin,
)
from apps.queues.operations import setup
from apps.queues.rulebook import is_closed
from apps.supervision.admin.base import OperationAdmin, SetupInline
from apps.supervision.site import site


class OfQueues(OperationAdmin):
    """Screens whose rows the queues' own operations write."""

    can_erase = shows_uses = True

    def write(self, row: Any, *, by: User) -> None:
        setup.configure(row, by=by)

    def erase(self, row: Any, *, by: User) -> None:
        setup.remove(row, by=by)


class MemberInline(SetupInline):
    model = QueueMember
    verbose_name = _("member")
    verbose_name_plural = _("members")
    autocomplete_fields = ("agent",)
    ordering = ("agent__user__first_name", "agent__user__last_name", "pk")
    find = ("agent__user__full_name",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("agent__user")


class OverflowInline(SetupInline):
    model = OverflowRule
    fk_name = "queue"
    verbose_name = _("overflow rule")
    verbose_name_plural = _("overflow: where a contact goes instead, by the first rule that holds")
    fields = ("position", "trigger", "threshold", "to_queue", "to_flow", "raise_priority")


class SkillInline(SetupInline):
    model = QueueSkill
    verbose_name = _("skill")
    verbose_name_plural = _("skills: what agents must be able to do, and after what wait less is enough")
    fields = ("skill", "level", "after_s")


@admin.register(Queue, site=site)
class QueueAdmin(OfQueues):
    list_display = (
        "name",
        "member_count",
        "priority",
        "service_level",
        "open_now",
        "offer_timeout_s",
        "wrap_up_s",
        "is_active",
    )
    list_filter = ("is_active",)
    list_select_related = ("sla",)
    search_fields = ("name", "developer_name")
    ordering = ("name",)
    prepopulated_fields = {"developer_name": ("name",)}
    fields = (
        ("name", "developer_name"),
        ("sla", "priority"),
        ("offer_timeout_s", "wrap_up_s"),
        ("last_agent_wait_s", "voice_is_exclusive"),
        ("hours", "when_closed"),
        "callback_keeps_place",
        ("disposition_required", "is_active"),
    )
    labels = {"sla": _("Service level"), "voice_is_exclusive": _("Calls are exclusive")}
    helps = {
        "developer_name": _("What Salesforce clients and telephone systems call it."),
        "sla": _("What contacts are measured by that come from now on."),
        "disposition_required": _("Work from here is completed with a disposition only."),
        "is_active": _("Switched off, it is offered as a target nowhere; rules and numbers pass it over."),
    }
    inlines = (
        MemberInline,
        SkillInline,
        OverflowInline,
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(member_count=Count("memberships"))

    @admin.display(description=_("Hours"))
    def open_now(self, queue: Queue) -> str:
        if queue.hours_id is None:
            return gettext("Always open")
        return gettext("Closed now") if is_closed(queue) else gettext("Open now")

    @admin.display(description=_("Service level"), ordering="sla__name")
    def service_level(self, queue: Queue) -> Any:
        return queue.sla

    @admin.display(description=_("Members"), ordering="member_count")
    def member_count(self, queue: Any) -> int:
        return int(queue.member_count)


@admin.register(SlaVersion, site=site)
class SlaVersionAdmin(OfQueues):
    """Never changed: what was measured by a rule keeps it."""

    list_display = ("name", "target_percent", "threshold_s", "abandon_type", "abandon_threshold_s", "queue_count")
    search_fields = ("name",)
    ordering = ("name", "-id")
    fields = ("name", ("target_percent", "threshold_s"), ("abandon_type", "abandon_threshold_s"))
    helps = {
        "target_percent": _("Of a hundred contacts, how many are to be answered in time."),
        "threshold_s": _("Seconds within which a contact is answered in time."),
        "abandon_type": _("What becomes of those that hang up before they are answered."),
    }

    def get_queryset(self, request: HttpRequest) -> Any:
        users = Queue.objects.filter(sla=OuterRef("pk")).order_by().values("sla").annotate(n=Count("id")).values("n")
        return super().get_queryset(request).annotate(queue_count=Coalesce(Subquery(users), 0))

    @admin.display(description=_("Queues"), ordering="queue_count")
    def queue_count(self, rule: Any) -> int:
        return int(rule.queue_count)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and bool(super().has_change_permission(request, obj))


@admin.register(Threshold, site=site)
class ThresholdAdmin(OfQueues):
    """Erased, a queue goes by what holds for all, and those by what the fields' help says."""

    list_display = ("__str__", "service_level_near", "service_level_below", "longest_wait_s", "waiting")
    list_select_related = ("queue",)
    search_fields = ("queue__name",)
    ordering = ("queue__name",)
    shows_uses = False
    fields = (
        "queue",
        ("service_level_near", "service_level_below"),
        ("longest_wait_s", "waiting"),
        ("wrap_up_s", "away_s"),
        "stuck_s",
    )


@admin.register(Disposition, site=site)
class DispositionAdmin(OfQueues):
    list_display = ("name", "position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)
    fields = ("name", "position", "is_active")
    helps = {
        "position": _("The order in which agents are offered them."),
        "is_active": _("Switched off, nobody chooses it any more; what ended with it stays as it is."),
    }


@admin.register(Workbin, site=site)
class WorkbinAdmin(OfQueues):
    list_display = ("name", "kind", "agent", "team")
    list_filter = ("kind",)
    list_select_related = ("agent__user", "team")
    search_fields = ("name",)
    fields = ("name", "kind", "agent", "team")
    helps = {
        "agent": _("Whose it is, of the kind Agent."),
        "team": _("Whose it is, of the kind Group."),
    }


@admin.register(OutboundIdentifier, site=site)
class OutboundIdentifierAdmin(OfQueues):
    list_display = ("name", "value", "channel", "is_active")
    list_filter = ("channel", "is_active")
    search_fields = ("name", "value")
    fields = ("name", "value", "channel", "is_active")
    helps = {
        "name": _("What agents choose it by."),
        "value": _("The number with its country code, or the address, that customers see."),
    }
