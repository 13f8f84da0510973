"""What agents do that telephone systems, colleagues and supervisors are told; of it, only who is mute is kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from apps.agents.models import Agent
from apps.common.errors import AlreadyDone, NotAllowed
from apps.common.updating import save
from apps.engagements.models import EngagementInteraction
from apps.queues.models import OfferState
from apps.queues.operations.annotate import annotating, require_storable
from apps.queues.operations.holding import talking
from apps.queues.operations.live import lock


@transaction.atomic
def mute(
    interaction: EngagementInteraction, muted: bool, *, by: Agent, who: Agent | None = None, at: datetime | None = None
) -> None:
    """An agent in the conversation is heard no more, or again. Publishes `call.muted` or `call.unmuted`.

    Raises AlreadyDone if it is so already, NotFound if `who` never took part, NotAllowed if not any more, or for what
    is no call.
    """
    live = lock(interaction, "hold", by=by, at=at)
    mine = talking(live)
    found = live.part_of(who) if who else mine
    if found.state != OfferState.WORKING:
        raise NotAllowed(gettext("who does not take part cannot be muted"))
    if muted == bool(found.muted_since):
        raise AlreadyDone(gettext("it is so already"))
    found.muted_since = live.at if muted else None
    save(found, "muted_since")
    told = {"resource": str(found.agent.user.uuid)}
    live.tell("call.muted" if muted else "call.unmuted", live.working, told, concerning=found.agent)


@transaction.atomic
def focus(interaction: EngagementInteraction, focused: bool, *, by: Agent, at: datetime | None = None) -> None:
    """The agent looks at this contact, or at another. Publishes `work.focused` or `work.unfocused`.

    Raises NotAllowed once the agent has nothing to do with it.
    """
    live = lock(interaction, "revise", by=by, at=at)
    live.tell("work.focused" if focused else "work.unfocused", [live.part_of(by)], {}, concerning=by)


@transaction.atomic
def answer_script(
    interaction: EngagementInteraction, answers: Mapping[str, Any], *, by: Agent, at: datetime | None = None
) -> None:
    """What the agent filled into a script. Publishes `script.answered`; Invalid for what cannot be kept."""
    require_storable(answers)
    live = annotating(interaction, by, at)
    live.tell("script.answered", [live.part_of(by)], {"script": dict(answers)}, concerning=by)
