"""The operations on an interaction: what each reads from a body, what it does, and in which shape it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.agents.models import Agent
from apps.engagements.models import EngagementInteraction
from apps.facades.genesys.errors import Shape, outside_values
from apps.facades.genesys.payloads import bodies
from apps.facades.genesys.payloads.bodies import Body
from apps.facades.genesys.payloads.capabilities import Surface
from apps.queues import operations
from apps.queues.models import Disposition

Act = Callable[[EngagementInteraction, Agent], Any]


@dataclass(frozen=True)
class Command:
    """`read` makes of a body what is to be done; it raises Invalid for what is missing or wrong."""

    shape: Shape
    read: Callable[[Body], Act]


def _plain(operation: Callable[..., Any]) -> Callable[[Body], Act]:
    return lambda body: lambda interaction, agent: operation(interaction, by=agent)


def _complete(body: Body) -> Act:
    if body.get("queueName") is not None:
        raise outside_values("queueName", "completing into a queue is not offered")
    return lambda interaction, agent: operations.complete(interaction, by=agent)


def _attach(body: Body) -> Act:
    pairs = bodies.pairs(body)
    return lambda interaction, agent: operations.attach_user_data(interaction, pairs, by=agent)


def _delete(body: Body) -> Act:
    keys = bodies.keys(body)
    return lambda interaction, agent: operations.delete_user_data(interaction, keys, by=agent)


def _delete_pair(body: Body) -> Act:
    key = bodies.text(body, "key")
    return lambda interaction, agent: operations.delete_user_data(interaction, [key], by=agent)


def _set_disposition(body: Body) -> Act:
    name = bodies.text(body, "disposition")
    return lambda interaction, agent: operations.set_disposition(interaction, _disposition(name), by=agent)


def _disposition(name: str) -> Disposition:
    found = None if "\x00" in name else Disposition.objects.filter(name__iexact=name, is_active=True).first()
    if found is None:
        raise outside_values("disposition", f"there is no disposition {name!r}")
    return found


_GENERIC: Mapping[str, Command] = {
    "Accept": Command(Shape.A, _plain(operations.accept)),
    "Reject": Command(Shape.A, _plain(operations.reject)),
    "Complete": Command(Shape.B, _complete),
    "UpdateUserData": Command(Shape.A, _attach),
    "AttachUserData": Command(Shape.A, _attach),
    "DeleteUserData": Command(Shape.A, _delete),
    "SetDisposition": Command(Shape.B, _set_disposition),
}
_CALLS: Mapping[str, Command] = {
    **_GENERIC,
    "DeleteUserDataPair": Command(Shape.B, _delete_pair),
    "Hangup": Command(Shape.B, _plain(operations.hang_up)),
}
# Names of other editions.
_ALIASES: Mapping[Surface, Mapping[str, str]] = {
    Surface.CALLS: {"Answer": "Accept"},
}
_ALIAS_EVERYWHERE = {"StopProcessing": "Complete"}


def named(body: Body, surface: Surface) -> Command:
    """The command that `operationName` asks for. Raises Invalid if it is missing or not offered here."""
    name = bodies.text(body, "operationName")
    known = _CALLS if surface == Surface.CALLS else _GENERIC
    aliases = {**_ALIAS_EVERYWHERE, **_ALIASES.get(surface, {})}
    command = known.get(aliases.get(name, name))
    if command is None:
        raise outside_values("operationName", f"there is no operation {name!r}")
    return command
