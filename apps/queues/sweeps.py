"""What the clock does for one tenant. Every due row is a transaction of its own: no sweep holds two interactions."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.db.models import QuerySet

from apps.agents.models import AgentChannel
from apps.common import clock
from apps.common.errors import SwitchroomError
from apps.engagements.flags import Flag
from apps.queues import due, stuck, waiting
from apps.queues.models import OfferState, QueueEntry
from apps.queues.operations import (
    end_wrap_up,
    fall_due,
    flag_found,
    give_up,
    log_off_inactive,
    lose_session,
    matching,
    mend,
    overflow,
    pass_on,
    terminate,
    time_out,
    warn_inactive,
)
from apps.tenants.models import Tenant
from apps.tenants.scope import scope


def time_out_offers(tenant: Tenant) -> int:
    """Offers whose time has run out go to somebody else."""
    return _each(tenant, partial(due.offers, OfferState.OFFERED), time_out)


def end_wrap_ups(tenant: Tenant) -> int:
    """Wrap-ups whose time has run out end."""
    return _each(tenant, partial(due.offers, OfferState.WRAP_UP), end_wrap_up)


def expire_leases(tenant: Tenant) -> int:
    """Agents whose client has vanished take no more work (M-13)."""
    return _each(tenant, due.lost_sessions, lose_session)


def give_up_lost_work(tenant: Tenant) -> int:
    """What an agent owned whose client did not come back goes where the tenant wants it (M-13)."""
    return _each(tenant, due.lost_work, give_up)


def log_off_inactive_agents(tenant: Tenant) -> int:
    """Agents who have done nothing for as long as the tenant allows, a minute after they were told (genesys 16)."""
    return _each(tenant, due.inactive, warn_inactive) + _each(tenant, due.warned, log_off_inactive)


def overflow_stays(tenant: Tenant) -> int:
    """What an overflow rule may lead elsewhere by now."""
    return _each(tenant, due.overflowing, overflow)


def begin_callbacks(tenant: Tenant) -> int:
    """Callbacks whose time has come are offered."""
    return _each(tenant, due.callbacks, fall_due)


def pass_on_stays(tenant: Tenant) -> int:
    """What waited for one agent who is not free in time goes on to a queue (M-11)."""
    return _each(tenant, due.overdue_stays, pass_on)


def flag_stuck_work(tenant: Tenant) -> int:
    """Live contacts of which nothing has been heard for too long are flagged; supervisors repair them."""
    with scope(tenant):
        return sum(flag_found(found, flag) for flag, found in stuck.unheard_of(tenant, clock.now()))


def mend_left_open(tenant: Tenant) -> int:
    """What contacts left open that are over ends with them."""
    with scope(tenant):
        kinds = list(stuck.left_open(clock.now()))
    return sum(_each(tenant, partial(_some, found), partial(mend, flag=flag)) for flag, found in kinds)


def end_endless_work(tenant: Tenant) -> int:
    """Contacts that have passed a limit of the tenant's end (X-52)."""
    with scope(tenant):
        limits = {Flag.COUNTER: stuck.sent_round(tenant), Flag.SAFEGUARD: stuck.too_long(tenant, clock.now())}
    return sum(_each(tenant, partial(_some, found), partial(terminate, flag=flag)) for flag, found in limits.items())


def _some(found: QuerySet[Any]) -> QuerySet[Any]:
    return found.order_by("opened_at")[: due.BATCH]


def route(tenant: Tenant) -> int:
    """Bring together what two transactions hid from each other, and begin the next round for refused work."""
    with scope(tenant):
        _begin_round()
    return _each(tenant, _channels_with_work, _fill)


def _each(tenant: Tenant, find: Callable[[], Iterable[Any]], act: Callable[[Any], Any]) -> int:
    with scope(tenant):
        rows = list(find())
    done = 0
    for row in rows:
        try:
            with scope(tenant):
                done += bool(act(row))
        except SwitchroomError:
            continue  # somebody was quicker: there is nothing left to do
    return done


def _channels_with_work() -> Iterable[int]:
    return waiting.channels_with_work(clock.now())


def _fill(channel: int) -> int:
    held = AgentChannel.objects.select_for_update(skip_locked=True, of=("self",), no_key=True).select_related("agent")
    row = held.filter(pk=channel, is_ready=True).first()
    return matching.fill(row, at=clock.now()) if row else 0


def _begin_round() -> None:
    """Who refused may be asked again, and nothing waits for a customer's last agent any longer than it should."""
    if again := due.refused_stays():
        QueueEntry.objects.filter(pk__in=[stay.pk for stay in again]).update(passed_over=[])
    if free := due.reserved_stays():
        QueueEntry.objects.filter(pk__in=[stay.pk for stay in free]).update(reserved_for=None, reserved_until=None)
