"""What a flow decides for a contact, by its rules."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.agents.models import Agent
from apps.queues.models import Flow, Queue
from apps.queues.models.flows import Comparison, FlowCondition

Facts = Mapping[str, Any]


def target(flow: Flow, facts: Facts) -> Queue | Agent | None:
    """Where the contact goes: the target of the first rule that holds, else the flow's queue, if it has one."""
    known = {name.lower(): value for name, value in facts.items()}
    rules = flow.rules.select_related("queue", "agent__user").prefetch_related("conditions")
    for rule in rules:
        if all(_holds(condition, known) for condition in rule.conditions.all()):
            return rule.queue or rule.agent
    return flow.queue


def _holds(condition: FlowCondition, facts: Facts) -> bool:
    fact = facts.get(condition.fact.lower())
    return _COMPARE[Comparison(condition.comparison)](_text(fact), condition.value.strip().lower())


def _text(fact: Any) -> str:
    return "" if fact is None else str(fact).strip().lower()


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
