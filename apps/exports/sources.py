"""What can be exported by name: a job finds its table again by it, with the rights that its person has by then."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

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


def register(name: str, source: Source) -> None:
    _SOURCES[name] = source


def source(name: str) -> Source:
    return _SOURCES[name]


def is_source(name: str) -> bool:
    return name in _SOURCES
