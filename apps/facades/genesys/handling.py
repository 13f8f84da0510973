"""Operations on work of every medium: taking it, finishing it, writing down what belongs to it (genesys 6, 9, 11)."""

from collections.abc import Mapping

from apps.facades.genesys.command import EVERYWHERE, Act, Command, Commands, plain
from apps.facades.genesys.errors import Shape, outside_values
from apps.facades.genesys.payloads import bodies
from apps.facades.genesys.payloads.bodies import Body
from apps.facades.genesys.payloads.capabilities import Surface
from apps.queues import operations
from apps.queues.models import Disposition


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


_ALL: Mapping[str, Command] = {
    "Accept": Command(Shape.A, plain(operations.accept)),
    "Reject": Command(Shape.A, plain(operations.reject)),
    "Complete": Command(Shape.B, _complete),
    "UpdateUserData": Command(Shape.A, _attach),
    "AttachUserData": Command(Shape.A, _attach),
    "DeleteUserData": Command(Shape.A, _delete),
    "SetDisposition": Command(Shape.B, _set_disposition),
}
_CALLS: Mapping[str, Command] = {
    "DeleteUserDataPair": Command(Shape.B, _delete_pair),
    "Hangup": Command(Shape.B, plain(operations.hang_up)),
}
COMMANDS: Commands = {
    **dict.fromkeys(EVERYWHERE, _ALL),
    Surface.CALLS: {**_ALL, **_CALLS},
}
