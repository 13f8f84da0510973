"""One FilterSet for interactions: the list of the administration screens and the APIs filter by the same rules."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import django_filters
from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.agents.models import Agent, Channel
from apps.common.words import later as _
from apps.directory.models import CRM_PREFIXES
from apps.engagements.field_filters import FieldFilterSet, following, midnight
from apps.engagements.flags import Flag
from apps.engagements.lifecycle import LIVE, Stage
from apps.engagements.models import EngagementInteraction
from apps.engagements.search import matching, naming
from apps.objects import catalogue, registry

FLAGGED = "any"
LIVE_CHOICE = "live"  # every stage of a contact that is still going on


def _statuses() -> Iterable[tuple[str, str]]:
    """Switched-off values too: old records keep them."""
    return [(row.value, row.said) for row in catalogue.current().picklist("EngagementInteraction", "Status").values()]


def _queues(request: Any) -> "QuerySet[Any]":
    found: QuerySet[Any] = apps.get_model("queues", "Queue").objects.all()  # above this app, so by its name
    return found


def _agents(request: Any) -> "QuerySet[Any]":
    found: QuerySet[Any] = Agent.objects.select_related("user").order_by("user__first_name", "user__last_name")
    return found


class InteractionFilter(FieldFilterSet):
    """Everything that interactions are narrowed by. Days are those of the viewer's time zone, both ends included."""

    object_name = "EngagementInteraction"
    without = ("Name", "Status", "IsDeleted")

    q = django_filters.CharFilter(
        label=_("Find"), method="find", help_text=_("Name, phone number in any form, or an id in any dialect")
    )
    since = django_filters.DateFilter(label=_("From"), method="opened_since")
    until = django_filters.DateFilter(label=_("To"), method="opened_until")
    status = django_filters.ChoiceFilter(label=_("Status"), choices=_statuses, empty_label=_("Any"))
    stage = django_filters.ChoiceFilter(
        label=_("Stage"),
        choices=[(LIVE_CHOICE, _("Any that is live")), *Stage.choices],
        method="in_stage",
        empty_label=_("Any"),
    )
    channel = django_filters.ChoiceFilter(label=_("Channel"), choices=Channel.choices, empty_label=_("Any"))
    queue = django_filters.ModelChoiceFilter(
        label=_("Queue"),
        queryset=_queues,
        to_field_name="uuid",
        method="waited_in",
        empty_label=_("Any"),
        help_text=_("Waited in it at any time"),
    )
    agent = django_filters.ModelChoiceFilter(
        label=_("Agent"),
        queryset=_agents,
        to_field_name="uuid",
        method="worked_by",
        empty_label=_("Anybody"),
        help_text=_("Worked on it or owns it"),
    )

    flag = django_filters.ChoiceFilter(
        label=_("Flag"),
        choices=[(FLAGGED, _("Any flag")), *Flag.choices],
        method="flagged_as",
        empty_label=_("With or without"),
    )

    class Meta:
        model = EngagementInteraction
        fields: list[str] = []

    def find(self, queryset: "QuerySet[Any]", name: str, text: str) -> "QuerySet[Any]":
        return queryset.filter(matching(text)) if text.strip() else queryset

    def opened_since(self, queryset: "QuerySet[Any]", name: str, day: date) -> "QuerySet[Any]":
        return queryset.filter(opened_at__gte=midnight(day))

    def opened_until(self, queryset: "QuerySet[Any]", name: str, day: date) -> "QuerySet[Any]":
        return queryset.filter(opened_at__lt=midnight(following(day)))

    def in_stage(self, queryset: "QuerySet[Any]", name: str, stage: str) -> "QuerySet[Any]":
        return queryset.filter(stage__in=sorted(LIVE)) if stage == LIVE_CHOICE else queryset.filter(stage=stage)

    def flagged_as(self, queryset: "QuerySet[Any]", name: str, flag: str) -> "QuerySet[Any]":
        return queryset.filter(flag_type__isnull=False) if flag == FLAGGED else queryset.filter(flag_type=flag)

    def waited_in(self, queryset: "QuerySet[Any]", name: str, queue: Any) -> "QuerySet[Any]":
        return queryset.filter(Exists(queue.entries.filter(interaction=OuterRef("pk"))))

    def worked_by(self, queryset: "QuerySet[Any]", name: str, agent: Agent) -> "QuerySet[Any]":
        worked = agent.offers.filter(interaction=OuterRef("pk"), outcome="accepted")
        return queryset.filter(Q(Exists(worked)) | Q(handler=agent) | Q(owner=agent.user_id))


class RecordFilter(FieldFilterSet):
    """What attendees, topics and calls are narrowed by: `q` finds one by whatever somebody has in hand of it."""

    q = django_filters.CharFilter(
        label=_("Find"), method="find", help_text=_("Name, phone number in any form, or an id"), max_length=200
    )

    def find(self, queryset: "QuerySet[Any]", name: str, text: str) -> "QuerySet[Any]":
        return queryset.filter(naming(registry.named(self.object_name), text)) if text.strip() else queryset


class AttendeeFilter(RecordFilter):
    object_name = "EngagementAttendee"
    without = ("Name", "IsDeleted")


class TopicFilter(RecordFilter):
    object_name = "EngagementTopic"
    without = ("IsDeleted",)


class CallFilter(RecordFilter):
    object_name = "VoiceCall"
    without = ("Name", "IsDeleted")


class CallbackFilter(FieldFilterSet):
    object_name = "ContactRequest"
    without = ("Name", "Status", "IsDeleted")


class DirectoryFilter(FieldFilterSet):
    """People's fields; other records have some of them."""

    object_name = "Contact"
    without = ("Name",)

    of_object = django_filters.ChoiceFilter(
        label=_("Object"),
        field_name="object_name",
        choices=[(name, name) for name in sorted(CRM_PREFIXES.values())],
        empty_label=_("Any"),
    )
