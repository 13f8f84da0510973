"""The worker: does what the clock asks for, tenant by tenant, until told to stop."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from django.db import close_old_connections

from apps.accounts.operations.sessions import forget_sessions
from apps.accounts.operations.sign_in import forget_attempts
from apps.accounts.operations.tokens import forget_tokens
from apps.events import ledger
from apps.exports.mailing import begin_due
from apps.jobs import operations as jobs
from apps.messaging.operations import deliver_mail
from apps.privacy import retaining
from apps.privacy.forgetting import forget_identifiers
from apps.queues import sweeps
from apps.reporting.rollups.following import follow
from apps.tenants import usage
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from apps.webhooks.operations import delivering

log = logging.getLogger(__name__)

_LONGEST_WAIT_S = 1.0


@dataclass(frozen=True)
class Duty:
    """One kind of due work. Taking rows with SKIP LOCKED, or losing politely, lets several workers share it."""

    run: Callable[[Tenant], object]  # opens its own scopes
    every_s: float


@dataclass(frozen=True)
class HouseDuty:
    """Due work that belongs to no tenant."""

    run: Callable[[], object]
    every_s: float


def _forget_deliveries(tenant: Tenant) -> None:
    with scope(tenant):
        delivering.forget()


DUTIES = (
    Duty(sweeps.time_out_offers, every_s=0.5),
    Duty(sweeps.end_wrap_ups, every_s=1),
    Duty(sweeps.expire_leases, every_s=2),
    Duty(sweeps.give_up_lost_work, every_s=2),
    Duty(sweeps.log_off_inactive_agents, every_s=10),
    Duty(sweeps.pass_on_stays, every_s=1),
    Duty(sweeps.overflow_stays, every_s=1),
    Duty(sweeps.begin_callbacks, every_s=1),
    Duty(sweeps.route, every_s=1),
    Duty(sweeps.flag_stuck_work, every_s=60),
    Duty(sweeps.mend_left_open, every_s=60),
    Duty(sweeps.end_endless_work, every_s=60),
    Duty(deliver_mail, every_s=1),
    Duty(follow, every_s=5),
    Duty(retaining.apply, every_s=10),
    Duty(forget_identifiers, every_s=60),
    Duty(usage.forget, every_s=3600),
    Duty(_forget_deliveries, every_s=600),
    Duty(begin_due, every_s=10),
    Duty(jobs.forget, every_s=3600),
    HouseDuty(ledger.prepare_partitions, every_s=3600),
    HouseDuty(forget_sessions, every_s=3600),
    HouseDuty(forget_tokens, every_s=3600),
    HouseDuty(forget_attempts, every_s=3600),
)


def work(duties: Sequence[Duty | HouseDuty], stop: threading.Event) -> None:
    """Return soon after `stop` is set; what one duty has begun for one tenant is finished."""
    due = dict.fromkeys(duties, 0.0)
    while not stop.is_set():
        for duty in (duty for duty in duties if due[duty] <= time.monotonic()):
            do(duty, stop)
            due[duty] = time.monotonic() + duty.every_s
        stop.wait(min(max(min(due.values()) - time.monotonic(), 0), _LONGEST_WAIT_S))


def do(duty: Duty | HouseDuty, stop: threading.Event) -> None:
    """Do one duty, for every tenant if it is theirs. A failure is logged, and hurts no other tenant."""
    close_old_connections()  # the database may have been away
    if isinstance(duty, HouseDuty):
        _attempt(duty.run, "the house")
        return
    tenants: list[Tenant] = []
    _attempt(lambda: tenants.extend(Tenant.objects.all()), "all tenants")
    for tenant in tenants:
        if not stop.is_set():
            _attempt(partial(duty.run, tenant), f"tenant {tenant.pk}")


def _attempt(run: Callable[[], object], whose: str) -> None:
    try:
        run()
    except Exception:
        log.exception("a sweep failed for %s", whose)
        close_old_connections()
