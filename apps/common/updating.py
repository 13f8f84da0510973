"""Updates with one statement, which is written once for the process."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import connection, models
from psycopg.types.json import Jsonb

from apps.common import prepared
from apps.common.inserting import as_json


def update(rows: Sequence[models.Model]) -> None:
    """Save all columns of rows of one model, found by their keys. No signals; columns that the database makes are
    not read back. Values must be what the columns hold."""
    if not rows:
        return
    statement, names, values = _statement(type(rows[0]))
    listed = [dict(zip(names, values(row), strict=True)) for row in rows]
    with prepared.cursor() as cursor:
        cursor.execute(statement, [as_json(listed)])


def save(row: models.Model, *columns: str) -> None:
    """Save these columns of one row, named as attributes. Otherwise as `update`."""
    statement, json = _of_columns(type(row), columns)
    values = [getattr(row, name) for name in columns]
    for position in json:
        values[position] = None if values[position] is None else Jsonb(values[position])
    with prepared.cursor() as cursor:
        cursor.execute(statement, [*values, row.pk])


def columns_of(row: models.Model) -> Mapping[str, Any]:
    """The values of a row's own columns as they stand, to be compared later (`save_changed`)."""
    kept = row.__dict__
    return {name: kept[name] for name in _kept(type(row)) if name in kept}


def save_changed(row: models.Model, before: Mapping[str, Any]) -> None:
    """Save the columns that hold other values than `before`. A value that was changed within itself goes unnoticed.

    Otherwise as `save`.
    """
    now = row.__dict__
    if columns := [name for name, was in before.items() if (value := now[name]) is not was and value != was]:
        save(row, *columns)


@cache
def _kept(model: type[models.Model]) -> Sequence[str]:
    fields = model._meta.concrete_fields
    return [each.attname for each in fields if not (each.primary_key or each.generated or each.has_db_default())]


@cache
def _of_columns(model: type[models.Model], columns: Sequence[str]) -> tuple[str, Sequence[int]]:
    """The statement, and the positions of values that become jsonb."""
    key, by_name = model._meta.pk, {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in columns]
    quoted = [connection.ops.quote_name(str(field.column)) for field in fields]
    table = connection.ops.quote_name(model._meta.db_table)
    where = f"{connection.ops.quote_name(str(key.column))} = %s"
    json = [position for position, field in enumerate(fields) if isinstance(field, models.JSONField)]
    return f"update {table} set {', '.join(f'{name} = %s' for name in quoted)} where {where}", json


@cache
def _statement(model: type[models.Model]) -> tuple[str, Sequence[str], Callable[[Any], tuple[Any, ...]]]:
    key = model._meta.pk
    kept = [field for field in model._meta.concrete_fields if not field.generated and not field.has_db_default()]
    quoted = {field: connection.ops.quote_name(str(field.column)) for field in kept}
    table = connection.ops.quote_name(model._meta.db_table)
    assigned = ", ".join(f"{name} = sent.{name}" for field, name in quoted.items() if field is not key)
    statement = (
        f"update {table} as kept set {assigned} from json_populate_recordset(null::{table}, %s) as sent"
        f" where kept.{quoted[key]} = sent.{quoted[key]}"
    )
    return statement, [str(field.column) for field in kept], attrgetter(*(field.attname for field in kept))
