"""Agents come, get ready, step away and go; what that means for the work they have or could have."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.agents import operations as agents
from apps.agents.models import Agent, AgentChannel, AgentSession, Channel, NotReadyReason, StateCause, WorkMode
from apps.agents.operations import note_activity, renew_lease, warn_inactive
from apps.common import clock
from apps.common.errors import NotAllowed
from apps.engagements.models import EngagementInteraction
from apps.queues.models import OfferState, Outcome, Workbin, WorkOffer
from apps.queues.models.journal import CancelCause
from apps.queues.operations import capacity, endings, matching, overflowing
from apps.queues.operations.live import lock
from apps.queues.operations.parking import park
from apps.queues.operations.rerouting import requeue
from apps.queues.operations.watching import give_workbins
from apps.queues.operations.work import close, end_wrap_up
from apps.tenants import scope
from apps.tenants.models import LostWork

__all__ = [
    "end_session",
    "give_up",
    "log_off",
    "log_off_inactive",
    "lose_session",
    "make_not_ready",
    "make_ready",
    "note_activity",
    "renew_lease",
    "set_do_not_disturb",
    "start_session",
    "warn_inactive",
]


@transaction.atomic
def start_session(
    agent: Agent,
    channels: Collection[str] = tuple(Channel),
    *,
    by: User,
    place: str | None = None,
    login_code: str | None = None,
    at: datetime | None = None,
) -> AgentSession:
    """Sign an agent in, not ready. Publishes `agent.session_started`; AlreadyDone if a session is open.

    Who had vanished finds the work again that was kept (M-13). Whoever has no workbins gets them.
    """
    give_workbins(agent)
    return agents.start_session(agent, channels, by=by, place=place, login_code=login_code, at=at)


@transaction.atomic
def end_session(agent: Agent, *, by: User | None, at: datetime | None = None) -> AgentSession:
    """Sign an agent out: offers go to somebody else, wrap-ups end. Publishes `agent.session_ended`.

    Raises NotAllowed while the agent works on something.
    """
    at = at or clock.now()
    session = agents.open_session(agent, lock=False)
    if capacity.open_parts(session.pk).filter(state=OfferState.WORKING).exists():
        raise NotAllowed(gettext("finish the current work first"))
    _drop(session, at)
    return _end(agent, by, at)


@transaction.atomic
def log_off(agent: Agent, *, by: User, at: datetime | None = None) -> AgentSession:
    """A supervisor signs an agent out: what the agent works on goes back to its queue first.

    Publishes `work.requeued` for each, and `agent.session_ended`. Raises NotAllowed without a session, or if work has
    no queue to go back to.
    """
    session = agents.open_session(agent, lock=False)
    for part in capacity.open_parts(session.pk).filter(state=OfferState.WORKING).select_related("interaction"):
        requeue(part.interaction, by=by, agent=agent, at=at)
    return end_session(agent, by=by, at=at)


def log_off_inactive(session: AgentSession, *, at: datetime | None = None) -> AgentSession:
    """The agent has done nothing for too long. Publishes as `end_session`; NotAllowed while the agent works."""
    return end_session(session.agent, by=None, at=at)


@transaction.atomic
def lose_session(session: AgentSession, *, at: datetime | None = None) -> None:
    """The agent's client vanished: no more offers. The session ends, unless it still owns work (M-13)."""
    at = at or clock.now()
    agent = session.agent
    _drop(session, at)
    agents.set_state(agent, None, ready=False, by=None, cause=StateCause.LEASE, at=at)
    if not capacity.open_parts(session.pk).exists():
        _end(agent, None, at)


def _end(agent: Agent, by: User | None, at: datetime) -> AgentSession:
    session = agents.end_session(agent, by=by, at=at)
    overflowing.look_at_queues_of(agent)
    return session


@transaction.atomic
def give_up(part: WorkOffer, *, at: datetime | None = None) -> EngagementInteraction:
    """Work whose agent's client has vanished for too long goes where the tenant wants it (M-13).

    Into the agent's workbin, or back to its queue: calls always, and what others take part in. What has neither is
    over. Publishes `work.parked`, `work.requeued` or `engagement.closed`.
    """
    ways = [_back, _aside] if scope.tenant().lost_work == LostWork.REQUEUE else [_aside, _back]
    for way in ways:
        try:
            return way(part, at)
        except NotAllowed:
            continue
    return close(part.interaction, by=None, at=at)


def _back(part: WorkOffer, at: datetime | None) -> EngagementInteraction:
    return requeue(part.interaction, by=None, agent=part.agent, at=at)


def _aside(part: WorkOffer, at: datetime | None) -> EngagementInteraction:
    give_workbins(part.agent)
    workbin = Workbin.objects.filter(agent=part.agent, kind=Workbin.Kind.AGENT).earliest("id")
    return park(part.interaction, workbin, by=part.agent, at=at)


def _drop(session: AgentSession, at: datetime) -> None:
    """Offers of this session are cancelled and go to somebody else, wrap-ups end.

    Before the session's own rows are locked: an operation locks the interaction first (M-06).
    """
    for part in capacity.open_parts(session.pk).select_related("interaction"):
        if part.state == OfferState.WRAP_UP:
            end_wrap_up(part, at=at)
        elif part.state == OfferState.OFFERED:
            live = lock(part.interaction, "reject", by=None, at=at)
            for offered in live.in_state(OfferState.OFFERED):
                if offered.pk == part.pk:
                    endings.refuse(live, offered, Outcome.CANCELLED, CancelCause.AGENT_LOST)
            live.finish("work.cancelled", concerning=part.agent)
            if live.entry:
                live.entry.passed_over = [*live.entry.passed_over, part.agent_id]
                live.entry.save(update_fields=["passed_over"])
                matching.place(live.entry, at=at)


@transaction.atomic
def make_ready(
    agent: Agent, channel: str | None = None, *, by: User, at: datetime | None = None
) -> Sequence[AgentChannel]:
    """Ready for work on one channel, or on all: wrap-ups end, waiting work is offered at once.

    Publishes `agent.state_changed`.
    """
    at = at or clock.now()
    session = agents.open_session(agent, lock=False)
    finishing = capacity.open_parts(session.pk).filter(state=OfferState.WRAP_UP).select_related("interaction")
    for part in finishing.filter(interaction__channel=channel) if channel else finishing:
        end_wrap_up(part, by=agent, at=at)
    channels = agents.set_state(agent, channel, ready=True, by=by, at=at)
    for row in channels:
        matching.fill(row, at=at)
    return channels


def make_not_ready(
    agent: Agent,
    channel: str | None = None,
    reason: NotReadyReason | None = None,
    *,
    by: User,
    at: datetime | None = None,
) -> Sequence[AgentChannel]:
    """No more offers on one channel, or on all. What is offered or worked on stays. Publishes `agent.state_changed`."""
    mode = reason.work_mode if reason else WorkMode.NONE
    return agents.set_state(agent, channel, ready=False, reason=reason, work_mode=mode, by=by, at=at)


@transaction.atomic
def set_do_not_disturb(
    agent: Agent, channel: str | None = None, *, on: bool, by: User, at: datetime | None = None
) -> Sequence[AgentChannel]:
    """While it is on, nothing is offered; what waits is, once it is off. Publishes `agent.state_changed`."""
    at = at or clock.now()
    channels = agents.set_do_not_disturb(agent, channel, on=on, by=by, at=at)
    if not on:
        for row in channels:
            matching.fill(row, at=at)
    return channels
