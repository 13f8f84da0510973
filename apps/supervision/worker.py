"""The worker: does what the clock asks for, tenant by tenant, until told to stop."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import close_old_connections

from apps.queues import sweeps
from apps.tenants.models import Tenant

log = logging.getLogger(__name__)

_LONGEST_WAIT_S = 1.0


@dataclass(frozen=True)
class Duty:
    """One kind of due work. Taking rows with SKIP LOCKED, or losing politely, lets several workers share it."""

    run: Callable[[Tenant], int]  # returns how many rows it handled; opens its own scopes
    every_s: float


DUTIES = (
    Duty(sweeps.time_out_offers, every_s=0.5),
    Duty(sweeps.end_wrap_ups, every_s=1),
    Duty(sweeps.expire_leases, every_s=2),
    Duty(sweeps.route, every_s=1),
)


def work(duties: tuple[Duty, ...], stop: threading.Event) -> None:
    """Return soon after `stop` is set; what one duty has begun for one tenant is finished."""
    due = dict.fromkeys(duties, 0.0)
    while not stop.is_set():
        for duty in (duty for duty in duties if due[duty] <= time.monotonic()):
            do(duty, stop)
            due[duty] = time.monotonic() + duty.every_s
        stop.wait(min(max(min(due.values()) - time.monotonic(), 0), _LONGEST_WAIT_S))


def do(duty: Duty, stop: threading.Event) -> None:
    """Do one duty for every tenant. A failure is logged, and hurts no other tenant."""
    for tenant in _tenants():
        if stop.is_set():
            return
        try:
            duty.run(tenant)
        except Exception:
            log.exception("%s failed for tenant %s", duty.run.__name__, tenant.pk)
            close_old_connections()


def _tenants() -> list[Tenant]:
    close_old_connections()  # the database may have been away
    try:
        return list(Tenant.objects.all())
    except Exception:
        log.exception("the tenants cannot be read")
        return []
