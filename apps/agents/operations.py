"""Where agents stand: signed in or not, ready on which channel or not. The one place that writes sessions and channels.

Making an agent ready also finds work, in the same transaction: callers use `queues.operations`, which add that (M-10).
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from apps.accounts.models import User
from apps.accounts.operations import drop, keep
from apps.agents.models import (
    Agent,
    AgentChannel,
    AgentSession,
    AgentSkill,
    AgentStateSpan,
    Channel,
    NotReadyReason,
    Skill,
    SpanState,
    Team,
    WorkMode,
)
from apps.common import clock
from apps.common.errors import AlreadyDone, NotAllowed, NotFound
from apps.events.ledger import publish
from apps.tenants import scope

# How much an agent takes at once on a channel: one live conversation, five pieces of written work (genesys 13.1).
CAPACITY = {Channel.EMAIL: 5, Channel.WORK_ITEM: 5}


def open_session(agent: Agent, *, lock: bool = True) -> AgentSession:
    """The agent's open session. Raises NotAllowed if there is none."""
    sessions = AgentSession.objects.locked() if lock else AgentSession.objects.all()
    session = sessions.filter(agent=agent, ended_at=None).first()
    if session is None:
        raise NotAllowed("start a session first")
    return session


@transaction.atomic
def start_session(agent: Agent, channels: Collection[str], *, by: User, at: datetime | None = None) -> AgentSession:
    """Sign an agent in, not ready yet, on these channels. Publishes `agent.session_started`.

    Raises AlreadyDone if a session is open: an agent has one desktop at a time (genesys 16).
    """
    at = at or clock.now()
    Agent.objects.locked().get(pk=agent.pk)
    if AgentSession.objects.filter(agent=agent, ended_at=None).exists():
        raise AlreadyDone("the agent has a session already")
    session = AgentSession.objects.create(agent=agent, started_at=at, lease_until=_lease(at))
    AgentChannel.objects.bulk_create(
        AgentChannel(
            session=session,
            agent=agent,
            channel=channel,
            since=at,
            idle_since=at,
            capacity=CAPACITY.get(Channel(channel), 1),
        )
        for channel in sorted(set(channels))
    )
    _tell("agent.session_started", agent, session, by=by, at=at)
    return session


@transaction.atomic
def end_session(agent: Agent, *, by: User | None, at: datetime | None = None) -> AgentSession:
    """Sign an agent out. Publishes `agent.session_ended`."""
    at = at or clock.now()
    session = open_session(agent)
    session.ended_at = at
    session.save(update_fields=["ended_at"])
    AgentChannel.objects.filter(session=session).update(is_ready=False, reason=None, since=at)
    _tell("agent.session_ended", agent, session, by=by, at=at)
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
    at: datetime | None = None,
) -> Sequence[AgentChannel]:
    """Make one channel, or all of them, ready or not. Publishes `agent.state_changed`; returns the channels changed.

    Raises NotAllowed without a session, NotFound if the session does not have the channel.
    """
    at = at or clock.now()
    session = open_session(agent)
    rows = AgentChannel.objects.locked().select_related("agent").filter(session=session)
    channels = list(rows.filter(channel=channel) if channel else rows)
    if channel and not channels:
        raise NotFound(f"the session has no channel {channel}")
    for row in channels:
        row.is_ready, row.reason, row.work_mode, row.since = ready, reason, work_mode, at
        row.misses = 0
        if ready:
            row.idle_since = at
    AgentChannel.objects.bulk_update(channels, ["is_ready", "reason", "work_mode", "since", "misses", "idle_since"])
    _tell("agent.state_changed", agent, session, by=by, at=at)
    return channels


def renew_lease(agent: Agent, *, at: datetime | None = None) -> None:
    """The agent's client has been heard of. Writes only when half the lease has gone (M-13)."""
    at = at or clock.now()
    soon = at + timedelta(seconds=settings.LEASE_SECONDS / 2)
    AgentSession.objects.filter(agent=agent, ended_at=None, lease_until__lt=soon).update(lease_until=_lease(at))


def forget_misses(session_id: int, channel: str) -> None:
    AgentChannel.objects.filter(session_id=session_id, channel=channel, misses__gt=0).update(misses=0)


def count_miss(session_id: int, channel: str, *, at: datetime) -> None:
    """An offer was missed. As many in a row as the tenant allows set the channel not ready."""
    row = AgentChannel.objects.filter(session_id=session_id, channel=channel)
    row.update(misses=F("misses") + 1)
    limit = scope.tenant().misses_until_not_ready
    missed = row.filter(misses__gte=limit, is_ready=True).select_related("agent__user").first() if limit else None
    if missed:
        set_state(missed.agent, channel, ready=False, by=None, at=at)


def _lease(at: datetime) -> datetime:
    return at + timedelta(seconds=settings.LEASE_SECONDS)


def _tell(name: str, agent: Agent, session: AgentSession, *, by: User | None, at: datetime) -> None:
    channels = list(AgentChannel.objects.select_related("reason").filter(session=session).order_by("channel"))
    _note_span(agent, session, channels, at)
    publish(
        name,
        agent_id=agent.pk,
        by_id=by.pk if by else None,
        audience=[agent.user_id],
        data={
            "agent": {"id": agent.pk, "user_id": agent.user_id, "name": agent.user.name},
            "channels": [
                {
                    "channel": row.channel,
                    "is_ready": row.is_ready,
                    "reason": row.reason.name if row.reason else None,
                    "work_mode": row.work_mode,
                    "since": row.since.isoformat(),
                    "capacity": row.capacity,
                    "load": row.load,
                }
                for row in channels
            ],
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
def configure(row: Agent | Team | NotReadyReason | Skill | AgentSkill, *, by: User) -> None:
    """Write a row that an administrator sets up. Raises as `accounts.operations.keep`.

    An agent is a user of the same tenant, for good: what the agent did is known by that user.
    """
    if isinstance(row, Agent):
        before = Agent.objects.filter(pk=row.pk).first()
        if row.user.tenant_id != scope.tenant_id() or (before and before.user_id != row.user_id):
            raise NotAllowed("an agent is one user of this contact centre, for good")
    keep(row, by=by)


@transaction.atomic
def remove(row: AgentSkill, *, by: User) -> None:
    """Take a skill from an agent."""
    drop(row, by=by)
