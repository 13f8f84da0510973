"""The lists of an interaction: legs, stays in queues, agents' parts, links, notes (cxengage 6.4 to 6.8, X-31)."""

from apps.engagements.models import Hook, Note
from apps.facades.cxengage.payloads.formats import Row, agent_id, flag, moment, seconds, text
from apps.queues.models import Monitor, OutboundUse, Outcome, QueueEntry, Segment, SegmentCause, WorkOffer
from apps.reporting import figures
from apps.reporting.journal import Journal

# The reference prints the second one so.
_START_TYPES = {SegmentCause.START: "interaction", SegmentCause.ADD: "addParticant"}


def segment_row(journal: Journal, segment: Segment) -> Row:
    return {
        "interactionSegmentId": str(segment.uuid),
        "segmentNumber": segment.number,
        "segmentAgentId": agent_id(segment.by_agent),
        "segmentToAgentId": agent_id(segment.to_agent),
        "startTimestamp": moment(segment.started_at),
        "endTimestamp": moment(segment.ended_at),
        "segmentStartType": _START_TYPES.get(SegmentCause(segment.cause), "transfer"),
        "segmentEndType": segment.end_type,
        "segmentCancelled": flag(figures.is_cancelled(segment)),
        "segmentCancelTime": seconds(figures.segment_cancel_time(journal, segment)),
        "segmentTime": seconds(figures.segment_time(journal, segment)),
        "transfer": flag(figures.is_transfer(segment)),
        "addParticipant": flag(segment.cause == SegmentCause.ADD),
        "segmentExtensionType": (segment.extension or {}).get("type"),
        "segmentExtensionValue": (segment.extension or {}).get("value"),
        "segmentThirdParty": flag(segment.extension is not None),
        # Printed by the reference without a meaning.
        "segmentConsultTime": None,
        "agentId": None,
        "interactionAgentId": None,
        "transferTime": None,
        "addParticipantTime": None,
        "addParticipantHandedOff": None,
    }


def queue_row(journal: Journal, entry: QueueEntry) -> Row:
    taken = figures.taken_by(journal, entry)
    queue_id, name = place_of(entry)
    return {
        "interactionQueueId": str(entry.uuid),
        "interactionSegmentId": str(entry.segment.uuid),
        "queueId": queue_id,
        "queueName": name,
        "queueType": "queue" if entry.queue else "resource",
        "platformQueueId": entry.queue.pk if entry.queue else None,
        "agentId": agent_id(taken.agent) if taken else None,
        "startTimestamp": moment(entry.entered_at),
        "endTimestamp": moment(entry.left_at),
        "queueEntryType": entry.entry_type,
        "queueExitType": entry.exit_type,
        "queueEntryLength": entry.length_at_entry,
        "queueTime": seconds(figures.queue_time(entry)),
        "queueAbandoned": flag(figures.queue_abandoned(entry)),
        "queueAbandonTime": seconds(figures.queue_abandon_time(entry)),
        "slaTime": seconds(figures.sla_time(journal, entry)),
        "slaAbandoned": flag(figures.sla_abandoned(entry)),
    }


def place_of(entry: QueueEntry) -> tuple[str | None, str | None]:
    """Id and name of the queue, or of the agent whom the work was aimed at (M-11)."""
    if entry.queue:
        return str(entry.queue.uuid), entry.queue.name
    return agent_id(entry.target_agent), entry.target_agent.user.name if entry.target_agent else None


def agent_row(journal: Journal, offer: WorkOffer, note: Note | None) -> Row:
    """One allocation, from the offer until the agent was free of the contact; refused and missed ones too."""
    answered = {outcome: seconds(figures.answer_time(offer, outcome)) for outcome in Outcome}
    talked = figures.conversation_of(offer) is not None
    return {
        "interactionAgentId": str(offer.uuid),
        **_who(offer),
        "platformAgentId": offer.agent.user_id,
        "tenantAgentId": str(offer.agent.uuid),
        "sessionId": str(offer.session.uuid),
        "interactionSegmentId": str(offer.segment.uuid),
        "queueId": place_of(offer.queue_entry)[0] if offer.queue_entry else None,
        "startTimestamp": moment(offer.offered_at),
        "endTimestamp": moment(figures.part_end(offer)),
        "agentWorkCancelTime": answered[Outcome.CANCELLED],
        **_conversation(offer),
        **_outcome(offer, note),
        # Our names for what the reference leaves out.
        "agentWorkAcceptTime": answered[Outcome.ACCEPTED],
        "agentWorkRejectTime": answered[Outcome.REJECTED],
        "agentWorkTimeoutTime": answered[Outcome.TIMED_OUT],
        "agentConversationTime": seconds(figures.agent_conversation_time(offer)),
        "agentHolds": len(figures.agent_holds(journal, offer)) if talked else None,
        "agentHoldTime": seconds(figures.agent_hold_time(journal, offer)),
        "agentTalkTime": seconds(figures.agent_talk_time(journal, offer)),
        "agentWrapUpTime": seconds(figures.agent_wrap_up_time(offer)),
        "agentHandleTime": seconds(figures.agent_handle_time(offer)),
    }


def details_agent_row(offer: WorkOffer, note: Note | None) -> Row:
    """The short form of an agent who talked (X-35)."""
    return {**_who(offer), **_conversation(offer), **_outcome(offer, note)}


def _who(offer: WorkOffer) -> Row:
    agent = agent_id(offer.agent)
    return {"agentId": agent, "resourceId": agent, "agentName": offer.agent.user.name}


def _conversation(offer: WorkOffer) -> Row:
    return {
        "conversationStartTimestamp": moment(offer.talk_started_at),
        "conversationEndTimestamp": moment(figures.part_end(offer)) if offer.talk_started_at else None,
    }


def _outcome(offer: WorkOffer, note: Note | None) -> Row:
    return {
        "dispositionName": offer.disposition.name if offer.disposition else None,
        "noteTitle": text(note.title) if note else None,
        "note": {"body": note.body} if note else None,
    }


def hook_row(hook: Hook) -> Row:
    return {
        "interactionHookId": str(hook.uuid),
        "hookType": hook.type,
        "hookSubType": hook.sub_type,
        "hookId": hook.record_id,
        "hookName": text(hook.name),
        "hookedBy": text(hook.hooked_by),
        "agentId": agent_id(hook.agent),
        "timestamp": moment(hook.at),
    }


def attribute_row(hook: Hook, interaction_id: str, tenant_id: str) -> Row:
    """A custom value: named by `hookName`, held by `hookId` (X-46)."""
    row = hook_row(hook)
    row["hookBy"] = row.pop("hookedBy")  # spelled so here and nowhere else
    return {**row, "interactionId": interaction_id, "tenantId": tenant_id}


def monitor_row(monitor: Monitor) -> Row:
    """A stretch of listening in; left open, it ended with the conversation."""
    interaction = monitor.interaction
    return {
        "interactionMonitorId": str(monitor.uuid),
        "agentId": str(monitor.user.uuid),
        "agentName": monitor.user.name,
        "startTimestamp": moment(monitor.started_at),
        "endTimestamp": moment(monitor.ended_at or interaction.customer_left_at or interaction.closed_at),
    }


def note_row(note: Note) -> Row:
    return {
        "noteId": str(note.uuid),
        "agentId": agent_id(note.agent),
        "title": text(note.title),
        "body": note.body,
        "created": moment(note.created_at),
    }


def outbound_row(use: OutboundUse | None) -> Row | None:
    """What an agent-made contact showed to the customer; two keys are odd on purpose (X-45)."""
    if use is None:
        return None
    return {
        "interactionOutboundIdentifierID": str(use.uuid),
        "outboundIdentifierId": str(use.identifier.uuid),
        "outboundIdentifierValue": use.value,
        "outboundIdentitiferName": use.name,
    }
