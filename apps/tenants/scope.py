"""Which tenant the running code works for: set once per transaction, in Python and in the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from django.db import connection, transaction

from apps.common import prepared

if TYPE_CHECKING:
    from apps.tenants.models import Tenant

_tenant: ContextVar["Tenant | None"] = ContextVar("tenant", default=None)


class NoTenant(RuntimeError):
    """A row of a tenant was asked for outside any tenant's scope: a defect of ours."""


def tenant() -> "Tenant":
    """The tenant in scope."""
    found = _tenant.get()
    if found is None:
        raise NoTenant("no tenant in scope")
    return found


def tenant_or_none() -> "Tenant | None":
    return _tenant.get()


def tenant_id() -> int:
    """The key of the tenant in scope; the default of every `tenant` column."""
    return tenant().pk


@contextmanager
def standing_in(key: int) -> Iterator[None]:
    """Queries are built for a tenant whose key takes this one's place later; none may be run meanwhile."""
    token = _tenant.set(cast("Tenant", SimpleNamespace(pk=key)))
    try:
        yield
    finally:
        _tenant.reset(token)


@contextmanager
def scope(of: "Tenant") -> Iterator[None]:
    """A transaction that works for one tenant, and can see and write no other's rows."""
    before = _tenant.get()
    within = connection.in_atomic_block  # of a longer transaction, which goes on as it was
    token = _tenant.set(of)
    try:
        with transaction.atomic():
            _tell_database(str(of.pk))
            yield
            if within and not connection.needs_rollback:  # rolling back puts it right by itself
                _tell_database(str(before.pk) if before else "")
    finally:
        _tenant.reset(token)


def _tell_database(key: str) -> None:
    with prepared.cursor() as cursor:
        cursor.execute("select set_config('switchroom.tenant', %s, true)", [key])
