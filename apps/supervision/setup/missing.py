"""What is missing for a working centre: each a question to the database, answered in one query."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.roles import Reach, Role
from apps.agents.models import Agent, NotReadyReason, Team
from apps.queues.models import (
    BusinessHours,
    Disposition,
    FlowRule,
    OutboundIdentifier,
    OverflowRule,
    Queue,
    QueueSkill,
    Workbin,
)
from apps.tenants.scope import tenant
from apps.voice_calls.models import CallCenter, CallCenterKey, NumberRoute
from apps.webhooks.models import WebhookEndpoint

NAMED = 5


@dataclass(frozen=True)
class Missing:
    """`screen`: the model, by its label, whose screen mends it."""

    screen: str
    says: str
    named: Sequence[tuple[str, str]]  # what it is true of, and its address
    more: int


def missing() -> list[Missing]:
    """In scope, what stops work first."""
    return [found for look in _LOOKS if (found := look())]


def _found(says: str, rows: Any, text: Callable[[Any], str] = str) -> Missing | None:
    some = list(rows[: NAMED + 1])
    if not some:
        return None
    meta = some[0]._meta
    more = rows.count() - NAMED if len(some) > NAMED else 0
    named = [(text(row), reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])) for row in some]
    return Missing(meta.label_lower, says, named[:NAMED], more)


def _without(rows: Any, says: str) -> Missing | None:
    return None if rows.exists() else Missing(rows.model._meta.label_lower, says, [], 0)


def _agents() -> Missing | None:
    return _without(Agent.objects.filter(user__is_active=True), _("Nobody takes work: there is no agent yet."))


def _queues() -> Missing | None:
    return _without(Queue.objects.filter(is_active=True), _("Contacts have nowhere to wait: there is no queue in use."))


def _queues_without_members() -> Missing | None:
    staffed = Exists(Agent.objects.filter(queues=OuterRef("pk"), user__is_active=True))
    empty = Queue.objects.filter(~staffed, is_active=True).order_by("name")
    return _found(_("Queues in use without members: what comes to them waits for nobody."), empty)


def _queues_that_nobody_is_able_for() -> Missing | None:
    """Of what a queue asks for from the first second on."""
    able = Agent.objects.filter(
        queues=OuterRef("queue"), agent_skills__skill=OuterRef("skill"), agent_skills__level__gte=OuterRef("level")
    )
    asks = QueueSkill.objects.filter(~Exists(able), level__gt=0)
    softer = asks.filter(queue=OuterRef("queue"), skill=OuterRef("skill"), after_s__gt=OuterRef("after_s"))
    found = Queue.objects.filter(pk__in=asks.filter(~Exists(softer)).values("queue"), is_active=True).order_by("name")
    return _found(_("Queues that ask for a skill which none of their members has."), found)


def _nowhere_to_go() -> Missing | None:
    rules = FlowRule.objects.filter(flow=None, is_active=True)
    if tenant().default_queue_id or rules.exists():
        return None
    says = _("No entry rule and no default queue: chats, e-mails and work items stay where they came in.")
    return Missing("tenants.tenant", says, [(_("Settings"), reverse("admin:tenants_tenant_changelist"))], 0)


def _rules_to_what_is_off() -> Missing | None:
    off = Q(queue__is_active=False) | Q(agent__user__is_active=False) | Q(to_flow__queue__is_active=False)
    rules = FlowRule.objects.filter(off, is_active=True).select_related("queue", "agent__user", "to_flow")
    return _found(_("Rules that lead to a queue or a person that is switched off."), rules.order_by("pk"))


def _overflow_to_what_is_off() -> Missing | None:
    rules = OverflowRule.objects.filter(to_queue__is_active=False, queue__is_active=True)
    found = Queue.objects.filter(pk__in=rules.values("queue")).order_by("name")
    return _found(_("Queues that overflow into one that is switched off."), found)


def _numbers_to_what_is_off() -> Missing | None:
    found = CallCenter.objects.filter(pk__in=NumberRoute.objects.filter(queue__is_active=False).values("call_center"))
    return _found(_("Call centres with numbers that lead to a queue that is switched off."), found.order_by("name"))


def _centres_without_keys() -> Missing | None:
    good = Exists(CallCenterKey.objects.filter(call_center=OuterRef("pk"), retired_at=None))
    found = CallCenter.objects.filter(~good, is_active=True).order_by("name")
    return _found(_("Call centres without a public key: their telephone system is not let in."), found)


def _centres_without_numbers() -> Missing | None:
    there = Exists(NumberRoute.objects.filter(call_center=OuterRef("pk")))
    found = CallCenter.objects.filter(~there, is_active=True).order_by("name")
    return _found(_("Call centres without a number: their calls wait for the system to route them."), found)


def _agents_without_queue() -> Missing | None:
    found = Agent.objects.filter(queues=None, user__is_active=True).select_related("user").order_by("user__full_name")
    return _found(_("Agents in no queue: they get only what is handed to them."), found)


def _hours_without_intervals() -> Missing | None:
    found = BusinessHours.objects.filter(intervals=None).order_by("name")
    return _found(_("Business hours that are never open."), found)


def _dispositions() -> Missing | None:
    if Disposition.objects.filter(is_active=True).exists():
        return None
    found = Queue.objects.filter(is_active=True, disposition_required=True).order_by("name")
    return _found(_("Queues that ask for a disposition, while there is none to choose."), found)


def _queues_without_level() -> Missing | None:
    found = Queue.objects.filter(is_active=True, sla=None).order_by("name")
    return _found(_("Queues without a service level: boards and reports have no target for them."), found)


def _reasons() -> Missing | None:
    active = NotReadyReason.objects.filter(is_active=True)
    return _without(active, _("No reason for not being ready: breaks and training look alike in every report."))


def _teams_without_leader() -> Missing | None:
    bound = User.objects.filter(tenant=tenant(), is_active=True, reach=Reach.TEAMS)
    if not bound.exists():
        return None
    return _found(_("Teams that nobody leads."), Team.objects.filter(supervisors=None).order_by("name"))


def _identifiers() -> Missing | None:
    shown = OutboundIdentifier.objects.filter(is_active=True)
    return _without(shown, _("No number to show: calls begun here show none."))


def _workbins() -> Missing | None:
    return _without(Workbin.objects.exclude(kind=Workbin.Kind.AGENT), _("No workbin that agents share."))


def _webhooks_off() -> Missing | None:
    found = WebhookEndpoint.objects.filter(is_active=False).exclude(switched_off_because="").order_by("name")
    return _found(_("Webhooks that were switched off after failures."), found)


def _one_administrator() -> Missing | None:
    found = User.objects.filter(tenant=tenant(), is_active=True, role=Role.ADMIN).order_by("pk")
    if len(some := list(found[:2])) != 1:
        return None
    only = some[0]
    says = _("One administrator alone: if that person cannot sign in, nobody can set anything up.")
    return Missing("accounts.user", says, [(only.name, reverse("admin:accounts_user_change", args=[only.pk]))], 0)


_LOOKS: Iterable[Callable[[], Missing | None]] = (
    *(_agents, _queues, _queues_without_members, _queues_that_nobody_is_able_for, _nowhere_to_go),
    *(_rules_to_what_is_off, _overflow_to_what_is_off, _numbers_to_what_is_off, _dispositions),
    *(_centres_without_keys, _centres_without_numbers, _hours_without_intervals, _webhooks_off),
    *(_agents_without_queue, _queues_without_level, _reasons, _teams_without_leader, _identifiers),
    *(_workbins, _one_administrator),
)
