"""A telephone system asks where a call goes, or takes back what it asked (voice 6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import USER_PREFIX, User
from apps.agents.models import agent_of
from apps.common.errors import NotAllowed
from apps.common.public_ids import key_of
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.queues import operations as queues
from apps.queues.models import Flow, Queue, QueueEntry
from apps.tenants import scope
from apps.voice_calls.models import CallCenter, CallCenterRoutingMap, VoiceCall
from apps.voice_calls.operations.find import existing
from apps.voice_calls.operations.numbers import Target, decided, route_of, target_of

FLOW_PREFIX = "300"


@dataclass(frozen=True)
class FlowCall:
    """What is asked with a dialled number: a flow and a queue by developer name or id, where the number has none."""

    dialed_number: str
    flow: str | None = None
    fallback_queue: str | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def run_flow(
    call_center: CallCenter, call_id: str, asked: FlowCall, *, at: datetime | None = None
) -> CallCenterRoutingMap:
    """Route the call by the number's own flow and queue, else by those of the request (voice 6.1).

    Returns what the telephone system calls the chosen queue or agent. Publishes as `send`. Raises NotAllowed if nothing
    fits, or the telephone system has no name for it.
    """
    call = existing(call_center, call_id)
    target = _target(call_center, call, asked)
    if target is None:
        raise NotAllowed("No flow and no queue fits this call")
    mapped = _mapped(call_center, target)
    if mapped is None:
        kind, name = ("queue", target.developer_name) if isinstance(target, Queue) else ("user", target.user.username)
        raise NotAllowed(f"No telephony {kind} is mapped to {name}")
    send(call, target, at=at)
    return mapped


def _target(call_center: CallCenter, call: VoiceCall, asked: FlowCall) -> Target | None:
    """What the number has set up comes first; only without it what the request names (voice 6.1)."""
    if (route := route_of(call_center, asked.dialed_number)) and (found := target_of(route, call, asked.inputs)):
        return found
    own = Flow.objects.filter(developer_name__iexact=asked.flow).first() if asked.flow else None
    return (decided(own, call, asked.inputs) if own else None) or _queue(asked.fallback_queue)


@transaction.atomic
def route(
    call_center: CallCenter,
    call_id: str,
    target: str,
    *,
    fallback_queue: str | None = None,
    inputs: Mapping[str, Any],
    at: datetime | None = None,
) -> None:
    """Route the call to a user, a queue or a flow by id (voice 6.2).

    Raises NotAllowed if that and the fallback fail.
    """
    call = existing(call_center, call_id)
    chosen: Target | None = _queue(target)
    if (key := key_of(target, USER_PREFIX)) is not None:
        chosen = agent_of(User.objects.filter(tenant=scope.tenant(), pk=key, is_active=True).first())
    elif (key := key_of(target, FLOW_PREFIX)) is not None and (own := Flow.objects.filter(pk=key).first()):
        chosen = decided(own, call, inputs)
    for each in (chosen, _queue(fallback_queue)):
        if each is None:
            continue
        try:
            with transaction.atomic():
                send(call, each, at=at)
            return
        except NotAllowed:
            if each is not chosen or fallback_queue is None:
                raise
    raise NotAllowed("There is no such target")


def send(call: VoiceCall, target: Target, *, at: datetime | None = None) -> None:
    """Let the call wait for the target. Publishes `queue.entered` or `queue.moved`, or nothing if it waits there.

    Raises NotAllowed once somebody has the call, or it has ended.
    """
    interaction = EngagementInteraction.objects.locked().filter(voice_calls=call).first()
    if interaction is None:
        raise NotAllowed("The call belongs to no contact")
    by = call.call_center.integration_user if call.call_center else None
    if interaction.stage == Stage.FLOW:
        queues.enqueue(interaction, target, by=by, at=at)
    elif interaction.stage == Stage.HANDLED and call.segment and call.segment.ended_at is None:
        queues.aim(interaction, call.segment, target, by=by, at=at)
    elif interaction.stage != Stage.QUEUED:
        raise NotAllowed("The call does not wait any more")
    elif not _waits_for(interaction, target):
        queues.move(interaction, target, by=by, at=at)


def _waits_for(interaction: EngagementInteraction, target: Target) -> bool:
    here = {"queue": target} if isinstance(target, Queue) else {"target_agent": target}
    return QueueEntry.objects.filter(interaction=interaction, left_at=None, is_routable=True, **here).exists()


@transaction.atomic
def reroute(call_center: CallCenter, call_id: str, *, at: datetime | None = None) -> None:
    """Whoever has the call, or is offered it, has it no more; somebody else is asked (voice 6.4).

    Raises NotAllowed once the call has ended.
    """
    call = existing(call_center, call_id)
    interaction = EngagementInteraction.objects.locked().filter(voice_calls=call).first()
    by = call_center.integration_user
    if interaction is None or interaction.stage not in (Stage.FLOW, Stage.QUEUED, Stage.HANDLED):
        raise NotAllowed("The call has ended")
    if interaction.stage == Stage.HANDLED:
        queues.requeue(interaction, by=by, at=at)
    elif interaction.stage == Stage.QUEUED and _is_offered(interaction):
        queues.withdraw(interaction, by=by, at=at)


def _is_offered(interaction: EngagementInteraction) -> bool:
    return QueueEntry.objects.filter(interaction=interaction, left_at=None, offered_to__isnull=False).exists()


@transaction.atomic
def clear(call_center: CallCenter, call_id: str, *, at: datetime | None = None) -> None:
    """Nobody is asked any more; fine where nobody was (V-49). Publishes `queue.withdrawn`."""
    call = existing(call_center, call_id)
    interaction = EngagementInteraction.objects.locked().filter(voice_calls=call).first()
    if interaction and interaction.stage == Stage.QUEUED:
        queues.clear_routing(interaction, by=call_center.integration_user, at=at)


def _queue(text: str | None) -> Queue | None:
    """A queue by its id or developer name."""
    if not text:
        return None
    queues_in_use = Queue.objects.filter(is_active=True)
    key = Queue.sobject.key_of(text)  # type: ignore[attr-defined]
    found: Queue | None = queues_in_use.filter(pk=key).first() if key else None
    return found or queues_in_use.filter(developer_name__iexact=text).first()


def _mapped(call_center: CallCenter, target: Target) -> CallCenterRoutingMap | None:
    which = {"queue": target} if isinstance(target, Queue) else {"user": target.user}
    return CallCenterRoutingMap.objects.filter(call_center=call_center, **which).order_by("id").first()
