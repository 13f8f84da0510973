"""Updates of the busiest paths: as `selecting`, a statement is written once for the process."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db import connection, models
from django.db.models.sql import UpdateQuery

from apps.common import prepared
from apps.tenants.selecting import Marks

Written = tuple[models.QuerySet[Any], Mapping[str, Any]]


class Change:
    """An update of the tenant in scope whose values alone differ from time to time, each named by its kind (`Marks`).

    `build` makes of them the rows, and what becomes of their columns. `returning`: columns to be told of afterwards.
    """

    def __init__(
        self,
        build: Callable[..., Written],
        *,
        numbers: Sequence[str] = (),
        texts: Sequence[str] = (),
        times: Sequence[str] = (),
        returning: Sequence[str] = (),
    ) -> None:
        self._build, self._marks, self._returning = build, Marks(numbers, texts, times), returning

    def __call__(self, **values: Any) -> int:
        """Returns how many rows were changed."""
        text, parameters = self._statement
        with prepared.cursor() as cursor:
            cursor.execute(text, parameters(values))
            return int(cursor.rowcount)

    def first(self, **values: Any) -> tuple[Any, ...] | None:
        """What is told of the first row, for a change of but one; None if there was nothing to change."""
        text, parameters = self._statement
        with prepared.cursor() as cursor:
            cursor.execute(text, parameters(values))
            found: tuple[Any, ...] | None = cursor.fetchone()
            return found

    @cached_property
    def _statement(self) -> tuple[str, Callable[[Mapping[str, Any]], list[Any]]]:
        rows, columns = self._marks.written(self._build)
        query = rows.query.chain(UpdateQuery)
        query.add_update_values(columns)
        text, parameters = query.get_compiler(connection=connection).as_sql()
        if self._returning:
            text += f" returning {', '.join(map(connection.ops.quote_name, self._returning))}"
        return text, self._marks.parameters(parameters)
