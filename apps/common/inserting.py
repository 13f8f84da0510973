"""Inserts for the busiest paths: a model's statement is written once for the process, not anew for every row.

The ORM takes longer to build such a statement than PostgreSQL to run it. Several rows go as one JSON text, which is
quicker to write, and for PostgreSQL to read, than a statement with all their values in it.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import connection, models
from psycopg.types.json import Jsonb

from apps.common import prepared

as_json = json.JSONEncoder(default=str, ensure_ascii=False, check_circular=False).encode  # times, numbers: as text


@dataclass(frozen=True)
class _Statements:
    for_one: str
    for_many: str
    names: Sequence[str]
    values: Callable[[Any], tuple[Any, ...]]
    json: frozenset[int]  # positions of values that become jsonb
    returned: Sequence[str]  # attributes that the database fills


def insert(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model with one statement, and fill in what the database made: key, generated columns.

    As `bulk_create`: no signals, no `save()`. Values must be what the columns hold; nothing is converted.
    """
    if not rows:
        return
    statements = _statements(type(rows[0]))
    with prepared.cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(statements.for_one, _values(rows[0], statements))
        else:
            cursor.execute(statements.for_many, [as_json([_named(row, statements) for row in rows])])
        made = cursor.fetchall()
    alias = connection.alias
    for row, filled in zip(rows, made, strict=True):
        for attribute, value in zip(statements.returned, filled, strict=True):
            setattr(row, attribute, value)
        row._state.adding, row._state.db = False, alias


def _named(row: models.Model, statements: _Statements) -> dict[str, Any]:
    """What is null needs no words."""
    values = statements.values(row)
    return {name: value for name, value in zip(statements.names, values, strict=True) if value is not None}


def _values(row: models.Model, statements: _Statements) -> list[Any]:
    return [
        Jsonb(value) if position in statements.json and value is not None else value
        for position, value in enumerate(statements.values(row))
    ]


@cache
def _statements(model: type[models.Model]) -> _Statements:
    fields = model._meta.concrete_fields
    by_database = [field for field in fields if field.primary_key or field.generated or field.has_db_default()]
    given = [field for field in fields if field not in by_database]
    table, names = connection.ops.quote_name(model._meta.db_table), _listed(given)
    head, tail = f"insert into {table} ({names})", f"returning {_listed(by_database)}"
    return _Statements(
        for_one=f"{head} values ({', '.join(['%s'] * len(given))}) {tail}",
        for_many=f"{head} select {names} from json_populate_recordset(null::{table}, %s) {tail}",
        names=[str(field.column) for field in given],
        values=attrgetter(*(field.attname for field in given)),
        json=frozenset(position for position, field in enumerate(given) if isinstance(field, models.JSONField)),
        returned=[field.attname for field in by_database],
    )


def _listed(fields: "Sequence[models.Field[Any, Any]]") -> str:
    return ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
