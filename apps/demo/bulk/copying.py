"""Rows into tables by COPY, with what triggers would have written beside them, a statement for many rows."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models

from apps.demo.bulk.floor import DAY
from apps.engagements.models.marks import marked
from apps.engagements.models.tally import summed_up
from apps.tenants import scope

_KEYS_AT_ONCE = 2_000


class Table:
    """Where rows of a model go. `names` are the columns that differ; all others hold their default."""

    def __init__(self, model: Any, *names: str, link: str | None = None) -> None:
        self.model, self.link = model, link
        self.name = model._meta.db_table
        fixed = {
            field.column: value
            for field in model._meta.concrete_fields
            if field.column not in (*names, "id") and (value := _default(field)) is not None
        }
        self.columns = [*names, *fixed]
        self._tail = "".join(f"\t{_cell(value)}" for value in fixed.values()) + "\n"
        self._lines: list[str] = []
        self.keys: list[int] = []
        self._fresh: Iterator[int] = iter(())

    def next_key(self) -> int:
        """A key from the table's own sequence, as any other writer gets them."""
        for key in self._fresh:
            return key
        with connection.cursor() as cursor:
            cursor.execute(
                "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)",
                [self.name, _KEYS_AT_ONCE],
            )
            self._fresh = iter([key for (key,) in cursor.fetchall()])
        return next(self._fresh)

    def add(self, *values: Any) -> None:
        """One row; if its key is told, it comes first."""
        self._lines.append("\t".join(map(_cell, values)) + self._tail)
        if self.link:
            self.keys.append(values[0])

    def flush(self, cursor: Any) -> None:
        """Write the rows, and what their triggers would have written."""
        if not self._lines:
            return
        listed = ", ".join(f'"{column}"' for column in self.columns)
        with cursor.copy(f"copy {self.name} ({listed}) from stdin") as copy:
            copy.write("".join(self._lines))
        if self.link:
            cursor.execute(_version(self.model), [self.keys])
            cursor.execute(_created(self.name, self.link), [self.keys])
        self._lines, self.keys = [], []


def count_interactions(cursor: Any, keys: Sequence[int]) -> None:
    """Into the day counters, once everything of theirs is written."""
    for counts in (summed_up, marked):
        cursor.execute(counts("engagements_engagementinteraction", narrowed="id = any(%s)"), [list(keys)])


def stamp(at: int | None, days: dict[int, str] = {}) -> str | None:  # noqa: B006 - remembers days on purpose
    """Milliseconds since 1970 as PostgreSQL reads them."""
    if at is None:
        return None
    day, rest = divmod(at, DAY)
    if day not in days:
        days[day] = datetime.fromtimestamp(day * DAY // 1000, UTC).strftime("%Y-%m-%d")
    seconds, thousandths = divmod(rest, 1000)
    return f"{days[day]} {seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{thousandths:03}+00"


def uuids(bits: Callable[[int], int]) -> Callable[[int], str]:
    """Makes UUIDs of version 7, of the moment told."""

    def make(at: int) -> str:
        return f"{at:012x}7{bits(12):03x}{0x8000000000000000 | bits(62):016x}"

    return make


def _default(field: "models.Field[Any, Any]") -> Any:
    if field.generated or field.has_db_default():
        return None
    if field.column == "tenant_id":
        return scope.tenant_id()
    default = field.get_default()
    if isinstance(default, list) and not isinstance(field, models.JSONField):
        return "{}"  # an array
    return {"[]": "[]", "{}": "{}"}.get(str(default), default)


def _cell(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value)


def _version(model: Any) -> str:
    """The first version of each row, as the trigger keeps it; without a transaction, for it is no change to tell of."""
    event = model.pgh_event_models["insert"]
    ours = {field.column for field in model._meta.concrete_fields}
    names = [field.column for field in event._meta.concrete_fields if field.column in ours]
    listed = ", ".join(f'"{name}"' for name in names)
    return f"""insert into {event._meta.db_table} ({listed}, pgh_created_at, pgh_label, pgh_obj_id, xid)
        select {listed}, created_date, 'insert', id, null from {model._meta.db_table} where id = any(%s)"""


def _created(table: str, link: str) -> str:
    """That it was created, for the history of its fields."""
    return f"""insert into objects_fieldchange
        (tenant_id, {link}_id, field, created_by_id, created_date, system_modstamp)
        select tenant_id, id, 'created', created_by_id, created_date, system_modstamp
        from {table} where id = any(%s) order by id"""
