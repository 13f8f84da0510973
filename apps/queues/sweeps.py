"""What the clock does for one tenant. Every due row is a transaction of its own: no sweep holds two interactions."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.agents.models import AgentChannel, AgentSession, StateCause
from apps.agents.operations import INACTIVITY_WARNING
from apps.common import clock
from apps.common.errors import SwitchroomError
from apps.engagements.flags import Flag
from apps.engagements.lifecycle import Stage
from apps.queues import stuck, waiting
from apps.queues.models import OfferState, QueueEntry, WorkOffer
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
from apps.tenants.models import LostWork, Tenant
from apps.tenants.scope import scope
from apps.tenants.scope import tenant as scope_tenant

_BATCH = 100
_ROUND = timedelta(seconds=5)  # how long an agent who refused or missed a stay is left out of it


def time_out_offers(tenant: Tenant) -> int:
    """Offers whose time has run out go to somebody else."""
    return _each(tenant, lambda: _due(OfferState.OFFERED), time_out)


def end_wrap_ups(tenant: Tenant) -> int:
    """Wrap-ups whose time has run out end."""
    return _each(tenant, lambda: _due(OfferState.WRAP_UP), end_wrap_up)


def expire_leases(tenant: Tenant) -> int:
    """Agents whose client has vanished take no more work (M-13)."""
    return _each(tenant, _lost_sessions, lose_session)


def give_up_lost_work(tenant: Tenant) -> int:
    """What an agent owned whose client did not come back goes where the tenant wants it (M-13)."""
    return _each(tenant, _lost_work, give_up)


def log_off_inactive_agents(tenant: Tenant) -> int:
    """Agents who have done nothing for as long as the tenant allows, a minute after they were told (genesys 16)."""
    return _each(tenant, _inactive, warn_inactive) + _each(tenant, _warned, log_off_inactive)


def overflow_stays(tenant: Tenant) -> int:
    """What an overflow rule may lead elsewhere by now."""
    return _each(tenant, _overflowing, overflow)


def begin_callbacks(tenant: Tenant) -> int:
    """Callbacks whose time has come are offered."""
    return _each(tenant, _due_callbacks, fall_due)


def pass_on_stays(tenant: Tenant) -> int:
    """What waited for one agent who is not free in time goes on to a queue (M-11)."""
    return _each(tenant, _overdue_stays, pass_on)


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
    return found.order_by("opened_at")[:_BATCH]


def route(tenant: Tenant) -> int:
    """Bring together what two transactions hid from each other, and begin the next round for refused work."""
    with scope(tenant):
        _begin_round()
    return _each(tenant, _channels_with_work, _fill)


def _each(tenant: Tenant, due: Callable[[], Iterable[Any]], act: Callable[[Any], Any]) -> int:
    with scope(tenant):
        rows = list(due())
    done = 0
    for row in rows:
        try:
            with scope(tenant):
                done += bool(act(row))
        except SwitchroomError:
            continue  # somebody was quicker: there is nothing left to do
    return done


def _due(state: OfferState) -> Iterable[WorkOffer]:
    due = WorkOffer.objects.filter(state=state, deadline_at__lte=clock.now()).order_by("deadline_at")
    return due.select_related("interaction")[:_BATCH]


def _lost_sessions() -> Iterable[AgentSession]:
    lost = AgentSession.objects.filter(ended_at=None, lease_until__lt=clock.now()).select_related("agent__user")
    present = AgentChannel.objects.filter(session_id=OuterRef("pk")).exclude(cause=StateCause.LEASE)
    owning = WorkOffer.objects.filter(session_id=OuterRef("pk")).exclude(state=OfferState.ENDED)
    return lost.filter(Exists(present) | ~Exists(owning))[:_BATCH]


def _lost_work() -> Iterable[WorkOffer]:
    if scope_tenant().lost_work == LostWork.KEEP:
        return []
    gone = clock.now() - timedelta(seconds=scope_tenant().requeue_lost_after_s)
    lost = WorkOffer.objects.filter(state=OfferState.WORKING, session__ended_at=None, session__lease_until__lt=gone)
    return lost.select_related("interaction", "agent__user")[:_BATCH]


def _idle(margin: timedelta = timedelta()) -> QuerySet[AgentSession]:
    """Sessions of agents who will have been inactive for too long within `margin`; none if that is switched off."""
    limit = timedelta(minutes=scope_tenant().inactivity_logout_min)
    if not limit:
        return AgentSession.objects.none()
    since = clock.now() - limit + margin
    worked = WorkOffer.objects.filter(Q(state=OfferState.WORKING) | Q(left_at__gte=since), session_id=OuterRef("pk"))
    idle = AgentSession.objects.filter(ended_at=None, active_at__lt=since).exclude(Exists(worked))
    return idle.select_related("agent__user")


def _inactive() -> Iterable[AgentSession]:
    return _idle(INACTIVITY_WARNING).filter(warned_at=None)[:_BATCH]


def _warned() -> Iterable[AgentSession]:
    return _idle().filter(warned_at__lte=clock.now() - INACTIVITY_WARNING)[:_BATCH]


def _overdue_stays() -> Iterable[QueueEntry]:
    due = QueueEntry.objects.filter(left_at=None, offered_to=None, deadline_at__lte=clock.now())
    return due.select_related("interaction")[:_BATCH]


def _overflowing() -> Iterable[QueueEntry]:
    due = QueueEntry.objects.filter(overflow_at__lte=clock.now(), left_at=None, offered_to=None, is_routable=True)
    return due.filter(interaction__stage=Stage.QUEUED).select_related("interaction").order_by("overflow_at")[:_BATCH]


def _due_callbacks() -> Iterable[QueueEntry]:
    due = QueueEntry.objects.filter(ready_at__lte=clock.now(), left_at=None).select_related("interaction")
    return due.order_by("ready_at")[:_BATCH]


def _channels_with_work() -> Iterable[int]:
    return waiting.channels_with_work(clock.now())


def _fill(channel: int) -> int:
    held = AgentChannel.objects.select_for_update(skip_locked=True, of=("self",), no_key=True).select_related("agent")
    row = held.filter(pk=channel, is_ready=True).first()
    return matching.fill(row, at=clock.now()) if row else 0


def _begin_round() -> None:
    """Who refused may be asked again, and nothing waits for a customer's last agent any longer than it should."""
    now = clock.now()
    refused = WorkOffer.objects.filter(queue_entry_id=OuterRef("pk"), ended_at__gt=now - _ROUND)
    stays = QueueEntry.objects.filter(left_at=None, offered_to=None)
    again = _free_to_change(stays.exclude(passed_over=[]).filter(~Exists(refused)))
    QueueEntry.objects.filter(pk__in=[stay.pk for stay in again]).update(passed_over=[])
    reserved = stays.filter(is_routable=True, ready_at=None, reserved_for__isnull=False)
    ready = AgentChannel.objects.filter(agent=OuterRef("reserved_for"), channel=OuterRef("channel"), is_ready=True)
    free = _free_to_change(reserved.filter(Q(reserved_until__lte=now) | ~Exists(ready.filter(session__ended_at=None))))
    QueueEntry.objects.filter(pk__in=[stay.pk for stay in free]).update(reserved_for=None, reserved_until=None)


def _free_to_change(stays: QuerySet[QueueEntry]) -> QuerySet[QueueEntry]:
    """Locked; those that somebody else has locked are left out."""
    return stays.select_for_update(skip_locked=True, of=("self",), no_key=True)
