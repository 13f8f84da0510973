"""Selects for the busiest paths: a query's statement is written once for the process, not anew for every request.

For models with many columns the ORM takes several times longer to build a statement than PostgreSQL to run it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

from apps.common import prepared
from apps.tenants import scope

Row = TypeVar("Row", bound=models.Model)
_STANDING_IN = -(2**62)  # no other number in a statement is near it


class Select(Generic[Row]):
    """A query of the tenant in scope whose values alone differ from time to time, each named as a number or as a text.

    `build` makes it of them. Called with the values, it gives the rows that the ORM would, and what `select_related`
    names along with them.
    """

    def __init__(
        self, build: "Callable[..., models.QuerySet[Row]]", *, numbers: Sequence[str] = (), texts: Sequence[str] = ()
    ) -> None:
        self._build = build
        self._names: Mapping[Any, str] = {
            **{_STANDING_IN + position: name for position, name in enumerate(numbers, 1)},
            **{f"\x01{name}": name for name in texts},
        }

    def __call__(self, **values: Any) -> list[Row]:
        statement = self._statement
        given = {_STANDING_IN: scope.tenant_id(), **{mark: values[name] for mark, name in self._names.items()}}
        parameters = [given.get(each, each) for each in statement.parameters]
        with prepared.cursor() as cursor:
            cursor.execute(statement.text, parameters)
            return list(statement.instances(cursor.fetchall()))

    def first(self, **values: Any) -> Row | None:
        """The first row, for a query that gives but one."""
        return next(iter(self(**values)), None)

    @cached_property
    def _statement(self) -> "_Statement":
        with scope.standing_in(_STANDING_IN):
            query = self._build(**{name: mark for mark, name in self._names.items()}).query
        compiler = query.get_compiler(connection=connection)
        text, parameters = compiler.as_sql()
        return _Statement(text, parameters, compiler)


@dataclass
class _Statement:
    text: str
    parameters: Sequence[Any]
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
