"""What the clock has something to do about in the tenant in scope, a batch at a time.

Asked every second of every tenant, mostly in vain: the statements are written once (see `selecting`).
"""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.agents.models import AgentChannel, AgentSession, StateCause
from apps.agents.operations import INACTIVITY_WARNING
from apps.common import clock
from apps.engagements.lifecycle import Stage
from apps.queues.models import OfferState, QueueEntry, WorkOffer
from apps.tenants.models import LostWork
from apps.tenants.scope import tenant
from apps.tenants.selecting import Select

BATCH = 100
_ROUND = timedelta(seconds=5)  # how long an agent who refused or missed a stay is left out of it


def offers(state: OfferState) -> list[WorkOffer]:
    """Whose time in this state has run out."""
    return _OFFERS(state=state, at=clock.now())


_OFFERS = Select(
    lambda state, at: (
        WorkOffer.objects.filter(state=state, deadline_at__lte=at)
        .select_related("interaction")
        .order_by("deadline_at")[:BATCH]
    ),
    texts=["state"],
    times=["at"],
)


def lost_sessions() -> list[AgentSession]:
    """Whose client has vanished, and of whom that is not written down yet."""
    return _LOST_SESSIONS(at=clock.now())


def _lost_sessions(at: datetime) -> QuerySet[AgentSession]:
    present = AgentChannel.objects.filter(session_id=OuterRef("pk")).exclude(cause=StateCause.LEASE)
    owning = WorkOffer.objects.filter(session_id=OuterRef("pk")).exclude(state=OfferState.ENDED)
    lost = AgentSession.objects.filter(Exists(present) | ~Exists(owning), ended_at=None, lease_until__lt=at)
    return lost.select_related("agent__user")[:BATCH]


_LOST_SESSIONS = Select(_lost_sessions, times=["at"])


def lost_work() -> list[WorkOffer]:
    """What is owned by agents whose client has been away for longer than the tenant waits."""
    if tenant().lost_work == LostWork.KEEP:
        return []
    return _LOST_WORK(gone=clock.now() - timedelta(seconds=tenant().requeue_lost_after_s))


_LOST_WORK = Select(
    lambda gone: WorkOffer.objects.filter(
        state=OfferState.WORKING, session__ended_at=None, session__lease_until__lt=gone
    ).select_related("interaction", "agent__user")[:BATCH],
    times=["gone"],
)


def inactive() -> QuerySet[AgentSession]:
    """Sessions of agents who are to be warned that they have been inactive."""
    return _idle(INACTIVITY_WARNING).filter(warned_at=None)[:BATCH]


def warned() -> QuerySet[AgentSession]:
    """Sessions of agents who were warned, and have done nothing since."""
    return _idle().filter(warned_at__lte=clock.now() - INACTIVITY_WARNING)[:BATCH]


def _idle(margin: timedelta = timedelta()) -> QuerySet[AgentSession]:
    """Sessions of agents who will have been inactive for too long within `margin`; none if that is switched off."""
    limit = timedelta(minutes=tenant().inactivity_logout_min)
    if not limit:
        return AgentSession.objects.none()
    since = clock.now() - limit + margin
    worked = WorkOffer.objects.filter(Q(state=OfferState.WORKING) | Q(left_at__gte=since), session_id=OuterRef("pk"))
    idle = AgentSession.objects.filter(ended_at=None, active_at__lt=since).exclude(Exists(worked))
    return idle.select_related("agent__user")


def overdue_stays() -> list[QueueEntry]:
    """What has waited long enough for one agent."""
    return _OVERDUE(at=clock.now())


_OVERDUE = Select(
    lambda at: QueueEntry.objects.filter(left_at=None, offered_to=None, deadline_at__lte=at).select_related(
        "interaction"
    )[:BATCH],
    times=["at"],
)


def overflowing() -> list[QueueEntry]:
    """What an overflow rule may lead elsewhere."""
    return _OVERFLOWING(at=clock.now())


_OVERFLOWING = Select(
    lambda at: (
        QueueEntry.objects.filter(overflow_at__lte=at, left_at=None, offered_to=None, is_routable=True)
        .filter(interaction__stage=Stage.QUEUED)
        .select_related("interaction")
        .order_by("overflow_at")[:BATCH]
    ),
    times=["at"],
)


def callbacks() -> list[QueueEntry]:
    """Whose time has come."""
    return _CALLBACKS(at=clock.now())


_CALLBACKS = Select(
    lambda at: (
        QueueEntry.objects.filter(ready_at__lte=at, left_at=None)
        .select_related("interaction")
        .order_by("ready_at")[:BATCH]
    ),
    times=["at"],
)


def refused_stays() -> list[QueueEntry]:
    """Locked: what nobody has refused in this round, and somebody has in an earlier one."""
    return _REFUSED(since=clock.now() - _ROUND)


def _refused(since: datetime) -> QuerySet[QueueEntry]:
    of_late = WorkOffer.objects.filter(queue_entry_id=OuterRef("pk"), ended_at__gt=since)
    return _free_to_change(_staying().exclude(passed_over=[]).filter(~Exists(of_late)))


_REFUSED = Select(_refused, times=["since"])


def reserved_stays() -> list[QueueEntry]:
    """Locked: what is kept for a customer's last agent, who is away or has been waited for long enough."""
    return _RESERVED(at=clock.now())


def _reserved(at: datetime) -> QuerySet[QueueEntry]:
    reserved = _staying().filter(is_routable=True, ready_at=None, reserved_for__isnull=False)
    ready = AgentChannel.objects.filter(
        agent=OuterRef("reserved_for"), channel=OuterRef("channel"), is_ready=True, session__ended_at=None
    )
    return _free_to_change(reserved.filter(Q(reserved_until__lte=at) | ~Exists(ready)))


_RESERVED = Select(_reserved, times=["at"])


def _staying() -> QuerySet[QueueEntry]:
    return QueueEntry.objects.filter(left_at=None, offered_to=None)


def _free_to_change(stays: QuerySet[QueueEntry]) -> QuerySet[QueueEntry]:
    """Locked; those that somebody else has locked are left out."""
    return stays.select_for_update(skip_locked=True, of=("self",), no_key=True)
