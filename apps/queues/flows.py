"""What becomes of a contact by the rules: those of a flow, or the tenant's entry rules."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import DatabaseError
from django.db.models import Exists, OuterRef
from phonenumbers import country_code_for_region

from apps.agents.models import Agent, AgentChannel
from apps.common import clock
from apps.directory.phone import phone_key
from apps.queues import rulebook
from apps.queues.facts import Facts, fact_named
from apps.queues.models import Flow, FlowRule, Queue
from apps.queues.models.flows import Comparison, FlowCondition
from apps.tenants import scope

log = logging.getLogger(__name__)

_PHONES = frozenset({"customer", "contactpoint", "phonenumber", "fromphonenumber", "tophonenumber"})


@dataclass
class Decision:
    """Where a contact goes, if anywhere, and what goes with it. `rules` are those that held, in order.

    `has_failed`: a rule could not be worked out, so that what it says is not known (cxengage 9.2).
    """

    target: Queue | Agent | None = None
    flow: Flow | None = None
    priority: int | None = None
    skills: dict[int, int] = field(default_factory=dict)  # key of a skill -> level
    recording: str = ""
    rules: list[FlowRule] = field(default_factory=list)
    has_failed: bool = False

    @classmethod
    def to(cls, target: "Queue | Agent | Decision | None") -> "Decision":
        return target if isinstance(target, Decision) else cls(target)

    def take(self, rule: FlowRule) -> None:
        """What an earlier rule said stays."""
        self.rules.append(rule)
        self.priority = rule.priority if self.priority is None else self.priority
        self.recording = self.recording or rule.recording
        self.skills = {each.skill_id: each.level for each in rule.skills.all()} | self.skills

    def add(self, later: "Decision") -> None:
        """What was decided where this one leads nowhere."""
        self.target, self.flow = later.target, self.flow or later.flow
        self.priority = later.priority if self.priority is None else self.priority
        self.recording, self.skills = self.recording or later.recording, later.skills | self.skills
        self.has_failed = self.has_failed or later.has_failed


def target(flow: Flow, facts: Facts) -> Queue | Agent | None:
    """Where the flow leads: by the first rule that holds, else to the flow's queue, if it has one."""
    return decide(facts, flow=flow).target


def decide(facts: Facts, *, flow: Flow | None = None, at: datetime | None = None) -> Decision:
    """Go by the rules of a flow, or without one by the entry rules, and on through the flows that they lead to.

    A rule whose target is switched off or signed out is passed over; flows that lead to each other end with the last
    one's queue, and so does one that fails.
    """
    decision, at = Decision(flow=flow), at or clock.now()
    tried: set[int | None] = set()
    while (key := flow.pk if flow else None) not in tried:
        tried.add(key)
        try:
            found = _lead(rulebook.current().flow_rules.get(key, ()), facts, at, decision)
        except DatabaseError:
            raise  # the transaction is lost, and whoever asked with it
        except Exception:
            log.exception("the rules of %s failed", f"flow {key}" if key else "entry")
            decision.has_failed = True
            break
        if not isinstance(found, Flow):
            decision.target = found or _queue_of(flow)
            return decision
        decision.flow = flow = found
    decision.target = _queue_of(flow)
    return decision


def _queue_of(flow: Flow | None) -> Queue | None:
    return flow.queue if flow and flow.queue and flow.queue.is_active else None


def _lead(rules: Sequence[FlowRule], facts: Facts, at: datetime, decision: Decision) -> Queue | Agent | Flow | None:
    for rule in rules:
        if not holds(rule, facts, at):
            continue
        found = _target_of(rule, facts)
        if found is None and (rule.queue_id or rule.agent_id):
            continue
        decision.take(rule)
        if found is not None:
            return found
    return None


def _target_of(rule: FlowRule, facts: Facts) -> Queue | Agent | Flow | None:
    """As it is now: the rules in memory have keys alone. An agent has to be signed in for the channel."""
    if rule.to_flow_id:
        return Flow.objects.select_related("queue__sla").filter(pk=rule.to_flow_id).first()
    if rule.queue_id:
        return Queue.objects.select_related("sla").filter(pk=rule.queue_id, is_active=True).first()
    if rule.agent_id is None:
        return None
    there = AgentChannel.objects.filter(agent=OuterRef("pk"), channel=facts.get("channel"), session__ended_at=None)
    return Agent.objects.select_related("user").filter(Exists(there), pk=rule.agent_id, user__is_active=True).first()


def holds(rule: FlowRule, facts: Facts, at: datetime) -> bool:
    """Whether all of the rule's conditions do."""
    return all(_holds(condition, facts, at) for condition in rule.conditions.all())


def _holds(condition: FlowCondition, facts: Facts, at: datetime) -> bool:
    comparison = Comparison(condition.comparison)
    if condition.hours_id:
        return rulebook.current().weeks[condition.hours_id].is_open(at) == (comparison == Comparison.OPEN)
    fact, value = _text(fact_named(condition.fact, facts)), condition.value.strip().lower()
    if condition.fact.lower() in _PHONES and comparison in _COMPARE_PHONES:
        return _COMPARE_PHONES[comparison](fact, value)
    return _COMPARE[comparison](fact, value)


def _text(fact: Any) -> str:
    return "" if fact is None else str(fact).strip().lower()


def _same_number(fact: str, value: str) -> bool:
    region = scope.tenant().phone_region
    key = phone_key(value, region)
    return key is not None and key == phone_key(fact, region)


def _begins_number(fact: str, value: str) -> bool:
    """Whether a number begins so, written with or without the country's code."""
    region = scope.tenant().phone_region
    digits, wanted = (phone_key(fact, region) or "").removeprefix("+"), "".join(filter(str.isdigit, value))
    if not wanted:
        return False
    if not value.startswith("+") and wanted.startswith("0") and not wanted.startswith("00"):
        return digits.startswith(f"{country_code_for_region(region)}{wanted[1:]}")
    return digits.startswith(wanted.removeprefix("00"))


def _order(fact: str, value: str) -> int | None:
    """Negative if the fact is less, None where they are no numbers."""
    try:
        return int(Decimal(fact).compare(Decimal(value)))
    except (InvalidOperation, ValueError):
        return None


def _at_least(fact: str, value: str) -> bool:
    order = _order(fact, value)
    return order is not None and order >= 0


def _less(fact: str, value: str) -> bool:
    order = _order(fact, value)
    return order is not None and order < 0


_COMPARE: Mapping[Comparison, Callable[[str, str], bool]] = {
    Comparison.IS: lambda fact, value: fact == value,
    Comparison.IS_NOT: lambda fact, value: fact != value,
    Comparison.CONTAINS: lambda fact, value: value in fact,
    Comparison.STARTS: lambda fact, value: fact.startswith(value),
    Comparison.AT_LEAST: _at_least,
    Comparison.LESS: _less,
    Comparison.EMPTY: lambda fact, _: fact == "",
    Comparison.FILLED: lambda fact, _: fact != "",
}
_COMPARE_PHONES: Mapping[Comparison, Callable[[str, str], bool]] = {
    Comparison.IS: lambda fact, value: fact == value or _same_number(fact, value),
    Comparison.IS_NOT: lambda fact, value: fact != value and not _same_number(fact, value),
    Comparison.STARTS: lambda fact, value: fact.startswith(value) or _begins_number(fact, value),
}
