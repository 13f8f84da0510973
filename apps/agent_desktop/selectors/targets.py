"""Whom work can be handed to: queues, colleagues who are signed in for its channel, and a number outside."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import Concat
from django.utils.translation import gettext

from apps.accounts.permissions import Permission, permits
from apps.agents.models import Agent, AgentChannel, Channel
from apps.common.errors import NotFound
from apps.common.storable import unstorable
from apps.queues.models import Queue
from apps.queues.operations.stays import Extension
from apps.voice_calls.operations.numbers import who_answers

MOST = 8  # of each kind; whoever looks for another types more of its name
_NUMBER = re.compile(r"\+?[\d\s()/.-]{3,40}", re.ASCII)


@dataclass(frozen=True)
class Target:
    """One that can be chosen; `value` names it in the form."""

    value: str
    name: str
    says: str
    state: str  # of a colleague, by the signs' words
    since: datetime | None = None

    @property
    def icon(self) -> str:
        return {"queue": "queue", "number": "phone"}.get(self.value.partition(":")[0], "user")


def targets(typed: str, channel: str, by: Agent) -> list[Target]:
    """Queues and colleagues whose name is like that, ready colleagues first; what is typed may be a number.

    Two queries, and for a number two more.
    """
    typed = "" if unstorable(typed) else typed.strip()
    found: list[Target] = []
    if permits(by.user, Permission.AGENT_EXPERIENCE_TRANSFER_MENU_QUEUES_VIEW):
        found += [Target(f"queue:{each.pk}", each.name, gettext("Queue"), "") for each in _queues(typed)]
    if permits(by.user, Permission.AGENT_EXPERIENCE_TRANSFER_MENU_AGENTS_VIEW):
        found += [_colleague(row) for row in _present(typed, channel, by)]
    if channel == Channel.VOICE and (number := _number(typed)):
        found.insert(0, _dialled(number))
    return found


def target_named(value: str) -> Queue | Agent | Extension:
    """Raises NotFound unless the form's value names a queue in use, an agent, or a number that can be dialled."""
    kind, _, key = value.partition(":")
    found: Queue | Agent | Extension | None = None
    if kind == "number" and (number := _number(key)):
        found = who_answers(number) or {"type": "pstn", "value": number}
    if key.isascii() and key.isdecimal() and len(key) < 19:
        if kind == "queue":
            found = Queue.objects.filter(pk=int(key), is_active=True).first()
        elif kind == "agent":
            found = Agent.objects.select_related("user").filter(pk=int(key), user__is_active=True).first()
    if found is None:
        raise NotFound(gettext("there is nobody of that name any more"))
    return found


def _number(typed: str) -> str:
    """What was typed, if it can be dialled."""
    typed = " ".join(typed.split())
    return typed if _NUMBER.fullmatch(typed) and sum(map(str.isdigit, typed)) >= 3 else ""


def _dialled(number: str) -> Target:
    ours = who_answers(number)
    reached = ours.name if isinstance(ours, Queue) else ours.user.name if ours else ""
    return Target(
        f"number:{number}",
        number,
        gettext("Number of {reached}").format(reached=reached) if reached else gettext("Number outside"),
        "",
    )


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
        return Target(value, name, row.reason.name if row.reason else gettext("Not ready"), "notready", row.since)
    if row.load >= row.capacity:
        return Target(value, name, gettext("Busy"), "busy", row.since)
    return Target(value, name, gettext("Ready"), "ready", row.since)
