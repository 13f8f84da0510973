"""Whom work can be handed to: queues, and colleagues who are signed in for its channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import Concat

from apps.accounts.permissions import Permission, permits
from apps.agents.models import Agent, AgentChannel
from apps.common.errors import NotFound
from apps.common.storable import unstorable
from apps.queues.models import Queue

MOST = 8  # of each kind; whoever looks for another types more of its name


@dataclass(frozen=True)
class Target:
    """One that can be chosen; `value` names it in the form."""

    value: str
    name: str
    says: str
    state: str  # of a colleague, by the signs' words
    since: datetime | None = None

    @property
    def is_queue(self) -> bool:
        return not self.state


def targets(typed: str, channel: str, by: Agent) -> list[Target]:
    """Queues and colleagues whose name is like that, ready colleagues first. Two queries."""
    typed = "" if unstorable(typed) else typed.strip()
    found: list[Target] = []
    if permits(by.user, Permission.AGENT_EXPERIENCE_TRANSFER_MENU_QUEUES_VIEW):
        found += [Target(f"queue:{each.pk}", each.name, "Queue", "") for each in _queues(typed)]
    if permits(by.user, Permission.AGENT_EXPERIENCE_TRANSFER_MENU_AGENTS_VIEW):
        found += [_colleague(row) for row in _present(typed, channel, by)]
    return found


def target_named(value: str) -> Queue | Agent:
    """Raises NotFound unless the form's value names a queue in use or an agent."""
    kind, _, key = value.partition(":")
    found: Queue | Agent | None = None
    if key.isascii() and key.isdecimal() and len(key) < 19:
        if kind == "queue":
            found = Queue.objects.filter(pk=int(key), is_active=True).first()
        elif kind == "agent":
            found = Agent.objects.select_related("user").filter(pk=int(key), user__is_active=True).first()
    if found is None:
        raise NotFound("there is nobody of that name any more")
    return found


def _queues(typed: str) -> Sequence[Queue]:
    return list(Queue.objects.filter(name__icontains=typed, is_active=True).order_by("name")[:MOST])


def _present(typed: str, channel: str, by: Agent) -> Sequence[AgentChannel]:
    rows = AgentChannel.objects.filter(channel=channel, session__ended_at=None).exclude(agent=by)
    rows = rows.annotate(
        named=Concat("agent__user__first_name", Value(" "), "agent__user__last_name"),
        order=Case(When(Q(is_ready=True, load__lt=F("capacity")), then=0), default=1, output_field=IntegerField()),
    )
    rows = rows.filter(named__icontains=typed).select_related("agent__user", "reason")
    return list(rows.order_by("order", "named", "pk")[:MOST])


def _colleague(row: AgentChannel) -> Target:
    value, name = f"agent:{row.agent_id}", row.agent.user.name
    if not row.is_ready:
        return Target(value, name, row.reason.name if row.reason else "Not ready", "notready", row.since)
    if row.load >= row.capacity:
        return Target(value, name, "Busy", "busy", row.since)
    return Target(value, name, "Ready", "ready", row.since)
