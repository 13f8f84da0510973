"""Inserts for the busiest paths: a model's statement is written once for the process, not anew for every row.

The ORM takes longer to build such a statement than PostgreSQL to run it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import connection, models
from psycopg.types.json import Jsonb


@dataclass(frozen=True)
class _Statement:
    head: str
    row: str
    tail: str
    values: Callable[[Any], tuple[Any, ...]]
    json: frozenset[int]  # positions of values that become jsonb
    returned: Sequence[str]  # attributes that the database fills


def insert(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model with one statement, and fill in what the database made: key, generated columns.

    As `bulk_create`: no signals, no `save()`. Values must be what the columns hold; nothing is converted.
    """
    if not rows:
        return
    statement = _statement(type(rows[0]))
    values: list[Any] = [
        Jsonb(value) if position in statement.json and value is not None else value
        for row in rows
        for position, value in enumerate(statement.values(row))
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement.head + ", ".join([statement.row] * len(rows)) + statement.tail, values)
        made = cursor.fetchall()
    for row, filled in zip(rows, made, strict=True):
        for attribute, value in zip(statement.returned, filled, strict=True):
            setattr(row, attribute, value)
        row._state.adding, row._state.db = False, connection.alias


@cache
def _statement(model: type[models.Model]) -> _Statement:
    fields = model._meta.concrete_fields
    by_database = [field for field in fields if field.primary_key or field.generated or field.has_db_default()]
    given = [field for field in fields if field not in by_database]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in given)
    returned = ", ".join(connection.ops.quote_name(str(field.column)) for field in by_database)
    return _Statement(
        head=f"insert into {connection.ops.quote_name(model._meta.db_table)} ({names}) values ",
        row=f"({', '.join(['%s'] * len(given))})",
        tail=f" returning {returned}",
        values=attrgetter(*(field.attname for field in given)),
        json=frozenset(position for position, field in enumerate(given) if isinstance(field, models.JSONField)),
        returned=[field.attname for field in by_database],
    )
