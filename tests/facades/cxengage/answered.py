"""The journal of worked example 8.1, row by row, with the ids printed there; `test_worked_examples` has it happen."""

from typing import Any

from apps.agents.models import Agent
from apps.directory.models import CrmRecord
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction, Hook
from apps.queues.models import Disposition, Hold, HoldKind, OfferState, Outcome, QueueEntry, Segment, WorkOffer
from tests.builders import make_user
from tests.facades.cxengage import cast
from tests.facades.cxengage.cast import today


def make_answered(tenant: Any) -> EngagementInteraction:
    ramona, tomas, ines = cast.ramona(tenant), cast.tomas(tenant), cast.ines(tenant)
    interaction = _interaction()
    first, second = _segments(interaction, tomas, ines)
    stays = _stays(interaction, first, second)
    _refused(stays[0], ramona)
    worked = _worked(stays[0], tomas, WORKED_BY_TOMAS)
    _worked(stays[1], ines, WORKED_BY_INES)
    _hold(worked, HoldKind.CUSTOMER, "14:07:00.000", "14:07:42.500")
    _hold(worked, HoldKind.TRANSFER, "14:09:00.000", "14:09:14.020")
    Hook.objects.create(
        interaction=interaction,
        uuid="55d143be-5cbf-5b0a-abef-ac79541d9f8b",
        type="salesforce",
        sub_type="case",
        record_id="500AB00000X9kLm",
        name="00031877",
        hooked_by="005AB000004qTzR",
        agent=ines,
        at=today("14:10:02.300"),
    )
    return interaction


def _interaction() -> EngagementInteraction:
    CrmRecord.objects.create(
        uuid="24025003-c9a4-5779-9b67-e3a457a916d1",
        object_name="Contact",
        record_id="003AB00000Z1abc",
        name="A. Customer",
    )
    owner = make_user()
    ended = today("14:13:00.940")
    return EngagementInteraction.objects.create(
        uuid="44f678c4-81f3-5b93-a5d6-ddffe8de5083",
        stage=Stage.ENDED,
        channel="voice",
        communication_channel="Voice Call",
        direction="inbound",
        start_date_time=today("14:05:10.000"),
        end_date_time=today("14:12:30.000"),
        opened_at=today("14:05:10.250"),
        closed_at=ended,
        customer_left_at=today("14:12:30.875"),
        customer_left_from="talk",
        system_modstamp=ended,
        customer="+442079460123",
        contact_point="+442071838750",
        initiating_attendee_id="003AB00000Z1abc",
        flow=cast.main_line(),
        owner=owner,
        created_by=owner,
        last_modified_by=owner,
    )


def _segments(interaction: EngagementInteraction, tomas: Agent, ines: Agent) -> tuple[Segment, Segment]:
    first = Segment.objects.create(
        interaction=interaction,
        uuid="ca2aee22-3d2a-5c26-b8a2-518061159f1a",
        number=0,
        cause="start",
        to_agent=tomas,
        started_at=today("14:05:10.250"),
        ended_at=today("14:09:20.000"),
        end_type="success",
    )
    second = Segment.objects.create(
        interaction=interaction,
        uuid="7a98edce-642b-5c06-81f9-8efd43d8acfd",
        number=1,
        cause="transfer",
        by_agent=tomas,
        to_agent=ines,
        started_at=today("14:09:00.000"),
        ended_at=today("14:12:30.875"),
        end_type="success",
    )
    return first, second


def _stays(interaction: EngagementInteraction, first: Segment, second: Segment) -> tuple[QueueEntry, QueueEntry]:
    def stay(segment: Segment, uuid: str, entered: str, left: str, **values: Any) -> QueueEntry:
        return QueueEntry.objects.create(
            interaction=interaction,
            segment=segment,
            uuid=uuid,
            channel="voice",
            exit_type="success",
            entered_at=today(entered),
            left_at=today(left),
            **values,
        )

    return (
        stay(
            first,
            "07516630-4b6e-59f7-b0b6-7186349a0031",
            "14:05:16.730",
            "14:05:44.130",
            queue=cast.support(),
            entry_type="ivr",
            length_at_entry=3,
        ),
        stay(
            second,
            "31a14cd4-bc34-561a-b41b-43cb081cc199",
            "14:09:00.120",
            "14:09:12.620",
            queue=cast.billing(),
            entry_type="transfer",
            length_at_entry=1,
        ),
    )


def _refused(stay: QueueEntry, who: Agent) -> None:
    refused = today("14:05:38.900")
    WorkOffer.objects.create(
        interaction=stay.interaction,
        segment=stay.segment,
        queue_entry=stay,
        agent=who,
        session=cast.session(who, "00910282-630d-5f6b-ae26-640666448aa3"),
        uuid="d048bc79-f420-51f2-8069-a042316bd6ec",
        state=OfferState.ENDED,
        outcome=Outcome.REJECTED,
        offered_at=today("14:05:30.100"),
        answered_at=refused,
        ended_at=refused,
    )


# id, session, offered, answered, talk, left, end of wrap-up, disposition
WORKED_BY_TOMAS = (
    "b32c7fda-ca29-5241-ac1a-5e885dfb48ef",
    "ad65a876-431b-5ac7-a2ce-6c8b9694eecc",
    ("14:05:39.400", "14:05:44.130", "14:05:45.630", "14:09:20.000", "14:09:50.000"),
    None,
)
WORKED_BY_INES = (
    "0b6956a8-54e0-5b63-9e78-ac63d44de037",
    "e1cd8dd0-c2ae-5070-9700-3b59f01a67ca",
    ("14:09:03.020", "14:09:12.620", "14:09:14.020", "14:12:30.875", "14:13:00.875"),
    "dedcf143-15ca-582d-81c8-33c97867bcce",
)


def _worked(stay: QueueEntry, who: Agent, part: Any) -> WorkOffer:
    uuid, session_id, times, disposition_id = part
    offered, answered, talked, left, ended = (today(each) for each in times)
    return WorkOffer.objects.create(
        interaction=stay.interaction,
        segment=stay.segment,
        queue_entry=stay,
        agent=who,
        session=cast.session(who, session_id),
        uuid=uuid,
        state=OfferState.ENDED,
        outcome=Outcome.ACCEPTED,
        offered_at=offered,
        answered_at=answered,
        talk_started_at=talked,
        left_at=left,
        ended_at=ended,
        disposition=disposition_id and Disposition.objects.create(name="Invoice corrected", uuid=disposition_id),
    )


def _hold(offer: WorkOffer, kind: HoldKind, start: str, end: str) -> None:
    Hold.objects.create(
        interaction=offer.interaction,
        segment=offer.segment,
        offer=offer,
        kind=kind,
        started_at=today(start),
        ended_at=today(end),
    )
