"""Who speaks for a telephone system? Asked with each of its requests, so one journey to the database."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models

from apps.accounts.models import User
from apps.common import prepared
from apps.tenants import scope
from apps.tenants.models import Tenant
from apps.voice_calls.models import CallCenter, CallCenterKey


def find(tenant_key: int, name: str) -> tuple[CallCenter, Sequence[str]] | None:
    """The tenant's active call centre of this API name in any case, and the keys that its tokens may be signed with.

    Its integration user and tenant come along. The tenant is told to the database for this statement alone.
    """
    before = scope.tenant_or_none()
    with prepared.cursor() as cursor:
        cursor.execute(_statement(), [str(tenant_key), name])
        row = cursor.fetchone()
        if connection.in_atomic_block:  # else it was told for the statement's own transaction
            cursor.execute("select set_config('switchroom.tenant', %s, true)", [str(before.pk) if before else ""])
    if row is None:
        return None
    keys, *columns = row
    made = [_instance(model, columns) for model in (CallCenter, User, Tenant)]
    call_center, user, tenant = made
    call_center.integration_user, call_center.tenant, user.tenant = user, tenant, tenant
    return call_center, keys


@cache
def _statement() -> str:
    """The tenant is told first, because what comes after needs its key."""
    center, key, user, tenant = (model._meta.db_table for model in (CallCenter, CallCenterKey, User, Tenant))
    columns = [f"{model._meta.db_table}.{name}" for model in (CallCenter, User, Tenant) for name in _columns(model)]
    return f"""
        select found.*
        from (select set_config('switchroom.tenant', %s, true)::bigint as key offset 0) told
        cross join lateral (
            select
                array(
                    select public_key from {key}
                    where call_center_id = {center}.id and retired_at is null order by id
                ),
                {", ".join(columns)}
            from {center}
                join {user} on {user}.id = {center}.integration_user_id
                join {tenant} on {tenant}.id = {center}.tenant_id
            where {center}.tenant_id = told.key and lower({center}.internal_name) = lower(%s) and {center}.is_active
            offset 0
        ) found
    """


def _columns(model: type[models.Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields]


def _instance(model: type[models.Model], columns: list[Any]) -> Any:
    """Takes its values from the beginning of the columns."""
    fields = model._meta.concrete_fields
    values, columns[:] = columns[: len(fields)], columns[len(fields) :]
    return model.from_db(connection.alias, [field.attname for field in fields], values)
