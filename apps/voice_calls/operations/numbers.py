"""Where a dialled number leads, by its flow and its queue."""

from collections.abc import Mapping
from typing import Any

from apps.agents.models import Agent
from apps.directory.phone import phone_key
from apps.objects.columns import columns_of
from apps.queues import flows
from apps.queues.models import Flow, Queue
from apps.tenants import scope
from apps.voice_calls.models import CallCenter, NumberRoute, VoiceCall

Target = Queue | Agent


def route_of(call_center: CallCenter, number: str) -> NumberRoute | None:
    """What is set up for this number, in whatever way it is written."""
    key = phone_key(number, scope.tenant().phone_region) or number
    return call_center.routes.select_related("queue", "flow__queue").filter(phone_key=key).first()


def target_of(route: NumberRoute, call: VoiceCall, inputs: Mapping[str, Any]) -> Target | None:
    """The number's flow decides, else its queue (voice 6.1)."""
    return (decided(route.flow, call, inputs) if route.flow else None) or route.queue


def decided(flow: Flow, call: VoiceCall, inputs: Mapping[str, Any]) -> Target | None:
    """What the flow makes of the call's documented and custom fields, and of what was sent along."""
    row = VoiceCall.objects.filter(pk=call.pk).values().get()
    columns = columns_of(VoiceCall.sobject).values()  # type: ignore[attr-defined]
    facts = {column.name: column.value(row) for column in columns if row.keys() >= set(column.reads)}
    return flows.target(flow, {**facts, **inputs})
