"""Every contact that arrives, on whatever channel, goes by the tenant's entry rules."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from apps.agents.models import Agent, Channel
from apps.common.errors import NotAllowed
from apps.engagements.flags import Flag
from apps.engagements.models import EngagementInteraction
from apps.queues import flows, rulebook
from apps.queues.facts import facts_of
from apps.queues.models import OverflowRule, Queue, QueueEntry, WhenClosed
from apps.queues.operations import arrival, stays
from apps.queues.operations.flagging import flag_found
from apps.queues.operations.live import Actor


@transaction.atomic
def route_arrival(
    interaction: EngagementInteraction,
    *,
    by: Actor,
    otherwise: stays.Target | flows.Decision | None = None,
    records: tuple[Any, ...] = (),
    inputs: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> QueueEntry | None:
    """A contact in the flow goes where the entry rules say, else to `otherwise`. Publishes as `enqueue`.

    `records` and `inputs` are further facts (`facts_of`). None if nothing says where, or if a closed queue takes no
    calls: the contact stays in the flow, and its user data says `Closed` and what to `Offer`. A rule that fails leads
    nowhere, and the contact is flagged: `engagement.flagged`.
    """
    decision = decide(interaction, *records, inputs=inputs)
    if not _can_wait(decision, interaction):
        decision.add(flows.Decision.to(otherwise))
    target = decision.target if _can_wait(decision, interaction) else None
    told: dict[str, Any] = {"Recording": decision.recording} if decision.recording else {}
    if isinstance(target, Queue) and (offer := refuses(target, interaction.channel)):
        told |= {"Closed": target.name, "Offer": offer}
        target = None
    _note(interaction, decision, told)
    if decision.has_failed:
        flag_found(EngagementInteraction.objects.filter(pk=interaction.pk), Flag.FLOW_ERROR, at=at)
    if target is None:
        return None
    return arrival.enqueue(interaction, target, by=by, at=at, priority=decision.priority, skills=decision.skills)


def decide(
    interaction: EngagementInteraction, *records: Any, inputs: Mapping[str, Any] | None = None
) -> flows.Decision:
    """What the entry rules make of the contact. Without any it costs nothing."""
    if None not in rulebook.current().flow_rules:
        return flows.Decision()
    return flows.decide(facts_of(interaction, *records, inputs=inputs))


def refuses(queue: Queue, channel: str, at: datetime | None = None) -> str | None:
    """What a call is offered that the queue takes none of now: `voicemail` or `callback`. None: it may wait there."""
    if channel != Channel.VOICE or queue.when_closed == WhenClosed.WAIT or not rulebook.is_closed(queue, at):
        return None
    rules = rulebook.current().overflow.get(queue.pk, ())
    if any(rule.trigger == OverflowRule.Trigger.CLOSED for rule in rules):
        return None
    return "callback" if queue.when_closed == WhenClosed.CALLBACK else "voicemail"


def require_open(target: Queue | Agent, channel: str) -> None:
    """Raise NotAllowed for a call that the closed queue takes none of."""
    if isinstance(target, Queue) and (offer := refuses(target, channel)):
        says = (
            gettext("The queue {name} is closed: offer a callback")
            if offer == "callback"
            else gettext("The queue {name} is closed: offer voicemail")
        )
        raise NotAllowed(says.format(name=target.name))


def _can_wait(decision: flows.Decision, interaction: EngagementInteraction) -> bool:
    return decision.target is not None and stays.is_present(decision.target, interaction.channel)


def _note(interaction: EngagementInteraction, decision: flows.Decision, told: Mapping[str, Any]) -> None:
    """Which flow it went through, and what the rules told of it."""
    columns: dict[str, Any] = {"user_data": {**interaction.user_data, **told}} if told else {}
    if decision.flow and interaction.flow_id is None:
        columns["flow"] = decision.flow
    if not columns:
        return
    for name, value in columns.items():
        setattr(interaction, name, value)
    EngagementInteraction.objects.filter(pk=interaction.pk).update(**columns)
