"""Operations on work of every medium: taking it, handing it on, writing down what belongs to it (genesys 6, 9, 11).

`unless_handed_on`, for what the documentation ends with the agent's part: who has handed the work on has only wrap-up
left, which this dialect tells as Completed. Ready ends it, or the time for it.
"""

from collections.abc import Mapping
from typing import Any

from apps.agents.models import Agent
from apps.common.errors import NotAllowed
from apps.engagements.models import EngagementInteraction
from apps.facades.genesys import targets
from apps.facades.genesys.command import EVERYWHERE, Act, Command, Commands, plain
from apps.facades.genesys.errors import Shape, outside_values
from apps.facades.genesys.payloads import bodies
from apps.facades.genesys.payloads.bodies import Body
from apps.facades.genesys.payloads.capabilities import Surface
from apps.queues import operations
from apps.queues.models import Disposition, OfferState, Queue, WorkOffer


def _accept(body: Body) -> Act:
    remember = bodies.flag(body, "saveLAR")
    return lambda interaction, agent: operations.accept(interaction, by=agent, remember=remember)


def _complete(body: Body) -> Act:
    """Done; with `queueName` it goes on to that queue."""
    if body.get("queueName") is None:
        return lambda interaction, agent: operations.complete(interaction, by=agent, unless_handed_on=True)
    return _to_queue(bodies.text(body, "queueName"), is_done=True)


def _place_in_queue(body: Body) -> Act:
    return _to_queue(bodies.text(body, "queueName"))


def _to_queue(name: str, *, is_done: bool = False) -> Act:
    return _unless_draft(
        lambda interaction, agent: operations.place_in_queue(
            interaction, targets.queue_named(name), by=agent, is_done=is_done
        )
    )


def _transfer(body: Body) -> Act:
    target = targets.transfer_target(body)
    return _unless_draft(lambda interaction, agent: hand_on(interaction, targets.colleague_or_queue(target), agent))


def _unless_draft(act: Act) -> Act:
    """For what the documentation has of Processing and Chatting alone (genesys 6)."""

    def acting(interaction: EngagementInteraction, agent: Agent) -> Any:
        if interaction.is_draft:
            raise NotAllowed("this is a draft: send it or cancel it")
        return act(interaction, agent)

    return acting


def hand_on(interaction: EngagementInteraction, to: targets.Target, agent: Agent) -> None:
    """Without a word in between. Raises NotAllowed for a colleague who is not ready."""
    if isinstance(to, Queue):
        operations.place_in_queue(interaction, to, by=agent)
    else:
        operations.transfer(interaction, to, by=agent, needs_ready=True)


def _place_in_workbin(body: Body) -> Act:
    ref = targets.workbin_ref(body)
    return lambda interaction, agent: operations.park(interaction, targets.workbin_of(ref, agent.user, agent), by=agent)


def _get_workbin_content(body: Body) -> Act:
    ref = targets.workbin_ref(body)
    return lambda interaction, agent: operations.list_workbin(targets.workbin_of(ref, agent.user, agent), by=agent.user)


def attach(body: Body) -> Act:
    pairs = bodies.pairs(body)
    return lambda interaction, agent: operations.attach_user_data(interaction, pairs, by=agent, unless_handed_on=True)


def _delete(body: Body) -> Act:
    keys = bodies.keys(body)
    return lambda interaction, agent: operations.delete_user_data(interaction, keys, by=agent, unless_handed_on=True)


def _comment(body: Body) -> Act:
    note = bodies.text(body, "comment")
    return lambda interaction, agent: operations.write_note(interaction, note, by=agent)


def _set_disposition(body: Body) -> Act:
    name = bodies.text(body, "disposition")
    return lambda interaction, agent: operations.set_disposition(interaction, _disposition(name), by=agent)


def _disposition(name: str) -> Disposition:
    found = None if "\x00" in name else Disposition.objects.filter(name__iexact=name, is_active=True).first()
    if found is None:
        raise outside_values("disposition", f"there is no disposition {name!r}")
    return found


def require_working(interaction: EngagementInteraction, agent: Agent) -> None:
    """For what changes nothing here. Raises NotAllowed unless the agent works on it."""
    if not WorkOffer.objects.filter(interaction=interaction, agent=agent, state=OfferState.WORKING).exists():
        raise NotAllowed("you are not working on this")


def _in_focus(body: Body) -> Act:
    return require_working


def _cancel(interaction: EngagementInteraction, agent: Agent) -> Any:
    raise NotAllowed("this is no draft")


_ALL: Mapping[str, Command] = {
    "Accept": Command(Shape.A, _accept),
    "Reject": Command(Shape.A, plain(operations.reject)),
    "Cancel": Command(Shape.C, lambda body: _cancel),
    "Complete": Command(Shape.B, _complete),
    "PlaceInQueue": Command(Shape.A, _place_in_queue),
    "UpdateUserData": Command(Shape.A, attach),
    "AttachUserData": Command(Shape.A, attach),
    "DeleteUserData": Command(Shape.A, _delete),
    "PlaceInWorkbin": Command(Shape.A, _place_in_workbin),
    "GetWorkbinContent": Command(Shape.A, _get_workbin_content),
    "Transfer": Command(Shape.B, _transfer),
    "SetDisposition": Command(Shape.B, _set_disposition),
    "AddComment": Command(Shape.B, _comment),
}
_OF_MEDIA: Mapping[str, Command] = {**_ALL, "SetInFocus": Command(Shape.B, _in_focus)}
_CHATS: Mapping[str, Command] = {**_OF_MEDIA, "Leave": Command(Shape.B, plain(operations.leave))}
COMMANDS: Commands = {
    **dict.fromkeys(EVERYWHERE, _OF_MEDIA),
    Surface.GENERIC: _ALL,
    Surface.CALLS: _ALL,
    Surface.CHATS: _CHATS,
    Surface.SMS_SESSIONS: _CHATS,
}
