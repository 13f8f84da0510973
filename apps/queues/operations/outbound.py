"""An agent makes the contact."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.agents.models import Agent
from apps.engagements.models import Direction, EngagementInteraction
from apps.queues.models import OutboundIdentifier, OutboundUse, Segment
from apps.queues.operations import answering, capacity
from apps.queues.operations.arrival import begin
from apps.queues.operations.live import Live


@transaction.atomic
def open_outbound(
    *,
    channel: str,
    by: Agent,
    customer: str | None = None,
    identifier: OutboundIdentifier | None = None,
    parent: EngagementInteraction | None = None,
    subject: str | None = None,
    user_data: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
    talks: bool = True,
    at: datetime | None = None,
) -> EngagementInteraction:
    """An agent writes to or calls somebody, and works on it at once. Publishes `engagement.opened`.

    `identifier` is what the customer is shown, kept as it is now; `parent` is what this follows up. `talks`: false
    until the customer answers (`connect`). Raises NotAllowed without a session, or room on its channel.
    """
    live = begin_outbound(
        channel=channel,
        by=by,
        customer=customer,
        identifier=identifier,
        parent=parent,
        subject=subject,
        user_data=user_data,
        values=values or {},
        talks=talks,
        at=at,
    )
    return live.finish("engagement.opened", concerning=by)


def begin_outbound(
    *,
    channel: str,
    by: Agent,
    customer: str | None,
    identifier: OutboundIdentifier | None,
    parent: EngagementInteraction | None,
    subject: str | None,
    user_data: Mapping[str, Any] | None,
    values: Mapping[str, Any],
    talks: bool,
    at: datetime | None,
) -> Live:
    """As `open_outbound`; whoever calls writes what belongs to it, and finishes."""
    session = capacity.claim(by, channel, takes_place=not values.get("is_draft"))
    live: Live = begin(
        channel=channel,
        direction=Direction.AGENT_INITIATED,
        by=by,
        customer=customer,
        contact_point=identifier.value if identifier else None,
        subject=subject,
        user_data=user_data,
        values={"parent": parent, **values},
        at=at,
    )
    segment = Segment.objects.get(interaction=live.interaction)
    segment.by_agent = by
    segment.save(update_fields=["by_agent"])
    answering.begin_work(live, segment, by, session, talks=talks)
    answering.take_over(live, by)
    if identifier:
        OutboundUse.objects.create(
            interaction=live.interaction, identifier=identifier, value=identifier.value, name=identifier.name
        )
    return live
