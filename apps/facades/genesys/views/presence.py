"""What a state operation does, for the agent who asks and for the supervisor who asks for somebody (genesys 13.2)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from apps.agents.models import Agent, AgentChannel, NotReadyReason
from apps.common.errors import NotFound
from apps.facades.genesys.errors import outside_values
from apps.facades.genesys.payloads import agents
from apps.facades.genesys.payloads.agents import Standing
from apps.facades.genesys.payloads.media import BY_NAME
from apps.facades.genesys.views.base import GenesysView
from apps.queues import operations

Change = Callable[[str | None], Any]


class PresenceView(GenesysView):
    """Ready, not ready, the tenant's own states and do-not-disturb, on all channels or one of this dialect's."""

    def standings(self, agent: Agent) -> list[Standing]:
        rows = AgentChannel.objects.filter(agent=agent, session__ended_at=None).select_related("reason")
        return [Standing.of_row(row) for row in rows.order_by("channel")]

    def channels(self, agent: Agent) -> list[dict[str, Any]]:
        return agents.channels(self.standings(agent)) or agents.no_channels()

    def change_state(self, agent: Agent, name: str, channel: str | None) -> None:
        """Raises Invalid if there is no such state, NotFound if the session has no such channel."""
        if channel is not None and channel not in BY_NAME:
            raise NotFound(f"there is no channel {channel!r}")
        change = self._state_change(agent, name)
        for one in self._ours(agent, channel) if channel else [None]:
            change(one)

    def devices(self, agent: Agent) -> list[dict[str, Any]]:
        """One device, the agent's place at the telephone system."""
        voice = next((each for each in self.channels(agent) if each["channel"] == "voice"), None)
        return [agents.device(str(agent.uuid), agent.user.username, voice, self.links)]

    def _ours(self, agent: Agent, channel: str) -> Sequence[str]:
        """The session's channels that make one of this dialect's; if it has none, one for the operation to refuse."""
        own = {standing.channel for standing in self.standings(agent)}
        all_of_it = BY_NAME[channel].channels
        return [each for each in all_of_it if each in own] or all_of_it[:1]

    def _state_change(self, agent: Agent, name: str) -> Change:
        if name == "Ready":
            return lambda channel: operations.make_ready(agent, channel, by=self.user)
        if name in QUIET:
            return lambda channel: operations.set_do_not_disturb(agent, channel, on=QUIET[name], by=self.user)
        reason = None if name == "NotReady" else _reason(name)
        return lambda channel: operations.make_not_ready(agent, channel, reason, by=self.user)


QUIET: Mapping[str, bool] = {"DoNotDisturbOn": True, "DoNotDisturbOff": False}


def _reason(name: str) -> NotReadyReason:
    reasons = NotReadyReason.objects.filter(operation_name__iexact=name, is_active=True)
    found = None if "\x00" in name else reasons.first()
    if found is None:
        raise outside_values("operationName", f"there is no operation {name!r}")
    return found
