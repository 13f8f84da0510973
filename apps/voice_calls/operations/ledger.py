"""Telling what a telephone system sent about a call: the call's log is the ledger of its interaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from apps.accounts.models import User
from apps.common import clock
from apps.common.errors import FieldProblem
from apps.engagements.models import EngagementInteraction
from apps.queues.models import OfferState, QueueEntry, WorkOffer
from apps.queues.operations.live import Live
from apps.tenants.selecting import Select
from apps.voice_calls.models import VoiceCall

_OPEN_PARTS = Select(
    lambda interaction: (
        WorkOffer.objects.select_related("agent__user", "queue_entry__queue", "segment")
        .filter(interaction_id=interaction)
        .exclude(state=OfferState.ENDED)
    ),
    numbers=["interaction"],
)


def tell(
    call: VoiceCall,
    *,
    by: User,
    at: datetime,
    event: str,
    columns: Collection[str] = (),
    provider: str | None = None,
    problems: Sequence[FieldProblem] = (),
) -> None:
    """Publish `engagement.changed` with the call, what was written and what could not be used (V-44)."""
    if call.interaction is None:
        return
    told = {
        "id": call.pk,
        "uuid": str(call.uuid),
        "vendor_call_key": call.vendor_call_key,
        "disposition": call.call_disposition,
        "event": event,
        "columns": sorted(columns),
        "provider": provider,
        "problems": [problem.message for problem in problems],
    }
    publish_for(call.interaction, "engagement.changed", {"voice_call": told}, by=by, at=at)


def publish_for(
    interaction: EngagementInteraction,
    name: str,
    changes: Mapping[str, Any],
    *,
    by: User | None = None,
    at: datetime | None = None,
) -> None:
    """Tell whoever has a part in the interaction; nothing of it is written."""
    parts = _OPEN_PARTS(interaction=interaction.pk)
    live = Live(interaction, at or clock.now(), by, _offered(parts), interaction.workbin, parts)
    live.changes.update(changes)
    live.finish(name, save=False)


def _offered(parts: Sequence[WorkOffer]) -> QueueEntry | None:
    """The stay that is offered to somebody, by which readers know whom a colleague asks in."""
    for part in parts:
        if part.state == OfferState.OFFERED and part.queue_entry:
            part.queue_entry.segment = part.segment
            return part.queue_entry
    return None
