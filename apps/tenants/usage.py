"""How many requests a tenant's clients made in the last 24 hours.

Counting must not make requests wait for each other: each process counts in memory, and a thread of its own adds that
to the database's row of the hour once a second, and reads what other processes added. A killed process loses at most
that second.
"""

import atexit
import logging
import threading
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, IntegrityError, close_old_connections, connection
from django.db.models import Sum

from apps.common import clock
from apps.tenants.models import ApiUsage, Tenant
from apps.tenants.scope import scope

log = logging.getLogger(__name__)

WINDOW = timedelta(hours=24)


@dataclass
class _Count:
    tenant: Tenant
    kept: int = 0  # what all processes had written down, when last read
    new: int = 0  # what this one has not yet written down
    is_current: bool = False  # nobody asked since `kept` was read


_counts: dict[int, _Count] = {}
_lock = threading.Lock()
_keeper: threading.Thread | None = None


def used(tenant: Tenant) -> int:
    """The tenant's requests of the last 24 hours."""
    found = _counts.get(tenant.pk) or _begin(tenant)
    found.is_current = False
    return found.kept + found.new


def count(tenant: Tenant) -> None:
    """The tenant made one more."""
    found = _counts.get(tenant.pk) or _begin(tenant)
    with _lock:
        found.new += 1
        found.is_current = False


def keep() -> None:
    """Write down what is new of every tenant that was asked for since, and read what others wrote."""
    for found in list(_counts.values()):
        if not found.is_current:
            try:
                _keep(found)
            except IntegrityError:  # the tenant is gone
                _counts.pop(found.tenant.pk, None)
            except DatabaseError:
                log.exception("the requests of tenant %s are not written down", found.tenant.pk)


def forget(tenant: Tenant) -> None:
    """Remove what has left the window."""
    with scope(tenant):
        ApiUsage.objects.filter(hour__lt=clock.now() - 2 * WINDOW).delete()


def _begin(tenant: Tenant) -> _Count:
    kept = 0
    if settings.API_USAGE_KEPT_EVERY_SECONDS:
        _start()
        with scope(tenant):
            kept = _read()
    with _lock:
        return _counts.setdefault(tenant.pk, _Count(tenant, kept))


def _keep(found: _Count) -> None:
    with _lock:
        new, found.is_current = found.new, True
    with scope(found.tenant):
        if new:
            _add(found.tenant, new)
        kept = _read()
    with _lock:
        found.kept, found.new = kept, found.new - new


def _add(tenant: Tenant, requests: int) -> None:
    table = ApiUsage._meta.db_table
    statement = f"""
        insert into {table} as kept (tenant_id, hour, requests) values (%s, %s, %s)
        on conflict (tenant_id, hour) do update set requests = kept.requests + excluded.requests
    """
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(statement, [tenant.pk, hour, requests])


def _read() -> int:
    recent = ApiUsage.objects.filter(hour__gt=clock.now() - WINDOW)
    total: int = recent.aggregate(sum=Sum("requests", default=0))["sum"]
    return total


def _start() -> None:
    global _keeper
    with _lock:
        if _keeper is None or not _keeper.is_alive():  # a forked process has the variable, but not the thread
            _keeper = threading.Thread(target=_keep_regularly, name="usage", daemon=True)
            _keeper.start()
            atexit.register(keep)


def _keep_regularly() -> None:
    rest = threading.Event()
    while not rest.wait(settings.API_USAGE_KEPT_EVERY_SECONDS):
        close_old_connections()  # the database may have been away
        keep()
