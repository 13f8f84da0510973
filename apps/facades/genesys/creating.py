"""Work that an agent begins: a work item, a call (genesys 4, 12)."""

from collections.abc import Callable
from typing import Any

from apps.agents.models import Agent, Channel
from apps.engagements.models import EngagementInteraction
from apps.facades.genesys import calls, selectors, targets
from apps.facades.genesys.errors import outside_values
from apps.facades.genesys.payloads import bodies
from apps.facades.genesys.payloads.bodies import Body
from apps.queues import operations
from apps.queues.models import OutboundIdentifier

QUEUE = "Queue"  # the key of the user data that says for which queue a work item was made
_LONGEST = 255

Create = Callable[[Agent], EngagementInteraction]


def read(body: Body) -> Create:
    """`Create` of a work item: `queueUri`, and perhaps `parentId`, `subject`, `userData`."""
    queue_uri = bodies.text(body, "queueUri")
    parent_id, subject, user_data = _optional(body, "parentId"), _optional(body, "subject"), _user_data(body)

    def create(agent: Agent) -> EngagementInteraction:
        queue = targets.queue_at(queue_uri)
        parent = selectors.by_id(selectors.visible_to(agent.user), parent_id) if parent_id else None
        told = {QUEUE: queue.name, **user_data}
        operations.require_storable(told)
        return operations.open_outbound(
            channel=Channel.WORK_ITEM, by=agent, parent=parent, subject=subject, user_data=told
        )

    return create


def dial(body: Body) -> Create:
    """`Dial`: `destination.phoneNumber`, and perhaps `parentId`, `userData`. The call stands when somebody answers."""
    number, parent_id, user_data = calls.number(body), _optional(body, "parentId"), _user_data(body)

    def create(agent: Agent) -> EngagementInteraction:
        parent = selectors.by_id(selectors.visible_to(agent.user), parent_id) if parent_id else None
        operations.require_storable(user_data)
        shown = OutboundIdentifier.objects.filter(channel=Channel.VOICE, is_active=True).order_by("id").first()
        return operations.open_outbound(
            channel=Channel.VOICE,
            by=agent,
            customer=number,
            identifier=shown,
            parent=parent,
            user_data=user_data,
            talks=False,
        )

    return create


def _optional(body: Body, name: str) -> str | None:
    if body.get(name) is None:
        return None
    found = bodies.text(body, name)
    if len(found) > _LONGEST or "\x00" in found or not _is_whole(found):
        raise outside_values(name, f"{name} is too long, or holds what cannot be kept")
    return found


def _is_whole(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _user_data(body: Body) -> dict[str, Any]:
    return dict(bodies.pairs(body)) if body.get("userData") is not None else {}
