"""The journal of contacts that were live elsewhere: one leg, one stay, one agent's part, one hold."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from apps.common.inserting import insert
from apps.common.making import new
from apps.engagements import status
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction, MappedState
from apps.imports.fields import END, START
from apps.imports.known import Known
from apps.imports.planning import Planned
from apps.queues.models import (
    EndType,
    EntryType,
    ExitType,
    Hold,
    HoldKind,
    OfferState,
    Outcome,
    QueueEntry,
    Segment,
    SegmentCause,
    WorkOffer,
)


def settle(interaction: EngagementInteraction, planned: Planned) -> None:
    """The live columns of a contact that is over, nothing written."""
    told = planned.journal
    for name, column in (("customer", "customer"), ("contactPoint", "contact_point"), ("subject", "subject")):
        if name in told:
            setattr(interaction, column, told[name])
    interaction.opened_at = told[START]
    if not planned.was_live:
        interaction.closed_at = told.get(END)
        return
    interaction.stage = Stage.ENDED
    interaction.closed_at = interaction.stage_since = told[END] + told.get("wrapUpSeconds", timedelta())
    interaction.customer_left_from = _left_from(told)
    interaction.customer_left_at = told[END] if interaction.customer_left_from else None
    if interaction.status is None:
        status.restart(interaction, MappedState.COMPLETED)


def _abandoned(told: dict[str, Any]) -> bool:
    return "agent" not in told and bool(told.get("abandoned", True))


def _left_from(told: dict[str, Any]) -> str | None:
    if "agent" in told:
        return "talk"
    return "queue" if _abandoned(told) else None


def write_journal(pairs: Sequence[tuple[EngagementInteraction, Planned]], known: Known) -> None:
    """Insert the journal of contacts that are inserted and have none: four statements, however many."""
    lived = [(interaction, planned) for interaction, planned in pairs if planned.was_live]
    segments = [_segment(interaction, planned) for interaction, planned in lived]
    insert(segments)
    entries = {
        interaction.pk: _entry(interaction, planned, segment)
        for (interaction, planned), segment in zip(lived, segments, strict=True)
        if "queue" in planned.journal
    }
    insert(list(entries.values()))
    offers = {
        interaction.pk: _offer(planned, segment, entries.get(interaction.pk), known)
        for (interaction, planned), segment in zip(lived, segments, strict=True)
        if "agent" in planned.journal
    }
    insert(list(offers.values()))
    insert(
        [
            _hold(offers[interaction.pk], planned)
            for interaction, planned in lived
            if planned.journal.get("holdSeconds") and interaction.pk in offers
        ]
    )


def _segment(interaction: EngagementInteraction, planned: Planned) -> Segment:
    told = planned.journal
    left = EndType.CUSTOMER_DISCONNECT if _abandoned(told) else EndType.INTERACTION_END
    agent = told.get("agent")
    return new(
        Segment,
        {
            "interaction_id": interaction.pk,
            "number": 0,
            "cause": SegmentCause.START,
            "to_agent_id": agent.pk if agent else None,
            "started_at": told[START],
            "ended_at": told[END],
            "end_type": left,
        },
    )


def _entry(interaction: EngagementInteraction, planned: Planned, segment: Segment) -> QueueEntry:
    told = planned.journal
    entered = told.get("entered", told[START])
    answered = told.get("answered", entered) if "agent" in told else None
    unserved = ExitType.ABANDON if _abandoned(told) else ExitType.INTERACTION_END
    return new(
        QueueEntry,
        {
            "interaction_id": interaction.pk,
            "segment_id": segment.pk,
            "queue_id": told["queue"].pk,
            "sla_id": told["queue"].sla_id,
            "channel": interaction.channel,
            "entry_type": EntryType.IVR,
            "entered_at": entered,
            "waits_since": entered,
            "length_at_entry": 1,
            "left_at": answered or told[END],
            "exit_type": ExitType.SUCCESS if answered else unserved,
        },
    )


def _offer(planned: Planned, segment: Segment, entry: QueueEntry | None, known: Known) -> WorkOffer:
    told = planned.journal
    answered = told.get("answered") or told.get("entered") or told[START]
    disposition = told.get("disposition")
    return new(
        WorkOffer,
        {
            "interaction_id": segment.interaction_id,
            "segment_id": segment.pk,
            "queue_entry_id": entry.pk if entry else None,
            "agent_id": told["agent"].pk,
            "session_id": known.session_of(told["agent"]).pk,
            "state": OfferState.ENDED,
            "outcome": Outcome.ACCEPTED,
            "offered_at": answered,
            "answered_at": answered,
            "talk_started_at": answered,
            "left_at": told[END],
            "ended_at": told[END] + told.get("wrapUpSeconds", timedelta()),
            "disposition_id": disposition.pk if disposition else None,
        },
    )


def _hold(offer: WorkOffer, planned: Planned) -> Hold:
    """How long is known, when is not: at the beginning of the conversation."""
    return new(
        Hold,
        {
            "interaction_id": offer.interaction_id,
            "segment_id": offer.segment_id,
            "offer_id": offer.pk,
            "kind": HoldKind.CUSTOMER,
            "started_at": offer.talk_started_at,
            "ended_at": offer.talk_started_at + planned.journal["holdSeconds"],
        },
    )
