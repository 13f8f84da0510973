"""Where a row of the set-up is used: counted as far as anybody cares, the first by name with a way there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.common.uses import Use, parts, uses
from apps.common.words import figure, later
from apps.queues.models import FlowCondition, FlowRule
from apps.supervision.site import site

COUNTED_TO = 1000
NAMED = 6

_OF_RECORDS = ("interaction", "engagement", "voice_call")  # fields that lead to a contact
_LABELS: Mapping[str, Any] = {
    "agents.agentchannel.reason": later("Agents who are not ready for it now"),
    "agents.agentskill.skill": later("Agents who have it"),
    "agents.agentstatespan.reason": later("Times that agents spent not ready for it"),
    "engagements.interactiontally.flow": later("Figures of past contacts"),
    "queues.flow.queue": later("Flows that lead to it"),
    "queues.flowcondition.hours": later("Conditions of rules"),
    "queues.flowrule.flow": later("Its rules"),
    "queues.flowrule.queue": later("Rules that lead to it"),
    "queues.flowrule.to_flow": later("Rules that lead to it"),
    "queues.flowruleskill.skill": later("Rules that ask for it"),
    "queues.outbounduse.identifier": later("Contacts that showed it"),
    "queues.overflowrule.to_flow": later("Overflow of queues"),
    "queues.overflowrule.to_queue": later("Overflow of other queues"),
    "queues.queueentry.queue": later("Contacts that wait or waited in it"),
    "queues.queueentry.sla": later("Contacts that were measured by it"),
    "queues.queueskill.skill": later("Queues that ask for it"),
    "queues.workoffer.disposition": later("Contacts that ended with it"),
    "queues.workbinsubscription.workbin": later("Who watches it"),
    "tenants.tenant.default_queue": later("Settings: the default queue"),
    "voice_calls.callcenterroutingmap.queue": later("Names of telephone systems"),
    "voice_calls.numberroute.flow": later("Numbers that lead to it"),
    "voice_calls.numberroute.queue": later("Numbers that lead to it"),
}


@dataclass(frozen=True)
class Used:
    label: str
    count: str
    named: Sequence[tuple[str, str]]  # what it is, and its address if it has one
    more: bool  # than those named


def used(row: models.Model, by: User) -> list[Used]:
    """Each way in which it is in use. Contacts are named, and counted, for those who see all of them."""
    return [found for use in uses(row) if (found := _used(use, by))]


def going_with(row: models.Model, by: User) -> list[Used]:
    """What would go with it."""
    return [
        found for use in parts(row) if use.model._meta.label_lower != "queues.queuetally" and (found := _used(use, by))
    ]


def _used(use: Use, by: User) -> Used | None:
    number = use.rows[: COUNTED_TO + 1].count()
    if not number:
        return None
    if _is_record(use.model) and not by.sees_everything:
        return Used(_label(use), "", [], False)
    count = _("more than %(number)s") % {"number": figure(COUNTED_TO)} if number > COUNTED_TO else figure(number)
    link = _link(use)
    shown = use.rows.select_related(*([link] if link else [])).order_by("-pk")[:NAMED] if _is_named(use, link) else []
    return Used(_label(use), count, [_named(each, link) for each in shown], number > NAMED)


def _label(use: Use) -> str:
    plural = str(use.model._meta.verbose_name_plural)
    return str(_LABELS.get(f"{use.model._meta.label_lower}.{use.field.name}", plural[:1].upper() + plural[1:]))


def _is_record(model: type[models.Model]) -> bool:
    names = {field.name for field in model._meta.concrete_fields}
    return model._meta.label_lower == "engagements.engagementinteraction" or not names.isdisjoint(_OF_RECORDS)


def _is_named(use: Use, link: str) -> bool:
    return bool(link) or site.is_registered(use.model)


def _link(use: Use) -> str:
    """The field that leads to what has a screen, where the row has none of its own."""
    if site.is_registered(use.model):
        return ""
    fields: Any = use.model._meta.concrete_fields
    others = [field.name for field in fields if _leads(field) and field != use.field]
    return min(others, key=lambda name: name not in _OF_RECORDS, default="")


def _leads(field: Any) -> bool:
    is_house = field.name == "tenant" or (field.related_model is User and field.name != "user")
    return bool(field.is_relation) and not is_house and site.is_registered(field.related_model)


def _named(row: Any, link: str) -> tuple[str, str]:
    shown = getattr(row, link) if link else row
    if shown is None:
        return str(row), ""
    meta = shown._meta
    try:
        return str(shown), reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[shown.pk])
    except NoReverseMatch:
        return str(shown), ""


def in_records(number: int) -> list[Used]:
    """Records that have a value, as many as were counted."""
    count = _("more than %(number)s") % {"number": figure(COUNTED_TO)} if number > COUNTED_TO else figure(number)
    return [Used(_("Records that have it"), count, [], False)] if number else []


def in_rules(**said: str) -> list[Used]:
    """Entry and flow rules with such a condition."""
    rules = FlowRule.objects.filter(pk__in=FlowCondition.objects.filter(**said).values("rule")).order_by("pk")
    found = list(rules.select_related("queue", "agent__user", "to_flow")[: NAMED + 1])
    named = [_named(each, "") for each in found[:NAMED]]
    return [Used(_("Rules that ask for it"), str(rules.count()), named, len(found) > NAMED)] if found else []
