"""The customer is put on hold; the work is handed to somebody, shared, laid aside and fetched."""

from collections.abc import Mapping

from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.agent_desktop.acts.base import Refused, key_in
from apps.agent_desktop.selectors.targets import target_named
from apps.agents.models import Agent, Channel
from apps.common.errors import NotAllowed, NotFound
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.queues.bins import open_to
from apps.queues.models import Queue
from apps.queues.operations.consulting import asked_outside
from apps.queues.operations.stays import Extension, Target


def hold(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    operations.hold(interaction, by=by)


def resume(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    operations.resume(interaction, by=by)


def hand(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    """To a queue, colleague or number: `how` is `warm` (ask first, the customer on hold), `cold` (at once) or `add`."""
    target = _target(given)
    try:
        if isinstance(target, Mapping):
            _dial(interaction, target, by, given)
        elif given.get("how") == "warm":
            operations.start_transfer(interaction, target, by=by)
        elif given.get("how") == "add":
            operations.add_participant(interaction, target, by=by)
        elif isinstance(target, Queue):
            operations.place_in_queue(interaction, target, by=by)
        else:
            operations.transfer(interaction, target, by=by)
    except NotAllowed as error:
        if interaction.stage != "handled":
            raise
        raise Refused(
            "panel", given, {"to": _("That was not possible: {error}. Nothing was changed.").format(error=error)}
        ) from error


def _dial(interaction: EngagementInteraction, extension: Extension, by: Agent, given: QueryDict) -> None:
    """Somebody outside is asked, or is given the call. The telephone system talks with them."""
    if interaction.channel != Channel.VOICE:
        raise Refused("panel", given, {"to": _("Only a call can go to a number outside.")})
    if given.get("how") == "add":
        problem = _("Choose “Warm” for a number outside, then resume the customer: all three talk.")
        raise Refused("panel", given, {"to": problem})
    if given.get("how") == "warm":
        operations.start_transfer(interaction, None, by=by, extension=extension)
    else:
        operations.transfer_outside(interaction, extension, by=by)


def hand_over(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    """Whoever was asked takes over; outside, as far as the telephone system has put them through."""
    if asked_outside(interaction, by).exists():
        operations.leave(interaction, by=by, goes_on=True)
    else:
        operations.complete_transfer(interaction, by=by)


def mute(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    operations.mute(interaction, True, by=by)


def unmute(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    operations.mute(interaction, False, by=by)


def keep_both(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    operations.keep_both(interaction, by=by)


def take_back(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    """Whoever is asked is asked no more, or goes."""
    operations.cancel_transfer(interaction, by=by)


def send_out(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    """A colleague who takes part goes."""
    colleague = Agent.objects.filter(pk=key_in(given.get("who", ""))).first()
    if colleague is None:
        raise NotFound(_("no such participant"))
    operations.remove_participant(interaction, colleague, by=by)


def park(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    """Into one of the agent's workbins."""
    workbin = open_to(by.user, by).filter(pk=key_in(given.get("workbin", ""))).first()
    if workbin is None:
        raise Refused("panel", given, {"workbin": _("Choose a workbin.")})
    operations.park(interaction, workbin, by=by)


def pull(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> EngagementInteraction:
    """Out of a workbin that is open to the agent."""
    if interaction.workbin_id is None or not open_to(by.user, by).filter(pk=interaction.workbin_id).exists():
        raise NotFound(_("it is not in a workbin of yours"))
    operations.pull(interaction, by=by)
    return interaction


def _target(given: QueryDict) -> Target | Extension:
    try:
        return target_named(given.get("to", ""))
    except NotFound as error:
        raise Refused("panel", given, {"to": _("Choose who is to have it.")}) from error
