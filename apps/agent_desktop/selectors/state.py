"""The state bar: where the agent stands on each channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from apps.agent_desktop import words
from apps.agents.models import AgentChannel, Channel, StateCause, WorkMode
from apps.common.words import later as _
from apps.queues.models import OfferState, WorkOffer


@dataclass(frozen=True)
class ChannelState:
    channel: str
    label: str
    icon: str
    state: str  # ready, busy, offered, acw, notready: sign and colour
    says: str
    since: datetime
    load: int
    capacity: int
    is_ready: bool
    reason: str | None
    was_set: str  # what the agent reads who did not choose this
    quiet: bool  # do not disturb: nothing is offered, ready or not

    @property
    def sign(self) -> str:
        return f"s-{self.state}"

    @property
    def then(self) -> str:
        """What comes after the present work, when that is not more of it."""
        return "" if self.is_ready or self.state == "notready" else self.reason or gettext("Not ready")


@dataclass(frozen=True)
class StateBar:
    """All channels of the agent's session; none without a session."""

    signed_in_at: datetime | None
    channels: Sequence[ChannelState]

    @property
    def ready(self) -> int:
        return sum(channel.is_ready and not channel.quiet for channel in self.channels)

    @property
    def was_set(self) -> str:
        """Why somebody else, or nobody, set the agent not ready; empty if the agent chose it."""
        return next((channel.was_set for channel in self.channels if channel.was_set), "")

    @property
    def says(self) -> str:
        if not self.channels:
            return gettext("Signed out of work")
        if not self.ready:
            reasons = {channel.reason for channel in self.channels}
            return (reasons.pop() if len(reasons) == 1 else None) or gettext("Not ready")
        return (
            gettext("Ready")
            if self.ready == len(self.channels)
            else gettext("Ready on {ready} of {number}").format(ready=self.ready, number=len(self.channels))
        )

    @property
    def sign(self) -> str:
        if not self.channels:
            return "s-offline"
        return "s-ready" if self.ready else "s-notready"


def channel_states(rows: Sequence[AgentChannel], parts: Sequence[WorkOffer]) -> list[ChannelState]:
    order = list(Channel)
    return [
        _state(row, [part for part in parts if part.interaction.channel == row.channel])
        for row in sorted(rows, key=lambda row: order.index(Channel(row.channel)))
    ]


def _state(row: AgentChannel, parts: Sequence[WorkOffer]) -> ChannelState:
    state, says, since = _now(row, parts)
    return ChannelState(
        channel=row.channel,
        label=Channel(row.channel).label,
        icon=words.of(row.channel).icon,
        state=state,
        says=says,
        since=since,
        load=row.load,
        capacity=row.capacity,
        is_ready=row.is_ready,
        reason=_reason(row),
        was_set="" if row.is_ready else _TOLD.get(row.cause, ""),
        quiet=row.do_not_disturb,
    )


def _now(row: AgentChannel, parts: Sequence[WorkOffer]) -> tuple[str, str, datetime]:
    """An offer shows before work, work before wrap-up, and all of it before ready or not."""
    by_state = {part.state: part for part in reversed(parts)}
    if offered := by_state.get(OfferState.OFFERED):
        return "offered", gettext("Offered"), offered.offered_at
    if working := by_state.get(OfferState.WORKING):
        return (
            "busy",
            gettext("On call") if row.channel == Channel.VOICE else gettext("Busy"),
            working.answered_at or row.since,
        )
    if finishing := by_state.get(OfferState.WRAP_UP):
        return "acw", gettext("Wrap-up"), finishing.left_at or row.since
    if row.work_mode == WorkMode.AFTER_CALL_WORK:
        return "acw", gettext("Wrap-up"), row.since
    if row.is_ready and row.do_not_disturb:
        return "notready", gettext("Do not disturb"), row.since
    if row.is_ready:
        return "ready", gettext("Ready"), row.since
    return "notready", _reason(row) or gettext("Not ready"), row.since


# Said where the agent did not choose it.
_SET: dict[str, str] = {
    StateCause.MISSES: _("Set not ready: you missed offers"),
    StateCause.LEASE: _("Set not ready: connection lost"),
    StateCause.SUPERVISOR: _("Set not ready by a supervisor"),
}


_TOLD: dict[str, str] = {
    StateCause.MISSES: _(
        "You were set not ready because you missed offers. Set yourself ready when you can take work."
    ),
    StateCause.LEASE: _(
        "You were set not ready because this desk was not heard of for too long. Your work stays yours."
    ),
    StateCause.SUPERVISOR: _("You were set not ready by a supervisor."),
}


def _reason(row: AgentChannel) -> str | None:
    return row.reason.name if row.reason else _SET.get(row.cause)
