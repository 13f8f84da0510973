"""What a receiver is sent: the event as the ledger has it, with the ids by which each dialect knows its interaction."""

import json
from typing import Any

from apps.accounts.hiding import in_value
from apps.common.public_ids import genesys_id
from apps.events.models import Event
from apps.objects import registry


def body(event: Event, *, hides_numbers: bool = False) -> bytes:
    """The same to the letter at every attempt: a pure function of the event, and of whether numbers are masked."""
    data = in_value(_data(event)) if hides_numbers else _data(event)
    told = {"type": event.name, "timestamp": event.at.isoformat(), "data": data}
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode(errors="replace")


def _data(event: Event) -> dict[str, Any]:
    keys = {"interaction_id": event.interaction_id, "agent_id": event.agent_id, "actor_id": event.actor_id}
    return {**keys, "ids": _ids(event), **event.data}


def _ids(event: Event) -> dict[str, str]:
    if event.interaction_id is None or "interaction" not in event.data:
        return {}
    return {
        "salesforce": registry.named("EngagementInteraction").id_of(event.interaction_id),
        "genesys": genesys_id(event.interaction_id),
        "cxengage": event.data["interaction"]["uuid"],
    }
