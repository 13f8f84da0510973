"""What somebody looked at or came across last, by name."""

from collections import defaultdict
from typing import Any

from apps.accounts.models import User
from apps.engagements.visibility import visible
from apps.facades.salesforce_sobjects import payloads
from apps.objects import viewing
from apps.objects.columns import ID, Column, column_of
from apps.objects.registry import SObject, find

MOST = 200


def recent(user: User, version: str, *, limit: int = MOST, sobject: SObject | None = None) -> list[dict[str, Any]]:
    """Records with id and name, the last one first. One query for each kind of record among them."""
    seen = viewing.recent(user, limit, sobject)
    keys = defaultdict(list)
    for object_name, key in seen:
        keys[object_name].append(key)
    shown = {name: _shown(name, of_one, user, version) for name, of_one in keys.items()}
    return [shown[name][key] for name, key in seen if key in shown[name]]


def _shown(object_name: str, keys: list[int], user: User, version: str) -> dict[int, dict[str, Any]]:
    sobject = find(object_name)
    if sobject is None:  # known to an earlier release
        return {}
    columns = [column for name in (ID.api_name, "Name") if (column := column_of(sobject, name))]
    paths = {path for column in columns for path in column.reads}
    rows = visible(sobject, user).filter(pk__in=keys).values("pk", *paths)
    return {row["pk"]: _record(sobject, columns, row, version) for row in rows}


def _record(sobject: SObject, columns: list[Column], row: dict[str, Any], version: str) -> dict[str, Any]:
    fields = {column.name: column.value(row) for column in columns}
    return payloads.record(sobject, fields[ID.api_name], fields, version)
