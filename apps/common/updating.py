"""Updates of many rows with one statement, which is written once for the process."""

from collections.abc import Callable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import connection, models

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
