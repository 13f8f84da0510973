"""What there is to ask for (cxengage 10.2)."""

from collections.abc import Iterable

from apps.facades.cxengage.payloads.formats import Row
from apps.facades.cxengage.realtime.lists import LISTS
from apps.reporting.statistics.catalogue import STATISTICS
from apps.reporting.statistics.definition import Statistic

_FILTERS = {
    "queue": ("queue-id",),
    "agent": ("resource-id", "group-id", "skill-id"),
    "channel": ("channel-type",),
    "direction": ("direction",),
}
_KEYS = {
    "queue-details-list": "details",
    "resource-state-list": "json",
    "resource-details-list": "json",
    "resource-capacity": "resourceCapacity",
    "estimated-wait-time": "avg",
}


def available() -> Row:
    """Camel-case key -> the statistic."""
    counted = {_camel(each.name): _statistic(each) for each in STATISTICS.values()}
    return counted | {_camel(name): _list(name) for name in LISTS}


def _statistic(statistic: Statistic) -> Row:
    filters = [word for name, words in _FILTERS.items() if name in statistic.dimensions for word in words]
    return _row(statistic.name, str(statistic.unit), str(statistic.label), statistic.formulas, filters)


def _list(name: str) -> Row:
    filters = [word for words in _FILTERS.values() for word in words]
    return _row(name, "list", name.replace("-", " ").capitalize(), [_KEYS.get(name, "interactions")], filters)


def _row(name: str, kind: str, label: str, keys: Iterable[str], filters: list[str]) -> Row:
    return {
        "name": name,
        "type": kind,
        "userFriendlyName": label,
        "responseKeys": [*keys],
        "optionalFilters": filters,
    }


def _camel(name: str) -> str:
    first, *others = name.split("-")
    return first + "".join(word.capitalize() for word in others)
