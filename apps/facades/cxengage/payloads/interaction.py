"""The interaction object (cxengage 6), in full; default mode takes its nulls away."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

from apps.engagements.models import EngagementInteraction, Note, SenderKind
from apps.engagements.models.marks import ATTRIBUTE
from apps.facades.cxengage.dossier import Dossier
from apps.facades.cxengage.operating.artifact_rows import recording_artifact
from apps.facades.cxengage.payloads import rows
from apps.facades.cxengage.payloads.formats import (
    CHANNEL_TYPES,
    DIRECTIONS,
    Row,
    each_in_seconds,
    flag,
    moment,
    seconds,
    text,
    without_nulls,
)
from apps.queues.models import Disposition, WorkOffer
from apps.reporting import figures
from apps.reporting.journal import Journal
from apps.reporting.spans import between

_MESSAGES = ("messaging", "sms")
_SECOND = timedelta(seconds=1)


def interaction_object(dossier: Dossier, *, full: bool, link: str) -> Row:
    """One interaction; `full` keeps nulls and empty lists. `link` is the address of the interaction itself."""
    row = {
        **_identity(dossier),
        **_times(dossier.journal),
        **_customer_times(dossier.journal),
        **_flags(dossier.interaction),
        **_written(dossier, link),
        **_lists(dossier),
        "outboundIdentifier": rows.outbound_row(dossier.outbound_use),
        "details": details(dossier),
        "monitors": [rows.monitor_row(monitor) for monitor in dossier.monitors],
        # Nothing here measures these yet.
        "thirdPartyTime": None,
        "campaignId": None,
        "leadId": None,
    }
    return row if full else without_nulls(row)


def _common(dossier: Dossier) -> Row:
    """What `details` repeats."""
    interaction = dossier.interaction
    return {
        "interactionId": str(interaction.uuid),
        "startTimestamp": moment(interaction.opened_at),
        "endTimestamp": moment(interaction.closed_at),
        "contactPoint": text(interaction.contact_point),
        "customer": text(interaction.customer),
        "direction": DIRECTIONS[interaction.direction] if interaction.direction else None,
        "channelType": CHANNEL_TYPES[interaction.channel],
        "contactId": str(dossier.contact.uuid) if dossier.contact else None,
    }


def _identity(dossier: Dossier) -> Row:
    flow = dossier.interaction.flow
    return {
        "tenantId": dossier.tenant_id,
        **_common(dossier),
        "flowId": str(flow.uuid) if flow else None,
        "flowName": flow.name if flow else None,
        "dataComplete": flag(dossier.interaction.closed_at is not None),
        "updated": _updated(dossier.interaction),
    }


def _updated(interaction: EngagementInteraction) -> str | None:
    """When what was complete has been changed since (X-48). A second's grace: ending it is a write, too."""
    if interaction.closed_at is None:
        return None
    complete = max(interaction.closed_at, interaction.created_date)  # it may have been written down afterwards
    changed = interaction.system_modstamp
    return moment(changed) if changed > complete + _SECOND else None


def interaction_end(journal: Journal) -> Row:
    return {
        "endTimestamp": moment(journal.interaction.closed_at),
        "interactionTime": seconds(figures.interaction_time(journal)),
    }


def _times(journal: Journal) -> Row:
    return {
        **interaction_end(journal),
        "ivrTime": seconds(figures.ivr_time(journal)),
        "ivrAbandoned": flag(figures.ivr_abandoned(journal)),
        "ivrAbandonTime": seconds(figures.ivr_abandon_time(journal)),
        "customerAbandonTime": seconds(figures.customer_abandon_time(journal)),
    }


def _customer_times(journal: Journal) -> Row:
    lived = bool(journal.segments)  # of what was only recorded nobody counted the holds
    return {
        "customerConversationTime": seconds(figures.conversation_time(journal)),
        "customerTalkTime": seconds(figures.talk_time(journal)),
        "customerTalkTimes": each_in_seconds(span.length for span in figures.talk(journal)),
        "customerHolds": len(figures.customer_holds(journal)) if lived else None,
        "customerHoldTime": seconds(figures.customer_hold_time(journal)),
        "customerHoldTimes": each_in_seconds(figures.customer_hold_times(journal)),
        "customerHoldAbandoned": flag(figures.hold_abandoned(journal)),
        "customerTransfers": figures.customer_transfers(journal),
    }


def _flags(interaction: EngagementInteraction) -> Row:
    return {
        "flagged": flag(interaction.flag_type is not None),
        "flagType": interaction.flag_type,
        "flagTimestamp": moment(interaction.flagged_at),
        "customerSatisfactionScore": _score(interaction),
    }


def _score(interaction: EngagementInteraction) -> float | None:
    return None if interaction.satisfaction_score is None else float(interaction.satisfaction_score)


def _written(dossier: Dossier, link: str) -> Row:
    disposition = disposition_of(dossier.journal)
    return {
        "dispositionId": str(disposition.uuid) if disposition else None,
        "dispositionName": disposition.name if disposition else None,
        "notes": [rows.note_row(note) for note in dossier.notes],
        "messagingTranscript": _transcript(dossier),
        "customerResponseTimes": each_in_seconds(_response_times(dossier)),
        "audioRecording": _recording(dossier, link),
        "artifactsSummary": ",".join(sorted(dossier.artifact_kinds)) or None,
    }


def disposition_of(journal: Journal) -> Disposition | None:
    """That of the last part with one (M-18)."""
    return next((offer.disposition for offer in reversed(journal.offers) if offer.disposition), None)


def _transcript(dossier: Dossier) -> str | None:
    """One line a message (X-32)."""
    interaction = dossier.interaction
    if CHANNEL_TYPES[interaction.channel] not in _MESSAGES:
        return None
    lines = []
    for entry in dossier.lines:
        who = (interaction.customer or "customer") if entry.sender_kind == SenderKind.END_USER else entry.participant
        lines.append(f"{moment(entry.started_at)} {who}: {entry.text}")
    return "\n".join(lines) or None


def _response_times(dossier: Dossier) -> list[int]:
    """How long the customer took to answer what an agent had written last, each time; milliseconds."""
    if CHANNEL_TYPES[dossier.interaction.channel] not in _MESSAGES:
        return []
    lines = [line for line in dossier.lines if line.sender_kind in (SenderKind.END_USER, SenderKind.HUMAN_AGENT)]
    return [
        between(asked.started_at, answer.started_at)
        for asked, answer in pairwise(lines)
        if asked.sender_kind == SenderKind.HUMAN_AGENT and answer.sender_kind == SenderKind.END_USER
    ]


def _recording(dossier: Dossier, link: str) -> str | None:
    """A link to the one recording, or with several to the list (X-33)."""
    artifacts = [artifact for artifact in dossier.artifacts if artifact.kind.endswith("recording")]
    links = [f"{link}/artifacts/{artifact.uuid}" for artifact in artifacts]
    for call in dossier.recorded_calls:  # where the telephone system keeps it, if that can be followed
        kept = call.recording.location
        is_link = kept.startswith(("https://", "http://"))
        links.append(kept if is_link else f"{link}/artifacts/{recording_artifact(call)}")
    return f"{link}/artifacts" if len(links) > 1 else next(iter(links), None)


def _lists(dossier: Dossier) -> Row:
    journal, interaction_id = dossier.journal, str(dossier.interaction.uuid)
    attributes = [hook for hook in dossier.hooks if hook.type == ATTRIBUTE]
    return {
        "segments": [rows.segment_row(journal, segment) for segment in journal.segments],
        "agents": [rows.agent_row(journal, offer, _note_of(dossier, offer)) for offer in journal.offers],
        "queues": [rows.queue_row(journal, entry) for entry in journal.entries],
        "hooks": [rows.hook_row(hook) for hook in dossier.hooks if hook.type != ATTRIBUTE],
        "interactionAttributes": [rows.attribute_row(hook, interaction_id, dossier.tenant_id) for hook in attributes],
    }


def details(dossier: Dossier) -> dict[str, Any]:
    """The short form of history screens: nulls stay, and only agents who talked are in it (6.3, X-35)."""
    talked = [offer for offer in dossier.journal.offers if offer.talk_started_at]
    agents = [rows.details_agent_row(offer, _note_of(dossier, offer)) for offer in talked]
    return {
        **_common(dossier),
        "csat": _score(dossier.interaction),
        "agents": [without_nulls(agent) for agent in agents],
    }


def _note_of(dossier: Dossier, offer: WorkOffer) -> Note | None:
    """The agent's latest note."""
    return next((note for note in reversed(dossier.notes) if note.agent_id == offer.agent_id), None)
