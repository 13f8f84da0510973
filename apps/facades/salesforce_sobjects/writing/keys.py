"""Records found by a key of their own: an external id, a name, an id (sobjects 5.5)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import Q, Value
from django.db.models.functions import Lower

from apps.accounts.models import User
from apps.common.public_ids import is_salesforce_id, key_of
from apps.common.storable import unstorable
from apps.engagements.visibility import visible
from apps.facades.salesforce_sobjects.writing.rejections import NOT_FOUND, Mistake, Rejected
from apps.objects.columns import ID, Column, column_of
from apps.objects.registry import SObject
from apps.tenants import scope

_MOST = 2_000  # records that one answer names
_EVERYWHERE = frozenset({"id", "name"})


def key_column(sobject: SObject, name: str) -> Column | None:
    """The field of that name if records are found by it; None if not."""
    column = column_of(sobject, name)
    if column is None or not ("I" in column.declared.letters or column.name.lower() in _EVERYWHERE):
        return None
    return column


def ids_with(sobject: SObject, column: Column, value: str, user: User) -> Sequence[str]:
    """The ids of the records with this key that the user may see. Case counts in external identifiers alone (C-05)."""
    condition = with_key(sobject, column, value)
    if condition is None:
        return ()
    own_id = column_of(sobject, ID.api_name)
    assert own_id is not None
    rows = visible(sobject, user).filter(condition).values(*own_id.reads).order_by(*own_id.reads)
    return [own_id.value(row) for row in rows[:_MOST]]


def one_at_a_time(sobject: SObject, column: Column, *values: str) -> None:
    """Until this transaction ends, no other upsert creates a record with these keys: there is no row to lock yet."""
    named = [f"{sobject.name}.{column.name} {value.lower()}".replace("\0", "") for value in values]
    with connection.cursor() as cursor:  # in one order, so that no two wait for each other
        cursor.execute(
            "select pg_advisory_xact_lock(number) from"
            " (select hashtextextended(named, %s) as number from unnest(%s::text[]) as named order by 1) as numbers",
            [scope.tenant_id(), named],
        )


def ids_with_any(sobject: SObject, column: Column, values: Iterable[str], user: User) -> Mapping[str, Sequence[str]]:
    """Value, as `folded`, -> the ids of the records that have it; one query for all of them."""
    conditions = [condition for value in values if (condition := with_key(sobject, column, value)) is not None]
    if not conditions:
        return {}
    own_id = column_of(sobject, ID.api_name)
    assert own_id is not None
    rows = visible(sobject, user).filter(reduce(or_, conditions)).values(*own_id.reads, *column.reads)
    found: dict[str, list[str]] = {}
    for row in rows.order_by(*own_id.reads):
        found.setdefault(folded(column, column.value(row)), []).append(own_id.value(row))
    return found


def folded(column: Column, value: str) -> str:
    """The value as keys are compared: without regard to case, ids by their first 15 characters."""
    if column.links:
        return value[:15]
    return value if column.case_sensitive else value.lower()


def identified(sobject: SObject, record_id: str) -> Q:
    """The condition on the record of this id. A broken id is unknown, one of another object is malformed (P-30)."""
    found = sobject.with_id(record_id)
    if found is not None:
        return found
    if is_salesforce_id(record_id) and not record_id.startswith(sobject.prefix):
        raise Rejected(Mistake("MALFORMED_ID", f"malformed id {record_id}"))
    raise Rejected(NOT_FOUND)


def with_key(sobject: SObject, column: Column, value: str) -> Q | None:
    """The condition on the records with this key; None if no record can have it."""
    value = value.strip()  # as it is stored (P-07)
    if unstorable(value):
        return None
    if column.declared.type == "id":
        return sobject.with_id(value)
    if column.links:
        named = [Q(**{path: key}) for path, prefix in column.links if (key := key_of(value, prefix)) is not None]
        return Q(*named, _connector=Q.OR) if named else None
    folded = f"{column.path}_folded"
    if sobject.column_behind(folded):
        return Q(**{folded: Lower(Value(value))})
    same = Q(**{column.path if column.case_sensitive else f"{column.path}__iexact": value})
    if "A" not in column.declared.letters:
        return same
    number = re.fullmatch(r"[a-z]+-(\d{1,18})", value, re.IGNORECASE | re.ASCII)
    return same & Q(pk=int(number[1])) if number else None
