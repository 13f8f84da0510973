"""The statistics that are lists of rows (cxengage 10.4, 10.5). Durations are milliseconds."""

from collections.abc import Callable, Mapping
from typing import Any

from apps.accounts.models import User
from apps.facades.cxengage.payloads.formats import Row
from apps.facades.cxengage.realtime import agents, contacts
from apps.queues.models import Queue
from apps.reporting import waits
from apps.reporting.statistics.asking import Where
from apps.reporting.statistics.bounds import Bounds
from apps.reporting.statistics.evaluating import table
from apps.reporting.statistics.measures import AGENT, QUEUE
from apps.reporting.windows import today

_OF_QUEUES = ("service-level", "queue-abandons-count", "queue-length", "queue-time")


def _queues(where: Where) -> Row:
    """Each queue that is in use, and those besides of which there is anything today."""
    lines = {line.of["queue"]: line.figures for line in table(_OF_QUEUES, today(), by=["queue"], where=where)}
    queues = Queue.objects.order_by("name", "pk")
    queues = queues.filter(pk__in=where.queues) if where.queues is not None else queues
    return {"details": [_queue(queue, lines.get(queue.pk, {})) for queue in queues]}


def _queue(queue: Queue, figures: Mapping[str, Any]) -> Row:
    def value(name: str, key: str, empty: Any = None) -> Any:
        return figures[name][key] if name in figures else empty

    return {
        "queueId": str(queue.uuid),
        "queueName": queue.name,
        "serviceLevel": value("service-level", "percent"),
        "abandonCount": value("queue-abandons-count", "count", 0),
        "queueLength": value("queue-length", "count", 0),
        "avgQueueDuration": value("queue-time", "avg"),
    }


_CONTACTS: Mapping[str, Callable[[Where, User], Row]] = {
    "interactions-in-queue-list": contacts.waiting,
    "interactions-in-conversation-list": contacts.talking,
    "interactions-in-routing-list": contacts.in_flow,
    "completed-interactions-list": contacts.completed,
}
_BY_BOUNDS: Mapping[str, tuple[str, Callable[[Where], Row]]] = {
    "queue-details-list": (QUEUE, _queues),
    "resource-state-list": (AGENT, agents.states),
    "resource-details-list": (AGENT, agents.details),
    "resource-capacity": (AGENT, agents.capacities),
    "estimated-wait-time": (QUEUE, lambda where: {"avg": waits.estimated_wait(where), "unit": "millis"}),
}
LISTS = _CONTACTS.keys() | _BY_BOUNDS.keys()


def listed(name: str, where: Where, bounds: Bounds, by: User) -> Row:
    """The list as far as `by` may see it: contacts one by one (M-25), queues and agents by the bounds."""
    if name in _CONTACTS:
        return _CONTACTS[name](where, by)
    dimension, rows = _BY_BOUNDS[name]
    return rows(bounds.narrow(where, [dimension]))
