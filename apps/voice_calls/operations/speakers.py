"""Who speaks for a telephone system? Asked with each of its requests, so one journey to the database."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models

from apps.accounts.models import User
from apps.tenants import scope
from apps.tenants.models import Tenant
from apps.voice_calls.models import CallCenter, CallCenterKey


def find(tenant_key: int, name: str) -> tuple[CallCenter, Sequence[str]] | None:
    """The tenant's active call centre of this API name in any case, and the keys that its tokens may be signed with.

    Its integration user and tenant come along. The tenant is told to the database for these statements alone.
    """
    before = scope.tenant_or_none()
    with connection.cursor() as cursor:
        values: list[str | int] = [str(tenant_key), tenant_key, name, str(before.pk) if before else ""]
        cursor.execute(_statement(), values)
        cursor.nextset()
        row = cursor.fetchone()
    if row is None:
        return None
    keys, *columns = row
    made = [_instance(model, columns) for model in (CallCenter, User, Tenant)]
    call_center, user, tenant = made
    call_center.integration_user, call_center.tenant, user.tenant = user, tenant, tenant
    return call_center, keys


@cache
def _statement() -> str:
    """Three statements sent as one text: without a transaction around them, they are one."""
    center, key, user, tenant = (model._meta.db_table for model in (CallCenter, CallCenterKey, User, Tenant))
    columns = [f"{model._meta.db_table}.{name}" for model in (CallCenter, User, Tenant) for name in _columns(model)]
    return f"""
        select set_config('switchroom.tenant', %s, true);
        select
            array(select public_key from {key} where call_center_id = {center}.id and retired_at is null order by id),
            {", ".join(columns)}
        from {center}
            join {user} on {user}.id = {center}.integration_user_id
            join {tenant} on {tenant}.id = {center}.tenant_id
        where {center}.tenant_id = %s and lower({center}.internal_name) = lower(%s) and {center}.is_active;
        select set_config('switchroom.tenant', %s, true)
    """


def _columns(model: type[models.Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields]


def _instance(model: type[models.Model], columns: list[Any]) -> Any:
    """Takes its values from the beginning of the columns."""
    fields = model._meta.concrete_fields
    values, columns[:] = columns[: len(fields)], columns[len(fields) :]
    return model.from_db(connection.alias, [field.attname for field in fields], values)
