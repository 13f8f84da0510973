"""Which operation a body asks for. Each module in `_MODULES` offers some, under `COMMANDS`."""

from collections import ChainMap
from collections.abc import Mapping

from apps.facades.genesys import calls, chat, handling, mail
from apps.facades.genesys.command import Command, Commands
from apps.facades.genesys.errors import outside_values
from apps.facades.genesys.payloads import bodies
from apps.facades.genesys.payloads.bodies import Body
from apps.facades.genesys.payloads.capabilities import Surface

# An operation that several offer on one surface is that of the first.
_MODULES: tuple[Commands, ...] = (chat.COMMANDS, mail.COMMANDS, calls.COMMANDS, handling.COMMANDS)

# Names of other editions.
_ALIASES: Mapping[Surface, Mapping[str, str]] = {
    Surface.CALLS: {"Answer": "Accept", "Decline": "Reject"},
    Surface.CHATS: {"InFocus": "SetInFocus"},
}
_ALIAS_EVERYWHERE = {"StopProcessing": "Complete", "CancelReply": "Cancel", "SetComment": "AddComment"}
_ALIAS_UNLESS_OWN = {"SingleStepTransfer": "Transfer"}


def named(body: Body, surface: Surface) -> Command:
    """The command that `operationName` asks for. Raises Invalid if it is missing or not offered here."""
    name = bodies.text(body, "operationName")
    aliases = {**_ALIAS_EVERYWHERE, **_ALIASES.get(surface, {})}
    known = ChainMap(*(dict(module.get(surface, {})) for module in _MODULES))
    command = known.get(aliases.get(name, name)) or known.get(_ALIAS_UNLESS_OWN.get(name, ""))
    if command is None:
        raise outside_values("operationName", f"there is no operation {name!r}")
    return command
