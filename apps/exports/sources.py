"""What can be exported by name: a job finds its table again by it, with the rights that its person has by then."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from zoneinfo import ZoneInfo

from django.http import QueryDict

from apps.accounts.models import User
from apps.exports.columns import Column, Row


@dataclass(frozen=True)
class Table:
    """Typed columns over windows of rows.

    `windows` opens scopes of its own, one for each window, and holds no transaction between two of them.
    `count` is called in scope; `count(n)` tells whether there are more than n rows by counting no further.
    """

    name: str  # of the file, without what comes after the dot
    title: str
    columns: Sequence[Column]
    windows: Callable[[], Iterator[Sequence[Row]]]
    count: Callable[[int | None], int]


Source: TypeAlias = Callable[[QueryDict, User], Table]  # called in scope; raises Forbidden

_SOURCES: dict[str, Source] = {}
_ON_TENANTS_DAYS: set[str] = set()


def register(name: str, source: Source, *, on_tenants_days: bool = False) -> None:
    """`on_tenants_days`: a day that is asked for is the tenant's; else it is the reader's."""
    _SOURCES[name] = source
    if on_tenants_days:
        _ON_TENANTS_DAYS.add(name)


def source(name: str) -> Source:
    return _SOURCES[name]


def zone_of(name: str, by: User) -> ZoneInfo:
    """On whose clock the days of this table are."""
    return ZoneInfo(by.tenant.time_zone if name in _ON_TENANTS_DAYS else str(by.zone))


def is_source(name: str) -> bool:
    return name in _SOURCES
