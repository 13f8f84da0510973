"""Stories (a), (c) and (e) through a Genesys client, with what every dialect shows after each step (core-model 8)."""

from typing import Any

import pytest

from apps.agents.models import Agent
from apps.common.public_ids import salesforce_id
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.queues.models import Disposition, OutboundIdentifier
from tests.builders import make_agent, make_live, make_queue, make_user
from tests.desktop import Desktop
from tests.facades.salesforce_sobjects.records.client import Api

FIELDS = "Id, Status, MappedState, Type, OwnerId, EndDateTime, Duration"


class Witness:
    """The same contact by query language and in the CxEngage record."""

    def __init__(self, public_id: str = "") -> None:
        found = EngagementInteraction.objects.order_by("-id").first()
        assert found is not None
        assert public_id in ("", found.genesys_id)
        self.id, self.uuid, self.tenant = salesforce_id("9eI", found.pk), found.uuid, found.tenant.uuid
        self.api, self.cxengage = Api(make_user("admin")), Desktop(make_user("integration"))

    def salesforce(self) -> Any:
        query = f"SELECT {FIELDS} FROM EngagementInteraction WHERE Id = '{self.id}'"
        (record,) = self.api.read(f"/services/data/v59.0/query?q={query}")["records"]
        return record

    def attendees(self) -> int:
        query = (
            f"SELECT COUNT() FROM EngagementAttendee WHERE EngagementId = '{self.id}' AND InternalAttendeeId != null"
        )
        return int(self.api.read(f"/services/data/v59.0/query?q={query}")["totalSize"])

    def record(self) -> Any:
        path = f"/v1/tenants/{self.tenant}/interactions/{self.uuid}"
        return self.cxengage.client.get(path, headers=self.cxengage.headers).json()

    def status(self) -> tuple[str, str]:
        record = self.salesforce()
        return record["Status"], record["MappedState"]


@pytest.fixture
def cast(in_scope: None) -> tuple[Desktop, Desktop, Desktop]:
    """A and B answer Support, C answers Billing."""
    a, b, c = (make_agent(name) for name in ("anna", "ben", "cleo"))
    make_queue("Support", members=[a, b])
    make_queue("Billing", members=[c], disposition_required=True)
    return _desk(a), _desk(b), _desk(c)


def _desk(agent: Agent) -> Desktop:
    desk = Desktop(agent.user).start("voice", "chat", "email", "workitem")
    return desk.expect("POST", "me", operationName="Ready")


def calls(desk: Desktop) -> list[str]:
    return [call["state"] for call in desk.get("me/calls?fields=state")["calls"]]


def test_a_refused_held_warmly_transferred_and_done(cast: tuple[Desktop, Desktop, Desktop]) -> None:
    a, b, c = cast
    Disposition.objects.create(name="Invoice corrected")
    support = a.user.agent.queues.get()
    public_id = make_live(support, channel="voice").genesys_id
    path, seen = f"me/calls/{public_id}", Witness(public_id)
    assert (a.item()["state"], seen.status()) == ("Invited", ("New", "New"))
    assert [stay["queueName"] for stay in seen.record()["queues"]] == ["Support"]
    assert "endTimestamp" not in seen.record()

    a.expect("POST", path, operationName="Reject")
    assert a.states() == ["Invited", "Completed"]
    assert b.item()["state"] == "Invited"
    assert "agentWorkCancelTime" not in seen.record()["agents"][0]

    b.expect("POST", path, operationName="Answer")
    assert calls(b) == ["Established"]
    assert seen.status() == ("In Progress", "InProgress")
    assert (seen.salesforce()["OwnerId"], seen.attendees()) == (b.user.public_id, 1)
    assert {"queueTime", "slaTime"} <= set(seen.record()["queues"][0])

    b.expect("POST", path, operationName="Hold")
    assert calls(b) == ["Held"]
    b.expect("POST", path, operationName="Retrieve")
    assert (calls(b), seen.record()["customerHolds"]) == (["Established"], 1)

    b.expect("POST", path, operationName="InitiateTransfer", destination={"phoneNumber": "Billing"})
    assert (calls(b), c.item()["state"]) == (["Held", "Dialing"], "Invited")
    assert [stay["queueEntryType"] for stay in seen.record()["queues"]] == ["ivr", "transfer"]

    c.expect("POST", path, operationName="Answer")
    assert [desk.item()["state"] for desk in (b, c)] == ["Processing", "Processing"]
    assert (seen.attendees(), seen.record()["customerHolds"]) == (2, 2)

    b.expect("POST", path, operationName="CompleteTransfer")
    assert (b.states()[-1], c.item()["state"]) == ("Completed", "Processing")
    assert seen.salesforce()["OwnerId"] == c.user.public_id
    assert seen.record()["segments"][0]["segmentEndType"] == "success"
    voice = next(each for each in b.get("me/channels")["channels"] if each["channel"] == "voice")
    assert voice["userState"]["workMode"] == "AfterCallWork"

    b.expect("POST", "me", operationName="Ready")  # ends the wrap-up
    operations.hang_up(EngagementInteraction.objects.get(), by=None)
    assert (c.item()["state"], c.item()["capabilities"][0], calls(c)) == ("Processing", "Complete", ["Released"])
    assert seen.status() == ("In Progress", "InProgress")
    assert seen.salesforce()["EndDateTime"] is not None
    assert seen.record()["segments"][1]["segmentStartType"] == "transfer"

    assert c.operate(public_id, "Complete")[1]["statusCode"] == 1
    c.expect("POST", path, operationName="SetDisposition", disposition="Invoice corrected")
    assert c.operate(public_id, "Complete") == (200, {"statusCode": 0})
    assert c.states()[-1] == "Completed"
    assert seen.status() == ("Completed", "Completed")
    record = seen.record()
    assert (record["dataComplete"], record["dispositionName"]) == (True, "Invoice corrected")
    assert record["customerTransfers"] == 1


def test_c_a_chat_parked_and_pulled_by_somebody_else(cast: tuple[Desktop, Desktop, Desktop]) -> None:
    a, b, _ = cast
    support = a.user.agent.queues.get()
    public_id = make_live(support, channel="chat").genesys_id
    seen = Witness(public_id)
    a.expect("POST", f"me/chats/{public_id}", operationName="Accept", nickname="Anna")
    assert (a.item()["state"], seen.status()[0]) == ("Chatting", "In Progress")
    assert seen.salesforce()["OwnerId"] == a.user.public_id

    assert a.operate(public_id, "PlaceInWorkbin", workbin="In progress") == (200, {"status": "ok"})
    assert a.states()[-1] == "InWorkbin"
    assert a.told("/v2/me/workbins")[-1]["action"] == "ItemAdded"
    assert (seen.status()[0], seen.salesforce()["OwnerId"]) == ("In Progress", a.user.public_id)
    assert seen.record()["segments"][0]["segmentEndType"] == "success"
    assert "endTimestamp" not in seen.record()

    theirs = a.told("/v2/me/workbins")[-1]["id"]
    supervisor = Desktop(make_user("supervisor"))
    bens = supervisor.get(f"users/{b.user.uuid}/workbins?fields=id")["workbins"][0]["id"]
    assert b.post(f"workbins/{theirs}", operationName="PullChat", id=public_id)[1]["statusCode"] == 5
    supervisor.expect("POST", f"workbins/{bens}", operationName="AddChat", id=public_id)
    b.expect("POST", f"me/workbins/{bens}", operationName="PullChat", id=public_id, nickname="Ben")
    assert b.item()["state"] == "Chatting"
    assert b.told("/v2/me/workbins")[-1]["action"] == "ItemRemoved"
    assert (seen.attendees(), seen.salesforce()["OwnerId"]) == (2, b.user.public_id)
    assert len(seen.record()["segments"]) == 2

    assert b.operate(public_id, "Complete") == (200, {"statusCode": 0})
    assert (b.states()[-1], seen.status()) == ("Completed", ("Completed", "Completed"))
    record = seen.record()
    assert record["dataComplete"] is True
    assert not record.get("customerTransfers")


def test_e_a_follow_up_call(cast: tuple[Desktop, Desktop, Desktop]) -> None:
    a, _, c = cast
    OutboundIdentifier.objects.create(name="Harbour", value="+441632960100", channel="voice")
    first = make_live(a.user.agent.queues.get(), channel="email").genesys_id
    agent = Agent.objects.get(user=c.user)
    to = {"phoneNumber": "+442079460123"}
    c.expect("POST", f"me/devices/{agent.uuid}/calls", operationName="Dial", destination=to, parentId=first)
    call = c.told("/v2/me/calls")[-1]["call"]
    seen = Witness(call["id"])
    assert (call["state"], call["parentId"], c.item()["state"]) == ("Dialing", first, "Processing")
    record = seen.salesforce()
    assert (record["Type"], record["Status"], record["OwnerId"]) == ("Outbound", "In Progress", c.user.public_id)
    shown = seen.record()
    assert shown["direction"] == "agent-initiated"
    assert shown["outboundIdentifier"]["outboundIdentifierValue"] == "+441632960100"
    assert "queues" not in shown
    assert "customerConversationTime" not in shown

    operations.connect(EngagementInteraction.objects.get(pk=_key(seen)), by=agent)
    assert calls(c) == ["Established"]
    c.expect("POST", f"me/calls/{call['id']}", operationName="Hangup")
    assert calls(c) == ["Released"]
    c.expect("POST", f"me/calls/{call['id']}", operationName="Complete")
    assert (c.states()[-1], seen.status()[0]) == ("Completed", "Completed")
    assert seen.record()["dataComplete"] is True


def _key(seen: Witness) -> int:
    return EngagementInteraction.objects.get(uuid=seen.uuid).pk
