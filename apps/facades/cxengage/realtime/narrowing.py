"""Of whom a statistic is asked: queue, agent, group, skill, channel, direction, in either spelling (X-53)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.agents.models import Agent, Skill, Team
from apps.common.errors import FieldProblem, Invalid, Problem
from apps.facades.cxengage.payloads.formats import CHANNEL_TYPES, DIRECTIONS, uuid_of
from apps.queues.models import Queue
from apps.reporting.statistics.asking import Where

SPELLINGS: Mapping[str, str] = {
    "queue-id": "queue",
    "queueId": "queue",
    "resource-id": "resource",
    "resourceId": "resource",
    "agent-id": "resource",
    "agentId": "resource",
    "group-id": "group",
    "groupId": "group",
    "skill-id": "skill",
    "skillId": "skill",
    "channel-type": "channel",
    "channelType": "channel",
    "channel": "channel",
    "direction": "direction",
}
DASHED: Mapping[str, str] = {
    "queue": "queue-id",
    "resource": "resource-id",
    "group": "group-id",
    "skill": "skill-id",
    "channel": "channel-type",
    "direction": "direction",
}
_BY_ID = ("queue", "resource", "group", "skill")
_WORDS = {"channel": {*CHANNEL_TYPES.values(), "any"}, "direction": {*DIRECTIONS.values()}}
_MOST_VALUES = 1000

Asked = Mapping[str, tuple[str, ...]]  # filter -> its values, any of which may match


def asked(given: Mapping[str, Any]) -> Asked:
    """The filters among what was sent. Raises Invalid for a value that is none."""
    found: dict[str, list[str]] = {}
    for spelling, name in SPELLINGS.items():
        for value in _values(given.get(spelling), spelling):
            if not _is_good(name, value):
                raise Invalid(FieldProblem(Problem.MALFORMED, [spelling], "is malformed"))
            found.setdefault(name, []).append(value.lower() if name in _BY_ID else value)
    return {name: tuple(sorted(set(values))) for name, values in found.items()}


def _values(given: Any, spelling: str) -> Sequence[str]:
    values = given if isinstance(given, list) else [] if given in (None, "") else [given]
    if len(values) > _MOST_VALUES or not all(isinstance(value, str) for value in values):
        raise Invalid(FieldProblem(Problem.MALFORMED, [spelling], "must be text"))
    return values


def _is_good(name: str, value: str) -> bool:
    return uuid_of(value) is not None if name in _BY_ID else value in _WORDS[name]


@dataclass(frozen=True)
class Known:
    """The rows that a batch names: our keys by public id, those of agents for groups and skills."""

    keys: Mapping[str, Mapping[str, frozenset[int]]]

    @classmethod
    def of(cls, filters: Iterable[Asked]) -> "Known":
        """One query for each kind that is named at all."""
        named: dict[str, set[str]] = {name: set() for name in _BY_ID}
        for each in filters:
            for name in _BY_ID:
                named[name].update(each.get(name, ()))
        return cls({name: _LOOKUPS[name](map(UUID, ids)) if ids else {} for name, ids in named.items()})

    def where(self, filters: Asked) -> Where:
        """Raises Invalid for an id that nothing of the tenant's has."""
        where = Where(
            queues=self._keys("queue", filters),
            channels=_ours("channel", filters, CHANNEL_TYPES),
            directions=_ours("direction", filters, DIRECTIONS),
        )
        for name in ("resource", "group", "skill"):
            if (agents := self._keys(name, filters)) is not None:
                where = where.among(agents)
        return where

    def _keys(self, name: str, filters: Asked) -> frozenset[int] | None:
        if name not in filters:
            return None
        known = self.keys[name]
        if not known.keys() >= set(filters[name]):
            raise Invalid(FieldProblem(Problem.NO_SUCH_RECORD, [DASHED[name]], "is not known"))
        return frozenset().union(*(known[each] for each in filters[name]))


def _ours(name: str, filters: Asked, words: Mapping[str, str]) -> frozenset[str] | None:
    wanted = filters.get(name, ("any",))
    return None if "any" in wanted else frozenset(own for own, word in words.items() if word in wanted)


def _queues(ids: Iterable[UUID]) -> Mapping[str, frozenset[int]]:
    found = Queue.objects.filter(uuid__in=list(ids)).values_list("uuid", "pk")
    return {str(uuid): frozenset({key}) for uuid, key in found}


def _agents(ids: Iterable[UUID]) -> Mapping[str, frozenset[int]]:
    found = Agent.objects.filter(user__uuid__in=list(ids)).values_list("user__uuid", "pk")
    return {str(uuid): frozenset({key}) for uuid, key in found}


def _teams(ids: Iterable[UUID]) -> Mapping[str, frozenset[int]]:
    return _gathered(Team.objects.filter(uuid__in=list(ids)).values_list("uuid", "agents"))


def _skills(ids: Iterable[UUID]) -> Mapping[str, frozenset[int]]:
    return _gathered(Skill.objects.filter(uuid__in=list(ids)).values_list("uuid", "agent_skills__agent"))


def _gathered(pairs: Iterable[tuple[UUID, int | None]]) -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for uuid, agent in pairs:
        found.setdefault(str(uuid), set()).update([agent] if agent else [])
    return {uuid: frozenset(agents) for uuid, agents in found.items()}


_LOOKUPS = {"queue": _queues, "resource": _agents, "group": _teams, "skill": _skills}
