"""Where an agent stands, in the dialect's words (cxengage 9.1, X-51)."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid5

from apps.agents.models import Agent, AgentChannel, AgentSession, NotReadyReason
from apps.facades.cxengage.payloads.formats import Row, moment
from apps.queues.models import OfferState, WorkOffer
from apps.tenants import scope

INBOUND, OUTBOUND = "inbound", "outbound"


@dataclass(frozen=True)
class Standing:
    """Presence is set for all channels at once; told of several, the agent is ready if one of them is."""

    is_ready: bool
    does_not_disturb: bool
    reason: str | None = None

    @classmethod
    def of(cls, channels: Iterable[tuple[bool, bool, str | None]]) -> "Standing":
        """Of (ready, do not disturb, reason) of each channel."""
        rows = list(channels)
        reason = next((reason for _, _, reason in rows if reason), None)
        return cls(any(ready for ready, _, _ in rows), bool(rows) and all(dnd for _, dnd, _ in rows), reason)

    @property
    def state(self) -> str:
        return "ready" if self.is_ready else "not-ready"

    @property
    def direction(self) -> str:
        """Who takes nothing in, works outwards."""
        return OUTBOUND if self.does_not_disturb else INBOUND


def session_row(agent: Agent, session: AgentSession | None) -> Row:
    """The present session, or that there is none."""
    who: Row = {"tenantId": str(scope.tenant().uuid), "resourceId": str(agent.user.uuid)}
    if session is None:
        return {**who, "sessionId": None, "state": "offline", "agentState": "offline", "availableStates": []}
    rows = AgentChannel.objects.select_related("reason").filter(session=session)
    found = list(rows)
    standing = Standing.of((row.is_ready, row.do_not_disturb, row.reason.name if row.reason else None) for row in found)
    reason = next((row.reason for row in found if row.reason), None)
    work = WorkOffer.objects.filter(agent=agent, takes_place=True).exclude(state=OfferState.ENDED)
    states = set(work.values_list("state", flat=True))
    return {
        **who,
        "sessionId": str(session.uuid),
        "started": moment(session.started_at),
        "state": standing.state,
        "agentState": agent_state(is_busy=bool(states), is_ready=standing.is_ready),
        "availableStates": available_states(is_working=OfferState.WORKING in states),
        "direction": standing.direction,
        **reason_row(reason),
    }


def agent_state(*, is_busy: bool, is_ready: bool) -> str:
    if is_busy:
        return "busy"
    return "idle" if is_ready else "away"


def available_states(*, is_working: bool) -> list[str]:
    """As the agent sends them; nobody logs out while work is active."""
    return ["ready", "notready"] if is_working else ["ready", "notready", "offline"]


def reason_row(reason: NotReadyReason | None) -> Row:
    return {
        "reason": reason.name if reason else None,
        "reasonId": str(reason_id(reason)) if reason else None,
        "reasonListId": None,
    }


def reason_id(reason: NotReadyReason) -> UUID:
    return uuid5(scope.tenant().uuid, f"reason-{reason.pk}")
