"""Flows and the rules by which contacts go: for every arrival, or within a flow. And a place to try them."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext

from apps.common.words import later as _
from apps.queues.models import Flow, FlowCondition, FlowRule, FlowRuleSkill
from apps.supervision.admin.base import SetupInline
from apps.supervision.admin.queues import OfQueues
from apps.supervision.admin.trying import TryForm, tried
from apps.supervision.site import site


@admin.register(Flow, site=site)
class FlowAdmin(OfQueues):
    list_display = ("name", "developer_name", "queue", "recording")
    list_select_related = ("queue",)
    search_fields = ("name", "developer_name")
    prepopulated_fields = {"developer_name": ("name",)}
    fields = (("name", "developer_name"), "queue", "recording")
    helps = {
        "developer_name": _("What omniFlow and Voice name it by."),
        "queue": _("Where contacts go when none of its rules holds."),
        "recording": _("Told to the agent and the telephone system, unless a rule says otherwise."),
    }


class ConditionInline(SetupInline):
    model = FlowCondition
    verbose_name = _("condition")
    verbose_name_plural = _("conditions: all of them must hold")
    fields = ("fact", "comparison", "value", "hours")


class SkillInline(SetupInline):
    model = FlowRuleSkill
    verbose_name = _("skill")
    verbose_name_plural = _("skills that the contact needs besides those of its queue")


@admin.register(FlowRule, site=site)
class FlowRuleAdmin(OfQueues):
    """Entry rules take every contact that arrives; a flow's rules, whom a rule, a number or a request leads there.

    The first rule that holds and leads somewhere decides; without one, the number's own route or the flow's queue does.
    """

    shows_uses = False
    list_display = ("whose", "position", "called", "when", "leads_to", "is_active")
    list_display_links = ("whose", "position")
    list_filter = ("flow", "is_active")
    list_select_related = ("flow", "queue", "agent__user", "to_flow")
    list_before_template = "supervision/try_rules.html"
    ordering = (models.F("flow__name").asc(nulls_first=True), "position", "id")
    fields = (
        ("flow", "position"),
        ("name", "is_active"),
        ("queue", "agent"),
        ("to_flow", "priority"),
        "recording",
    )
    labels = {"queue": _("Leads to the queue"), "agent": _("or the agent"), "to_flow": _("or the flow")}
    inlines = (ConditionInline, SkillInline)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("conditions__hours", "skills__skill")

    @admin.display(description=_("Flow"))
    def whose(self, rule: FlowRule) -> str:
        return rule.flow.name if rule.flow else gettext("Every arrival")

    @admin.display(description=_("Name"))
    def called(self, rule: FlowRule) -> str:
        return rule.name or "–"

    @admin.display(description=_("Leads to"))
    def leads_to(self, rule: FlowRule) -> str:
        said = [str(rule.queue or rule.agent or rule.to_flow or gettext("the next rules"))]
        said += [gettext("priority {priority}").format(priority=rule.priority)] if rule.priority is not None else []
        said += [gettext("needs {skill}").format(skill=skill) for skill in rule.skills.all()]
        said += [gettext("recording {recording}").format(recording=rule.recording)] if rule.recording else []
        return ", ".join(said)

    @admin.display(description=_("When"))
    def when(self, rule: FlowRule) -> str:
        return gettext(" and ").join(str(condition) for condition in rule.conditions.all()) or gettext("always")

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = super().get_urls()
        return [path("try/", self.admin_site.admin_view(self.try_out), name="queues_flowrule_try"), *urls]

    def try_out(self, request: HttpRequest) -> HttpResponse:
        """Which rules would take a contact with the facts of the form; nothing is written."""
        return TemplateResponse(request, "supervision/_tried.html", {"tried": tried(TryForm(request.GET))})

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, {"try_form": TryForm(), **(extra_context or {})})
