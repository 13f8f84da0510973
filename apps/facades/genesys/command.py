"""What an operation is: how it reads a body, and in which shape it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.agents.models import Agent
from apps.engagements.models import EngagementInteraction
from apps.facades.genesys.errors import Shape
from apps.facades.genesys.payloads.bodies import Body
from apps.facades.genesys.payloads.capabilities import Surface

Act = Callable[[EngagementInteraction, Agent], Any]


@dataclass(frozen=True)
class Command:
    """`read` makes of a body what is to be done; it raises Invalid for what is missing or wrong."""

    shape: Shape  # on the generic surface; the others answer in shape B always (genesys 5)
    read: Callable[[Body], Act]


# What a module of operations offers: its COMMANDS, by where they are sent to.
Commands = Mapping[Surface, Mapping[str, Command]]
EVERYWHERE = tuple(Surface)


def plain(operation: Callable[..., Any]) -> Callable[[Body], Act]:
    """Of an operation that needs nothing but who asks."""
    return lambda body: lambda interaction, agent: operation(interaction, by=agent)
