"""A telephone system asks where a call goes, or takes back what it asked (voice 6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import USER_PREFIX, User
from apps.agents.models import Agent, agent_of
from apps.common.errors import NotAllowed
from apps.common.public_ids import key_of
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.queues import operations as queues
from apps.queues.flows import Decision
from apps.queues.models import EntryType, Flow, Queue, QueueEntry
from apps.tenants import scope
from apps.voice_calls.models import CallCenter, CallCenterRoutingMap, VoiceCall
from apps.voice_calls.operations.find import existing
from apps.voice_calls.operations.numbers import decided, decision_of, route_of

FLOW_PREFIX = "300"
Target = Queue | Agent


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
    decision = _decision(call_center, call, asked)
    if decision.target is None:
        raise NotAllowed(gettext("No flow and no queue fits this call"))
    entry = send(call, decision, at=at)
    mapped = _mapped(call_center, target := entry.queue or decision.target)
    if mapped is None:
        kind, name = ("queue", target.developer_name) if isinstance(target, Queue) else ("user", target.user.username)
        raise NotAllowed(gettext("No telephony {kind} is mapped to {name}").format(kind=kind, name=name))
    return mapped


def _decision(call_center: CallCenter, call: VoiceCall, asked: FlowCall) -> Decision:
    """What is set up here comes first, entry rules and then the number; only then what is named (voice 6.1)."""
    decision = decided(None, call, asked.inputs)
    if decision.target is None:
        decision.add(decision_of(route_of(call_center, asked.dialed_number), call, asked.inputs))
    if decision.target is None and (own := Flow.objects.filter(developer_name__iexact=asked.flow or "").first()):
        decision.add(decided(own, call, asked.inputs))
    decision.target = decision.target or _queue(asked.fallback_queue)
    return decision


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
    chosen = Decision(_queue(target))
    if (key := key_of(target, USER_PREFIX)) is not None:
        chosen = Decision(agent_of(User.objects.filter(tenant=scope.tenant(), pk=key, is_active=True).first()))
    elif (key := key_of(target, FLOW_PREFIX)) is not None and (own := Flow.objects.filter(pk=key).first()):
        chosen = decided(own, call, inputs)
    for each in (chosen, Decision(_queue(fallback_queue))):
        if each.target is None:
            continue
        try:
            with transaction.atomic():
                send(call, each, at=at)
            return
        except NotAllowed:
            if each is not chosen or fallback_queue is None:
                raise
    raise NotAllowed(gettext("There is no such target"))


def send(call: VoiceCall, decision: Decision, *, by: User | None = None, at: datetime | None = None) -> QueueEntry:
    """Let the call wait for the target. Publishes `queue.entered` or `queue.moved`, or nothing if it waits there.

    `by` is the telephone system where nobody else is named. Returns where it waits now. Raises NotAllowed once somebody
    has the call, or it has ended, or for a queue that is closed and takes no calls then.
    """
    interaction = EngagementInteraction.objects.locked().filter(voice_calls=call).first()
    target = decision.target
    if interaction is None or target is None:
        raise NotAllowed(gettext("The call belongs to no contact"))
    by = by or (call.call_center.integration_user if call.call_center else None)
    queues.require_open(target, interaction.channel)
    if interaction.stage == Stage.HANDLED and call.segment and call.segment.ended_at is None:
        return queues.aim(interaction, call.segment, target, by=by, at=at)
    if interaction.stage == Stage.QUEUED and (entry := _waits_for(interaction, target)):
        return entry
    wishes: Any = {"priority": decision.priority, "skills": decision.skills}
    if interaction.stage == Stage.FLOW:
        return queues.enqueue(interaction, target, by=by, at=at, **wishes)
    if interaction.stage != Stage.QUEUED:
        raise NotAllowed(gettext("The call does not wait any more"))
    return queues.move(interaction, target, by=by, at=at, **wishes)


def _waits_for(interaction: EngagementInteraction, target: Target) -> QueueEntry | None:
    """The open stay, if it is the target's, or what an overflow of the target has led to."""
    entry = QueueEntry.objects.select_related("queue").filter(interaction=interaction, left_at=None).first()
    if entry is None or not entry.is_routable:
        return None
    here = {"queue": target} if isinstance(target, Queue) else {"target_agent": target}
    stays = QueueEntry.objects.filter(interaction=interaction, segment_id=entry.segment_id, **here)
    overflowed = entry.entry_type == EntryType.TIMEOUT and entry.waits_since < entry.entered_at
    return (
        entry if (stays if overflowed and isinstance(target, Queue) else stays.filter(pk=entry.pk)).exists() else None
    )


@transaction.atomic
def reroute(call_center: CallCenter, call_id: str, *, at: datetime | None = None) -> None:
    """Whoever has the call, or is offered it, has it no more; somebody else is asked (voice 6.4).

    Raises NotAllowed once the call has ended.
    """
    call = existing(call_center, call_id)
    interaction = EngagementInteraction.objects.locked().filter(voice_calls=call).first()
    by = call_center.integration_user
    if interaction is None or interaction.stage not in (Stage.FLOW, Stage.QUEUED, Stage.HANDLED):
        raise NotAllowed(gettext("The call has ended"))
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
