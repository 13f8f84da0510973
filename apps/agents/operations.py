"""Where agents stand: signed in or not, ready on which channel or not. The one place that writes sessions and channels.

Making an agent ready also finds work, in the same transaction: callers use `queues.operations`, which add that (M-10).
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.operations import drop_unused, keep
from apps.agents.capacities import capacities, refresh
from apps.agents.models import (
    Agent,
    AgentChannel,
    AgentSession,
    AgentSkill,
    AgentStateSpan,
    ChannelCapacity,
    NotReadyReason,
    Skill,
    SpanState,
    StateCause,
    Team,
    TeamSupervisor,
    WorkMode,
)
from apps.common import clock
from apps.common.errors import AlreadyDone, NotAllowed, NotFound
from apps.events.ledger import publish
from apps.objects.operations.version import moved
from apps.tenants import scope
from apps.tenants.changing import Change

SetUp = Agent | Team | TeamSupervisor | NotReadyReason | Skill | AgentSkill | ChannelCapacity

INACTIVITY_WARNING = timedelta(minutes=1)  # before an agent who does nothing is signed out
_ACTIVITY_NOTED_EVERY = timedelta(seconds=10)
_RENEW = Change(
    lambda agent, soon, until: (
        AgentSession.objects.filter(agent_id=agent, ended_at=None, lease_until__lt=soon),
        {"lease_until": until},
    ),
    numbers=["agent"],
    times=["soon", "until"],
)
_FORGET_MISSES = Change(
    lambda session, channel: (
        AgentChannel.objects.filter(session_id=session, channel=channel, misses__gt=0),
        {"misses": 0},
    ),
    numbers=["session"],
    texts=["channel"],
)


def open_session(agent: Agent, *, lock: bool = True) -> AgentSession:
    """The agent's open session. Raises NotAllowed if there is none."""
    sessions = AgentSession.objects.all()
    if lock:  # so that an offer, which refers to the session when it is committed, does not wait for us as we for it
        sessions = sessions.select_for_update(of=("self",), no_key=True)
    session = sessions.filter(agent=agent, ended_at=None).first()
    if session is None:
        raise NotAllowed(gettext("start a session first"))
    return session


@transaction.atomic
def start_session(
    agent: Agent,
    channels: Collection[str],
    *,
    by: User,
    place: str | None = None,
    login_code: str | None = None,
    at: datetime | None = None,
) -> AgentSession:
    """Sign an agent in, not ready yet, on these channels. Publishes `agent.session_started`.

    One whose client had vanished, but who still owns work, gets the same session again, and these channels beside those
    that carry work. Raises AlreadyDone if a session is open: an agent has one desktop at a time (genesys 16).
    """
    at = at or clock.now()
    Agent.objects.select_for_update(of=("self",), no_key=True).get(pk=agent.pk)
    session = AgentSession.objects.filter(agent=agent, ended_at=None).first()
    session = session or AgentSession(agent=agent, started_at=at)
    if session.pk and not is_lost(session, at):
        raise AlreadyDone(gettext("the agent has a session already"))
    session.lease_until, session.place, session.login_code = _lease(at), place, login_code
    session.active_at, session.warned_at = at, None
    session.save()
    session.channels.filter(load=0).delete()
    session.channels.update(cause=StateCause.AGENT)
    kept = set(session.channels.values_list("channel", flat=True))
    capacity = capacities(agent)
    AgentChannel.objects.bulk_create(
        AgentChannel(
            session=session,
            agent=agent,
            channel=channel,
            since=at,
            idle_since=at,
            capacity=capacity[channel],
        )
        for channel in sorted(set(channels) - kept)
    )
    _tell("agent.session_started", agent, session, by=by, at=at, changed="session")
    return session


def is_lost(session: AgentSession, at: datetime) -> bool:
    """Whether its client has vanished, and no agent has said anything of a state since."""
    return session.lease_until < at or session.channels.filter(cause=StateCause.LEASE).exists()


@transaction.atomic
def end_session(agent: Agent, *, by: User | None, at: datetime | None = None) -> AgentSession:
    """Sign an agent out. Publishes `agent.session_ended`."""
    at = at or clock.now()
    session = open_session(agent)
    session.ended_at = at
    session.save(update_fields=["ended_at"])
    AgentChannel.objects.filter(session=session).update(
        is_ready=False, reason=None, do_not_disturb=False, work_mode=WorkMode.NONE, since=at
    )
    _tell("agent.session_ended", agent, session, by=by, at=at, changed="session")
    return session


@transaction.atomic
def set_state(
    agent: Agent,
    channel: str | None,
    *,
    ready: bool,
    reason: NotReadyReason | None = None,
    work_mode: str = WorkMode.NONE,
    by: User | None,
    cause: StateCause | None = None,
    at: datetime | None = None,
) -> Sequence[AgentChannel]:
    """Make one channel, or all of them, ready or not. Publishes `agent.state_changed`; returns the channels changed.

    `cause`: what did it, where nobody did. Raises NotAllowed without a session, NotFound if the session does not have
    the channel.
    """
    at = at or clock.now()
    session, channels = _standing(agent, channel)
    own = by is None or by.pk == agent.user_id
    for row in channels:
        if ready and not row.is_ready:  # saying it again does not send anybody to the end of the line
            row.idle_since = at
        row.is_ready, row.reason, row.work_mode, row.since = ready, reason, work_mode, at
        row.cause = cause or (StateCause.AGENT if own else StateCause.SUPERVISOR)
        row.misses = 0
    AgentChannel.objects.bulk_update(
        channels, ["is_ready", "reason", "work_mode", "cause", "since", "misses", "idle_since"]
    )
    _tell("agent.state_changed", agent, session, by=by, at=at)
    return channels


@transaction.atomic
def set_do_not_disturb(
    agent: Agent, channel: str | None, *, on: bool, by: User | None, at: datetime | None = None
) -> Sequence[AgentChannel]:
    """While it is on, nothing is offered on the channel, or on all; ready or not stays that.

    Publishes `agent.state_changed`. Raises as `set_state`.
    """
    session, channels = _standing(agent, channel)
    for row in channels:
        row.do_not_disturb = on
    AgentChannel.objects.bulk_update(channels, ["do_not_disturb"])
    _tell("agent.state_changed", agent, session, by=by, at=at or clock.now(), changed="do_not_disturb")
    return channels


def _standing(agent: Agent, channel: str | None) -> tuple[AgentSession, list[AgentChannel]]:
    session = open_session(agent)
    rows = AgentChannel.objects.locked().select_related("agent").filter(session=session)
    channels = list(rows.filter(channel=channel) if channel else rows)
    if channel and not channels:
        raise NotFound(gettext("the session has no channel {channel}").format(channel=channel))
    return session, channels


def begin_after_call_work(agent: Agent, session_id: int, channel: str, *, at: datetime) -> None:
    """The agent finishes what is over for the customer. Publishes `agent.state_changed`."""
    rows = AgentChannel.objects.filter(session_id=session_id, channel=channel)
    if rows.exclude(work_mode=WorkMode.AFTER_CALL_WORK).update(work_mode=WorkMode.AFTER_CALL_WORK, since=at):
        _tell_mode(agent, session_id, at)


def end_after_call_work(agent: Agent, session_id: int, channel: str, *, at: datetime) -> None:
    """Nothing is left to finish on the channel; nothing happens before that. Publishes `agent.state_changed`."""
    idle = AgentChannel.objects.filter(session_id=session_id, channel=channel, load=0)
    finishing = idle.filter(work_mode=WorkMode.AFTER_CALL_WORK).select_related("reason")
    for row in finishing:  # at most one
        row.work_mode = row.reason.work_mode if row.reason else WorkMode.NONE
        row.since = at
        row.save(update_fields=["work_mode", "since"])
        _tell_mode(agent, session_id, at)


def _tell_mode(agent: Agent, session_id: int, at: datetime) -> None:
    _tell("agent.state_changed", agent, AgentSession.objects.get(pk=session_id), by=None, at=at)


def renew_lease(agent: Agent, *, at: datetime | None = None) -> None:
    """The agent's client has been heard of. Writes only when half the lease has gone (M-13)."""
    at = at or clock.now()
    soon = at + timedelta(seconds=settings.LEASE_SECONDS / 2)
    _RENEW(agent=agent.pk, soon=soon, until=_lease(at))


def renew_leases(user_ids: Collection[int], *, at: datetime | None = None) -> None:
    """The clients of these users have been heard of, whoever of them are agents; as `renew_lease`.

    Rows that somebody else has locked are left for the next time: processes that hear of the same agents never meet.
    """
    at = at or clock.now()
    soon = at + timedelta(seconds=settings.LEASE_SECONDS / 2)
    theirs = AgentSession.objects.filter(agent__user__in=user_ids, ended_at=None, lease_until__lt=soon)
    free = theirs.select_for_update(skip_locked=True, of=("self",), no_key=True).only("pk")
    if keys := [session.pk for session in free]:
        AgentSession.objects.filter(pk__in=keys).update(lease_until=_lease(at))


def note_activity(agent: Agent, *, at: datetime | None = None) -> None:
    """The agent has done something, which no client does by itself. Writes every few seconds, if at all."""
    at = at or clock.now()
    if scope.tenant().inactivity_logout_min:
        stale = Q(active_at=None) | Q(active_at__lt=at - _ACTIVITY_NOTED_EVERY) | Q(warned_at__isnull=False)
        AgentSession.objects.filter(stale, agent=agent, ended_at=None).update(active_at=at, warned_at=None)


@transaction.atomic
def warn_inactive(session: AgentSession, *, at: datetime | None = None) -> bool:
    """The agent is told of being signed out in a minute. Publishes `agent.inactivity_warned`, once."""
    at = at or clock.now()
    if not AgentSession.objects.filter(pk=session.pk, ended_at=None, warned_at=None).update(warned_at=at):
        return False
    _tell("agent.inactivity_warned", session.agent, session, by=None, at=at)
    return True


def was_inactive(session_uuid: str) -> bool:
    """Whether this session ended because its agent did nothing."""
    return AgentSession.objects.filter(uuid=session_uuid, ended_at__isnull=False, warned_at__isnull=False).exists()


def forget_misses(session_id: int, channel: str) -> None:
    _FORGET_MISSES(session=session_id, channel=channel)


def count_miss(session_id: int, channel: str, *, at: datetime) -> None:
    """An offer was missed. As many in a row as the tenant allows set the channel not ready."""
    row = AgentChannel.objects.filter(session_id=session_id, channel=channel)
    row.update(misses=F("misses") + 1)
    limit = scope.tenant().misses_until_not_ready
    missed = row.filter(misses__gte=limit, is_ready=True).select_related("agent__user").first() if limit else None
    if missed:
        set_state(missed.agent, channel, ready=False, by=None, cause=StateCause.MISSES, at=at)


def _lease(at: datetime) -> datetime:
    return at + timedelta(seconds=settings.LEASE_SECONDS)


def _tell(
    name: str, agent: Agent, session: AgentSession, *, by: User | None, at: datetime, changed: str = "state"
) -> None:
    channels = list(AgentChannel.objects.select_related("reason").filter(session=session).order_by("channel"))
    _note_span(agent, session, channels, at)
    publish(
        name,
        agent_id=agent.pk,
        by_id=by.pk if by else None,
        audience=[agent.user_id],
        data={
            "agent": {
                "id": agent.pk,
                "uuid": str(agent.uuid),
                "user_id": agent.user_id,
                "user_name": agent.user.username,
                "name": agent.user.name,
            },
            "channels": [
                {
                    "channel": row.channel,
                    "is_ready": row.is_ready,
                    "reason": row.reason.name if row.reason else None,
                    "work_mode": row.work_mode,
                    "cause": row.cause,
                    "do_not_disturb": row.do_not_disturb,
                    "since": row.since.isoformat(),
                    "capacity": row.capacity,
                    "load": row.load,
                }
                for row in channels
            ],
            "changed": changed,
        },
        at=at,
    )


def _note_span(agent: Agent, session: AgentSession, channels: Sequence[AgentChannel], at: datetime) -> None:
    """Time in state, for the session as a whole: offline, not ready or ready; what is worked on is the journal's."""
    ready = any(row.is_ready for row in channels)
    reason = next((row.reason for row in channels if row.reason), None)
    state = SpanState.READY if ready else SpanState.NOT_READY
    current = AgentStateSpan.objects.filter(session=session, channel=None, ended_at=None)
    if session.ended_at is None:
        if current.filter(state=state, reason=None if ready else reason).exists():
            return
        current.update(ended_at=at)
        AgentStateSpan.objects.create(
            agent=agent, session=session, state=state, reason=None if ready else reason, started_at=at
        )
    else:
        current.update(ended_at=at)


@transaction.atomic
def configure(row: SetUp, *, by: User) -> None:
    """Write a row that an administrator sets up. Raises as `accounts.operations.keep`.

    An agent is a user of the same tenant, for good: what the agent did is known by that user. A capacity counts at
    once; work that waits is offered in the worker's next round.
    """
    if isinstance(row, Agent):
        before = Agent.objects.filter(pk=row.pk).first()
        if row.user.tenant_id != scope.tenant_id() or (before and before.user_id != row.user_id):
            raise NotAllowed(gettext("an agent is one user of this contact centre, for good"))
    if isinstance(row, TeamSupervisor) and row.user.tenant_id != scope.tenant_id():
        raise NotAllowed(gettext("a team is led by people of this contact centre"))
    keep(row, by=by)
    if isinstance(row, ChannelCapacity):
        moved()
        refresh(row.channel)


@transaction.atomic
def remove(row: SetUp, *, by: User) -> None:
    """Take a skill from an agent or a team from who led it, say nothing more of a capacity, or remove what is unused.

    Raises NotAllowed as `accounts.operations.drop_unused`.
    """
    drop_unused(row, by=by)
    if isinstance(row, ChannelCapacity):
        moved()
        refresh(row.channel)
