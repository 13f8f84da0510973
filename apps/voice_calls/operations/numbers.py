"""Where a dialled number leads: by the entry rules, its flow and its queue."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from apps.accounts.models import User
from apps.agents.models import Agent, agent_of
from apps.common.errors import NotAllowed
from apps.directory.phone import phone_key
from apps.queues import flows
from apps.queues.facts import facts_of
from apps.queues.flows import Decision
from apps.queues.models import Flow, Queue
from apps.tenants import scope
from apps.tenants.selecting import Select
from apps.voice_calls.models import CallCenter, CallCenterRoutingMap, NumberRoute, VoiceCall


def route_of(call_center: CallCenter, number: str) -> NumberRoute | None:
    """What is set up for this number, in whatever way it is written."""
    key = phone_key(number, scope.tenant().phone_region) or number
    return _ROUTE.first(center=call_center.pk, key=key)


_ROUTE = Select(
    lambda center, key: NumberRoute.objects.select_related("queue", "flow__queue").filter(
        call_center_id=center, phone_key=key
    ),
    numbers=["center"],
    texts=["key"],
)


def who_answers(number: str) -> Queue | Agent | None:
    """The queue or agent of ours that this number reaches: by a routing map, else by a route. None: nobody here.

    Raises NotAllowed for somebody who takes no work.
    """
    mapped = CallCenterRoutingMap.objects.filter(external_id=number).select_related("queue", "user").first()
    if mapped:
        return mapped.queue or _agent(mapped.user)
    key = phone_key(number, scope.tenant().phone_region) or number
    route = NumberRoute.objects.filter(phone_key=key, queue__is_active=True).select_related("queue").first()
    return route.queue if route else None


def _agent(user: User | None) -> Agent:
    found = agent_of(user)
    if found is None:
        raise NotAllowed(gettext("this user takes no work"))
    return found


def decision_of(route: NumberRoute | None, call: VoiceCall, inputs: Mapping[str, Any]) -> Decision:
    """The number's flow decides, else its queue (voice 6.1)."""
    if route is None:
        return Decision()
    decision = decided(route.flow, call, inputs) if route.flow else Decision()
    decision.target = decision.target or route.queue
    return decision


def decided(flow: Flow | None, call: VoiceCall, inputs: Mapping[str, Any]) -> Decision:
    """What a flow, or without one the entry rules, make of the call and its contact, and of what was sent along."""
    return flows.decide(facts_of(call.interaction, call, inputs=inputs), flow=flow)
