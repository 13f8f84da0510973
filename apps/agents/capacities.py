"""How much agents take at once on a channel: what an administrator says for the agent, the team, or everybody."""

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from apps.agents.models import Agent, AgentChannel, Channel, ChannelCapacity

Whom = tuple[int | None, int | None]  # team, agent; neither: everybody
Said = Mapping[Whom, int]
# Where nobody says anything: one live conversation, five pieces of written work (genesys 13.1).
USUAL: Mapping[str, int] = {channel: 5 if channel in (Channel.EMAIL, Channel.WORK_ITEM) else 1 for channel in Channel}


def capacities(agent: Agent) -> Mapping[str, int]:
    """By channel: the agent's own, else the team's, else everybody's, else the usual one."""
    said = ChannelCapacity.objects.filter(Q(agent=None) | Q(agent=agent))
    fit = [row for row in said if row.team_id in (None, agent.team_id)]
    return {**USUAL, **{row.channel: row.capacity for row in sorted(fit, key=_weight)}}


def said() -> Mapping[str, Said]:
    """What is said of channels of which anything is."""
    found: dict[str, dict[Whom, int]] = defaultdict(dict)
    for row in ChannelCapacity.objects.all():
        found[row.channel][row.team_id, row.agent_id] = row.capacity
    return dict(found)


def counts(of_channel: Said, channel: str, *, team: int | None, agent: int) -> int:
    """What counts for the agent of what is said of a channel."""
    whom: tuple[Whom, ...] = ((None, agent), (team, None), (None, None))
    return next((of_channel[each] for each in whom if each in of_channel), USUAL[channel])


def _weight(row: ChannelCapacity) -> tuple[bool, bool]:
    return row.agent_id is not None, row.team_id is not None


def refresh(channel: str) -> None:
    """Let what is said now count for who is signed in. A place that is taken stays until it is given back."""
    of_channel = said().get(channel, {})
    signed_in = AgentChannel.objects.filter(channel=channel, session__ended_at=None)
    changed: dict[int, list[int]] = defaultdict(list)
    for key, agent, team, before in signed_in.values_list("pk", "agent_id", "agent__team_id", "capacity"):
        capacity = counts(of_channel, channel, team=team, agent=agent)
        if capacity != before:
            changed[capacity].append(key)
    for capacity, keys in changed.items():
        AgentChannel.objects.filter(pk__in=keys).update(capacity=Greatest(Value(capacity), F("load")))
