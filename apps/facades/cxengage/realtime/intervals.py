"""Quarter hours for workforce management (cxengage 11.1, X-61 to X-64). Durations in seconds (X-02)."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid5

from django.http import QueryDict

from apps.accounts.models import User
from apps.agents.models import Agent, AgentStateSpan, SpanState
from apps.common import clock
from apps.common.errors import FieldProblem, Invalid, Problem
from apps.facades.cxengage import parameters
from apps.facades.cxengage.payloads.formats import Row, agent_id, moment
from apps.queues.models import Queue, QueueMember
from apps.reporting.statistics.asking import Where
from apps.reporting.statistics.bounds import Bounds
from apps.reporting.statistics.evaluating import Line, table
from apps.reporting.statistics.intervals import AGENT_KEYS, AGENT_QUEUE_KEYS, QUEUE_KEYS
from apps.reporting.windows import QUARTER, Window, quarter_of
from apps.tenants import scope

_LONGEST = timedelta(days=7)
_DISTANCE = timedelta(minutes=10)
_COUNTS = ("count", "percent")

Keys = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Kind:
    """Of which things there is a row for each quarter hour, and what it tells of them."""

    name: str
    by: Sequence[str]
    keys: Keys

    def rows(self, window: Window, bounds: Bounds) -> list[Line]:
        """In order of time, then of the things'; only of which there is anything."""
        names = dict.fromkeys(name for name, _ in self.keys.values())
        lines = table(names, window, by=["quarter", *self.by], where=bounds.narrow(Where(), self.by))
        return [line for line in lines if all(line.of[name] is not None for name in self.by)]


KINDS = {
    kind.name: kind
    for kind in (
        Kind("queue", ["queue"], QUEUE_KEYS),
        Kind("agent", ["agent"], AGENT_KEYS),
        Kind("agent-queue", ["queue", "agent"], AGENT_QUEUE_KEYS),
    )
}


def window_of(query: QueryDict) -> Window:
    """Raises Invalid with `start` or `end` for what the contract's limits forbid (X-62)."""
    start, end = parameters.time_range(query)
    latest = quarter_of(clock.now() - _DISTANCE)
    if start is None:
        raise _refused("start", "is required", Problem.REQUIRED)
    if start > latest:
        raise _refused("start", "must be 10 minutes before now at the latest")
    end = end or min(latest, start + _LONGEST)
    for name, at in (("start", start), ("end", end)):
        if quarter_of(at) != at:
            raise _refused(name, "must be on a quarter hour")
    if end > clock.now() - _DISTANCE:
        raise _refused("end", "must be 10 minutes before now at the latest")
    if end - start > _LONGEST:
        raise _refused("end", "must be 7 days after the start at the latest")
    return Window(start, end)


def reply(kind: Kind, query: QueryDict, by: User) -> Row:
    window = window_of(query)
    limit, offset, page = parameters.paging(query, default=parameters.LARGEST_LIMIT)
    lines = kind.rows(window, Bounds.of(by)) if window.start < window.end else []
    results = _results(kind, lines[offset : offset + limit])
    return {**page_of(window, limit, offset, page, total=len(lines)), "type": kind.name, "results": results}


def page_of(window: Window, limit: int, offset: int, page: int | None, *, total: int) -> Row:
    """The root of what tells of a stretch of time."""
    return {
        "tenantId": str(scope.tenant().uuid),
        "limit": limit,
        "offset": offset,
        "page": page or 0,
        "total": total,
        "start": moment(window.start),
        "end": moment(window.end),
    }


def _results(kind: Kind, lines: Sequence[Line]) -> list[Row]:
    queues = Queue.objects.in_bulk({line.of["queue"] for line in lines if "queue" in line.of})
    agents = Agent.objects.select_related("user").in_bulk({line.of["agent"] for line in lines if "agent" in line.of})
    available = _available(lines, queues) if kind.name == "queue" else None
    return [_row(kind, line, queues, agents, available) for line in lines]


def _row(
    kind: Kind,
    line: Line,
    queues: Mapping[int, Queue],
    agents: Mapping[int, Agent],
    available: Callable[[Line], int] | None,
) -> Row:
    start: datetime = line.of["quarter"]
    queue, agent = queues.get(line.of.get("queue") or 0), agents.get(line.of.get("agent") or 0)
    names = [*([str(queue.uuid)] if queue else []), *([str(agent.user.uuid)] if agent else [])]
    own_id = {"queue": "queueIntervalId", "agent": "agentIntervalId", "agent-queue": "agentQueueIntervalId"}[kind.name]
    row: Row = {own_id: str(uuid5(scope.tenant().uuid, f"{kind.name} {' '.join(names)} {moment(start)}"))}
    if queue:
        row |= {"queueId": str(queue.uuid), "queueName": queue.name, "platformQueueId": queue.pk}
    if agent:
        row |= {"agentId": agent_id(agent), "agentName": agent.user.name}
        row |= {"platformAgentId": agent.user_id, "tenantAgentId": str(agent.uuid)}
    row |= {"startTimestamp": moment(start), "endTimestamp": moment(start + QUARTER)}
    row |= {key: _value(line, *told) for key, told in kind.keys.items()}
    if available:
        row |= {"availableAgents": available(line), "busyTime": None, "idleTime": None}
    return row


def _value(line: Line, name: str, key: str) -> Any:
    """Nothing is 0."""
    value = line.figures[name][key] or 0
    return value if key in _COUNTS else value / 1000 if value else 0


def _available(lines: Iterable[Line], queues: Collection[int]) -> Callable[[Line], int]:
    """How many members of the queue were signed in and took work when a quarter hour ended."""
    ends = [line.of["quarter"] + QUARTER for line in lines]
    if not ends:
        return lambda line: 0
    members: dict[int, set[int]] = {}
    for queue, agent in QueueMember.objects.filter(queue__in=queues).values_list("queue", "agent"):
        members.setdefault(queue, set()).add(agent)
    spans = AgentStateSpan.objects.filter(channel=None, state=SpanState.READY, started_at__lte=max(ends))
    found = list(spans.exclude(ended_at__lte=min(ends)).values_list("agent", "started_at", "ended_at"))
    ready = {
        end: {agent for agent, begun, over in found if begun <= end and (over is None or over > end)}
        for end in set(ends)
    }
    return lambda line: len(ready[line.of["quarter"] + QUARTER] & members.get(line.of["queue"], set()))


def _refused(name: str, message: str, problem: Problem = Problem.OUT_OF_RANGE) -> Invalid:
    return Invalid(FieldProblem(problem, [name], message))
