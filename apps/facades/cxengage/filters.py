"""Which interactions a list asks for (cxengage 5.1, X-15, X-21, X-22, X-25)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from apps.agents.models import Agent
from apps.attendees.models import EngagementAttendee
from apps.common.errors import FieldProblem, Invalid, Problem
from apps.directory.models import CrmRecord
from apps.engagements.counting import Counted
from apps.engagements.models import EngagementInteraction, Hook
from apps.engagements.models.marks import ATTRIBUTE, LINK_KINDS, Mark, link_key
from apps.facades.cxengage.payloads.formats import CHANNEL_TYPES, DIRECTIONS, uuid_of
from apps.queues.models import Disposition, Flow, Queue, QueueEntry, WorkOffer

# Every spelling that clients use, and the one that stands for it here.
SPELLINGS = {
    "contactId": "contactId",
    "contactID": "contactId",
    "hookType": "hookType",
    "type": "hookType",
    "hookSubType": "hookSubType",
    "hookId": "hookId",
    "hookName": "hookName",
    "hook-name": "hookName",
    "attribute-value": "attribute-value",
    "channelType": "channelType",
    "direction": "direction",
    "queueId": "queueId",
    "agentId": "agentId",
    "flowId": "flowId",
    "dispositionId": "dispositionId",
    "flagged": "flagged",
}
_UUIDS = ("contactId", "queueId", "agentId", "flowId", "dispositionId")
_COUNTED = {"channelType", "direction", "flowId", "flagged"}
_HOOK_COLUMNS = {"hookType": "type", "hookSubType": "sub_type", "hookId": "record_id", "hookName": "name"}
_LINKED = (*_HOOK_COLUMNS, "attribute-value")

Interactions = QuerySet[EngagementInteraction]
Values = Sequence[str]


def asked(query: QueryDict) -> dict[str, Values]:
    """Filter -> its values, any of which may match (X-22). An empty value asks for nothing."""
    found: dict[str, list[str]] = {}
    for spelling, name in SPELLINGS.items():
        for value in filter(None, query.getlist(spelling)):
            if "\x00" in value or (name in _UUIDS and uuid_of(value) is None):
                raise Invalid(FieldProblem(Problem.MALFORMED, [spelling], "is malformed"))
            found.setdefault(name, []).append(value)
    return dict(found)


def apply(filters: Mapping[str, Values], interactions: Interactions) -> Interactions:
    """All filters must match (X-21)."""
    for condition in [*_own(filters), *_hooks(filters)]:
        interactions = interactions.filter(condition)
    return interactions


def counted(filters: Mapping[str, Values]) -> Counted | None:
    """What to ask the day counters for; None if they do not know all of it, or not for several values at once."""
    more = {name: values for name, values in filters.items() if name not in _COUNTED}
    mark = _mark(more) if more else None
    if more and mark is None:
        return None
    own = {name: values for name, values in filters.items() if name in _COUNTED}
    return Counted(Q(*(condition for condition in _own(own) if isinstance(condition, Q))), mark)


def _mark(filters: Mapping[str, Values]) -> Mark | None:
    """What an interaction is marked with if it matches; only one disposition is an interaction's own."""
    if set(filters) == {"dispositionId"}:
        return Mark("disposition", _written(Disposition.objects.filter(uuid__in=_uuids(filters["dispositionId"]))))
    if any(len(set(values)) > 1 for values in filters.values()):
        return None
    if set(filters) == {"queueId"}:
        return Mark("queue", _written(Queue.objects.filter(uuid__in=_uuids(filters["queueId"]))))
    if set(filters) == {"agentId"}:
        return Mark("agent", _written(Agent.objects.filter(user__uuid__in=_uuids(filters["agentId"]))))
    if not set(filters) <= set(_LINKED):
        return None
    link = {_HOOK_COLUMNS[name]: values[0] for name, values in filters.items() if name in _HOOK_COLUMNS}
    if "attribute-value" in filters and "record_id" not in link:
        link["record_id"] = filters["attribute-value"][0]
        if link.get("type") == ATTRIBUTE:
            del link["type"]  # as all that have a value
    elif "record_id" in link:
        return None  # of one record there are few
    kind = next((each for each in LINK_KINDS if set(each.split()) == set(link)), None)
    return Mark(kind, [link_key([link[column] for column in kind.split()])]) if kind else None


def _written(rows: "QuerySet[Any]") -> list[str]:
    return [str(key) for key in _keys(rows)]


def keys_of(filters: Mapping[str, Values]) -> "QuerySet[Any] | None":
    """The keys of interactions that match, again and again, where rows beside them say it; else None.

    Deleted ones are among them. Of queues and agents nothing is read but an index; what else is asked of them narrows
    the rows of the first, so that the interactions themselves are never read.
    """
    beside = [_BESIDE[name](filters[name]) for name in _BESIDE if name in filters]
    links = list(_links(filters))
    if len(filters) != len(beside) + sum(name in _LINKED for name in filters):
        return None
    first, *others = [rows.order_by().values("interaction_id") for rows in (*beside, *links)]
    for each in others:
        first = first.filter(interaction_id__in=each)
    return first


def _own(filters: Mapping[str, Values]) -> Iterable[Q | Exists]:
    return (_CONDITIONS[name](values) for name, values in filters.items() if name in _CONDITIONS)


def _hooks(filters: Mapping[str, Values]) -> Iterable[Exists]:
    return (Exists(links.filter(interaction_id=OuterRef("pk"))) for links in _links(filters))


def _links(filters: Mapping[str, Values]) -> "Iterable[QuerySet[Hook]]":
    """What is said of a link holds for one and the same link; with a value, its name is the attribute's (X-46)."""
    link = {_HOOK_COLUMNS[name]: values for name, values in filters.items() if name in _HOOK_COLUMNS}
    if values := filters.get("attribute-value"):
        names = {"name": link.pop("name")} if "name" in link else {}
        yield _linked(names).filter(type=ATTRIBUTE, record_id__in=values)
    if link:
        yield _linked(link)


def _linked(columns: Mapping[str, Values]) -> "QuerySet[Hook]":
    return Hook.objects.filter(**{f"{column}__in": values for column, values in columns.items()})


def _contact(values: Values) -> Q:
    return of_contacts(CrmRecord.objects.filter(uuid__in=_uuids(values)))


def of_contacts(contacts: "QuerySet[CrmRecord]") -> Q:
    """Interactions whose initiator or outside attendee is one of these, each way by its own index."""
    records = contacts.values("record_id")
    began = EngagementInteraction.objects.filter(initiating_attendee_id__in=records)
    attended = EngagementAttendee.objects.filter(external_attendee_id__in=records, engagement__isnull=False)
    return Q(pk__in=began.values("pk").union(attended.values("engagement_id")))


def _channel(values: Values) -> Q:
    if "any" in values:
        return Q()
    return Q(channel__in=[channel for channel, wire in CHANNEL_TYPES.items() if wire in values])


def _direction(values: Values) -> Q:
    return Q(direction__in=[direction for direction, wire in DIRECTIONS.items() if wire in values])


def _queue(values: Values) -> Exists:
    return Exists(_stays(values).filter(interaction_id=OuterRef("pk")))


def _stays(values: Values) -> "QuerySet[QueueEntry]":
    return QueueEntry.objects.filter(queue_id__in=_keys(Queue.objects.filter(uuid__in=_uuids(values))))


def _agent(values: Values) -> Exists:
    return Exists(_parts(values).filter(interaction_id=OuterRef("pk")))


def _parts(values: Values) -> "QuerySet[WorkOffer]":
    return WorkOffer.objects.filter(agent_id__in=_keys(Agent.objects.filter(user__uuid__in=_uuids(values))))


def _keys(rows: "QuerySet[Any]") -> list[int]:
    """Looked up first: PostgreSQL then knows how many there are of them, and plans by it."""
    return list(rows.values_list("pk", flat=True))


def _disposition(values: Values) -> Exists:
    return Exists(_disposed(values).filter(interaction_id=OuterRef("pk")))


def _disposed(values: Values) -> "QuerySet[WorkOffer]":
    """The parts that gave interactions their own: the last with one (M-18)."""
    later = Q(offered_at__gt=OuterRef("offered_at")) | Q(offered_at=OuterRef("offered_at"), pk__gt=OuterRef("pk"))
    others = WorkOffer.objects.filter(later, interaction_id=OuterRef("interaction_id"), disposition__isnull=False)
    given = WorkOffer.objects.filter(disposition_id__in=_keys(Disposition.objects.filter(uuid__in=_uuids(values))))
    return given.exclude(Exists(others))


def _flow(values: Values) -> Q:
    return Q(flow__in=Flow.objects.filter(uuid__in=_uuids(values)))


def _flagged(values: Values) -> Q:
    """`true` asks for flagged ones, `false` for the others; missing, null and false are alike (X-28)."""
    wanted = {value == "true" for value in values}
    return Q(flag_type__isnull=wanted == {False}) if len(wanted) == 1 else Q()


def _uuids(values: Values) -> list[UUID]:
    return [UUID(value) for value in values]


_CONDITIONS: Mapping[str, Callable[[Values], Q | Exists]] = {
    "contactId": _contact,
    "channelType": _channel,
    "direction": _direction,
    "queueId": _queue,
    "agentId": _agent,
    "flowId": _flow,
    "dispositionId": _disposition,
    "flagged": _flagged,
}
# By what stands in rows beside interactions, each to be found by its own index.
_BESIDE: "Mapping[str, Callable[[Values], QuerySet[Any]]]" = {
    "agentId": _parts,
    "dispositionId": _disposed,
    "queueId": _stays,
}
