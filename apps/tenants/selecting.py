"""Selects for the busiest paths: a query's statement is written once for the process, not anew for every request.

For models with many columns the ORM takes several times longer to build a statement than PostgreSQL to run it.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

from apps.common import prepared
from apps.tenants import scope

Row = TypeVar("Row", bound=models.Model)
_STANDING_IN = -(2**62)  # no other number in a statement is near it
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


class Marks:
    """What stands in for values while a statement is written, and which of its parameters they become.

    Each value is named as a number, a text or a time; as a text goes whatever the ORM does not look at.
    """

    def __init__(self, numbers: Sequence[str], texts: Sequence[str], times: Sequence[str]) -> None:
        self._names: Mapping[Any, str] = {
            **{_STANDING_IN + position: name for position, name in enumerate(numbers, 1)},
            **{f"\x01{name}": name for name in texts},
            **{_NEVER + timedelta(microseconds=position): name for position, name in enumerate(times, 1)},
        }

    def written(self, build: Callable[..., Any]) -> Any:
        """What `build` makes of the marks."""
        with scope.standing_in(_STANDING_IN):
            return build(**{name: mark for mark, name in self._names.items()})

    def parameters(self, found: Sequence[Any]) -> "Callable[[Mapping[str, Any]], list[Any]]":
        """How a statement's parameters are made of the values."""
        names = [self._names.get(each) if isinstance(each, Hashable) else None for each in found]
        constant = list(found)
        tenants = [position for position, each in enumerate(found) if each == _STANDING_IN]
        named = [(position, name) for position, name in enumerate(names) if name is not None]

        def fill(values: Mapping[str, Any]) -> list[Any]:
            filled = constant.copy()
            for position in tenants:
                filled[position] = scope.tenant_id()
            for position, name in named:
                filled[position] = values[name]
            return filled

        return fill


class Select(Generic[Row]):
    """A query of the tenant in scope whose values alone differ from time to time, each named by its kind (`Marks`).

    `build` makes it of them. Called with the values, it gives the rows that the ORM would, and what `select_related`
    names along with them.
    """

    def __init__(
        self,
        build: "Callable[..., models.QuerySet[Row]]",
        *,
        numbers: Sequence[str] = (),
        texts: Sequence[str] = (),
        times: Sequence[str] = (),
    ) -> None:
        self._build, self._marks = build, Marks(numbers, texts, times)

    def __call__(self, **values: Any) -> list[Row]:
        statement = self._statement
        with prepared.cursor() as cursor:
            cursor.execute(statement.text, statement.parameters(values))
            rows = cursor.fetchall()
        return list(statement.instances(rows)) if rows else []

    def first(self, **values: Any) -> Row | None:
        """The first row, for a query that gives but one."""
        return next(iter(self(**values)), None)

    @cached_property
    def _statement(self) -> "_Statement":
        compiler = self._marks.written(self._build).query.get_compiler(connection=connection)
        text, parameters = compiler.as_sql()
        return _Statement(text, self._marks.parameters(parameters), compiler)


@dataclass
class _Statement:
    text: str
    parameters: Callable[[Mapping[str, Any]], list[Any]]
    compiler: SQLCompiler

    def instances(self, rows: Iterable[Sequence[Any]]) -> Iterable[Any]:
        first, behind, names = self._columns
        if self._converters:
            rows = self.compiler.apply_converters(rows, self._converters)
        model, alias = self.compiler.klass_info["model"], connection.alias
        for row in rows:
            made = model.from_db(alias, names, row[first:behind])
            for populator in self._populators:
                populator.populate(row, made)
            for name, position in self.compiler.annotation_col_map.items():
                setattr(made, name, row[position])
            yield made

    @cached_property
    def _columns(self) -> tuple[int, int, list[str]]:
        fields = self.compiler.klass_info["select_fields"]
        first, behind = fields[0], fields[-1] + 1
        return first, behind, [each[0].target.attname for each in self.compiler.select[first:behind]]

    @cached_property
    def _converters(self) -> Any:
        columns = [each[0] for each in self.compiler.select[: self.compiler.col_count]]
        return self.compiler.get_converters(columns)

    @cached_property
    def _populators(self) -> Any:
        return get_related_populators(self.compiler.klass_info, self.compiler.select, connection.alias)  # type: ignore[call-arg]
