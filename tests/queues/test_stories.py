"""The core model's stories (section 8), run by the operations and read through every dialect."""

from typing import Any

import pytest

from apps.agents.models import Agent
from apps.demo.sample_fields import install_sample_fields
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.queues.models import Queue, QueueEntry, Segment, WorkOffer
from apps.voice_calls.operations import NewCall, create_inbound
from tests.builders import make_agent, make_queue, make_user, ready
from tests.desktop import Desktop
from tests.facades.salesforce_connect.conftest import PATH as CONNECT
from tests.facades.salesforce_connect.conftest import payload
from tests.queues.readings import Readings, at, public_id, signed_in
from tests.telephony import CALLER, NUMBER, make_call_center

pytestmark = pytest.mark.usefixtures("in_order_at_the_end", "in_scope")


@pytest.fixture
def a() -> Agent:
    return make_agent("anna")


@pytest.fixture
def b() -> Agent:
    return make_agent("boris")


@pytest.fixture
def support(a: Agent, b: Agent) -> Queue:
    return make_queue("Support", members=[a, b])


def arrive(queue: Queue, called: str, waits: str) -> Readings:
    """A caller dials the number at `called` and is in the queue at `waits`."""
    draft = NewCall(vendor_call_key="k1", started_at=at(called), to_number=NUMBER, from_number=CALLER)
    created = create_inbound(make_call_center(queue), draft, at=at(waits))
    return Readings(created.call.interaction)


def names(rows: list[Any], *keys: str) -> list[list[Any]]:
    return [[row.get(key) for key in keys] for row in rows]


def test_b_the_caller_leaves_while_offered(support: Queue, a: Agent) -> None:
    """(b), with the times of the worked example 8.2."""
    seen = arrive(support, "15:20:00.000", "15:20:05.400")
    assert seen.record("Status", "MappedState", "EndDateTime") == ["New", "New", None]
    assert seen.listed() == [(seen.interaction.genesys_id, "Queued")]

    ready(a, "voice", at=at("15:20:32.200"))
    assert seen.record("Status") == ["New"]
    assert seen.state(a.user) == "Invited"
    running = seen.figures()
    assert names(running["agents"], "agentId", "endTimestamp") == [[str(a.user.uuid), None]]
    assert "interactionTime" not in running

    operations.abandon(seen.interaction, at=at("15:20:37.000"))
    assert seen.record("Status", "MappedState", "EndDateTime", "Duration") == [
        "Completed",
        "Completed",
        "2026-03-04T15:20:37.000+0000",
        "00:00:37",
    ]
    assert seen.call("CallDisposition", "UserId") == ["completed", None]
    assert seen.attendees() == []
    assert seen.told(a) == ["Invited", "Revoked"]
    assert (seen.state(a.user), seen.listed()) == ("Revoked", [])
    figures = seen.figures()
    assert figures["dataComplete"] is True
    assert (figures["ivrTime"], figures["customerAbandonTime"], figures["customerHolds"]) == (5.4, 37.0, 0)
    assert names(figures["queues"], "queueExitType", "queueAbandonTime", "slaTime", "slaAbandoned") == [
        ["abandon", 31.6, 31.6, True]
    ]
    assert names(figures["agents"], "agentId", "agentWorkCancelTime", "conversationStartTimestamp") == [
        [str(a.user.uuid), 4.8, None]
    ]
    assert names(figures["segments"], "segmentEndType", "segmentCancelled", "segmentTime", "segmentCancelTime") == [
        ["customer-disconnect", True, 37.0, 37.0]
    ]
    assert figures["details"]["agents"] == []


def test_a_rejected_by_one_taken_by_the_other(support: Queue, a: Agent, b: Agent) -> None:
    """(a) up to the first hold, with the times of the worked example 8.1."""
    seen = arrive(support, "14:05:10.250", "14:05:16.730")
    assert seen.record("Status") == ["New"]
    assert seen.call("CallDisposition", "OwnerId") == ["new", support.public_id]
    assert names(seen.figures()["queues"], "queueName", "queueEntryType", "endTimestamp") == [["Support", "ivr", None]]

    ready(a, "voice", at=at("14:05:30.100"))
    operations.reject(seen.interaction, by=a, at=at("14:05:38.900"))
    assert seen.told(a) == ["Invited", "Completed"]
    assert seen.listed() == [(seen.interaction.genesys_id, "Queued")]
    assert seen.record("Status", "MappedState") == ["New", "New"]
    (refused,) = seen.figures()["agents"]
    assert (refused["agentWorkRejectTime"], refused["endTimestamp"]) == (8.8, "2026-03-04T14:05:38.900Z")
    assert "agentWorkCancelTime" not in refused

    ready(b, "voice", at=at("14:05:39.400"))
    operations.accept(seen.interaction, by=b, at=at("14:05:44.130"), talks=False)
    operations.connect(seen.interaction, by=b, at=at("14:05:45.630"))
    assert seen.record("Status", "MappedState", "OwnerId") == ["In Progress", "InProgress", public_id(b)]
    assert seen.call("CallDisposition", "OwnerId", "UserId") == ["in-progress", public_id(b), public_id(b)]
    assert seen.attendees() == [public_id(b)]
    assert (seen.told(b)[0], seen.state(b.user)) == ("Invited", "Processing")
    assert set(seen.told(b)[1:]) == {"Processing"}
    assert seen.told(a)[-1] == "Completed"
    assert Desktop(b.user).item()["id"] == seen.interaction.genesys_id
    figures = seen.figures()
    assert figures["ivrTime"] == 6.48
    assert names(figures["queues"], "queueExitType", "queueTime", "slaTime", "agentId") == [
        ["success", 27.4, 28.9, str(b.user.uuid)]
    ]
    assert names(figures["agents"], "agentId", "agentWorkAcceptTime", "endTimestamp") == [
        [str(a.user.uuid), None, "2026-03-04T14:05:38.900Z"],
        [str(b.user.uuid), 4.73, None],
    ]
    assert names(figures["segments"], "segmentToAgentId", "endTimestamp") == [[str(b.user.uuid), None]]
    assert names(figures["details"]["agents"], "agentName") == [["Boris"]]
    assert {"interactionTime", "customerConversationTime", "dataComplete"}.isdisjoint(figures)


def test_d_a_finished_contact_logged_by_connect() -> None:
    """(d): the published sample as it stands; a record without a journal."""
    install_sample_fields()
    logger = signed_in(make_user("integration"))
    logged = logger.post(CONNECT, payload("sample"), content_type="application/json").json()["engagementInteraction"]
    seen = Readings(EngagementInteraction.objects.get())
    assert logged["id"] == seen.interaction.public_id
    assert seen.record("Status", "MappedState", "Duration") == ["New", "New", "00:04:00"]
    assert (seen.state(make_user("supervisor")), seen.listed()) == ("Completed", [])
    for journal in (Segment, QueueEntry, WorkOffer):
        assert not journal.objects.exists()

    figures = seen.figures()
    assert (figures["startTimestamp"], figures["endTimestamp"]) == (
        "2022-04-17T12:00:00.000Z",
        "2022-04-17T12:04:00.000Z",
    )
    assert (figures["interactionTime"], figures["dataComplete"], figures["channelType"]) == (240.0, True, "voice")
    assert {"segments", "queues", "agents", "ivrTime", "customerHolds", "customerConversationTime"}.isdisjoint(figures)
