"""PendingServiceRouting: a call that waits, seen, asked for and taken back as a record (voice 8.5, M-19)."""

from urllib.parse import quote

import pytest

from apps.common.public_ids import salesforce_id
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.queues.models import Queue, QueueEntry
from apps.tenants.scope import scope
from apps.voice_calls.models import VoiceCall
from tests.builders import make_agent, make_queue, ready
from tests.facades.salesforce_sobjects.records.client import errors
from tests.telephony import Phone, make_call_center

NAME = "PendingServiceRouting"


@pytest.fixture
def queue(tenant) -> Queue:
    with scope(tenant):
        return make_queue("Support")


@pytest.fixture
def call(tenant) -> str:
    """The id of a call in the flow: its number leads nowhere."""
    with scope(tenant):
        make_call_center()
        Phone().create()
        return VoiceCall.objects.get().public_id


@pytest.fixture
def waiting(api, call, queue) -> str:
    return api.create(NAME, {"WorkItemId": call, "GroupId": queue.public_id})


def query(api, text):
    return api.read(f"/services/data/v59.0/query?q={quote(text)}")["records"]


def only_error(answer):
    (error,) = answer.json()
    return answer.status_code, error["errorCode"], error["fields"]


def test_created_the_call_waits(api, tenant, admin, call, queue):
    body = {
        "WorkItemId": call[:15],
        "GroupId": queue.public_id,
        "ServiceChannelId": "0N9000000000001",
        "RoutingType": "QueueBased",
        "RoutingModel": "LeastActive",
        "RoutingPriority": 3,
        "CapacityWeight": 1,
        "IsReadyForRouting": True,
    }
    made = api.create(NAME, body)
    assert made.startswith("0JR")
    found = api.read(f"{NAME}/{made}")
    assert {
        "WorkItemId": call,
        "GroupId": queue.public_id,
        "PreferredUserId": None,
        "RoutingType": "QueueBased",
        "RoutingModel": "MostAvailable",
        "RoutingPriority": 3,
        "ServiceChannelId": None,
        "IsReadyForRouting": True,
        "IsTransfer": False,
        "IsPushed": False,
        "IsPushAttempted": False,
        "CapacityWeight": None,
        "CapacityPercentage": 100.0,
        "CustomRequestedDateTime": None,
        "PushTimeout": 20,
        "Serial": 1,
        "IsDeleted": False,
    }.items() <= found.items()
    with scope(tenant):
        entry = QueueEntry.objects.get()
        assert (entry.queue, entry.priority, entry.interaction.stage) == (queue, 97, "queued")
    assert api.read(f"VoiceCall/{call}")["OwnerId"] == queue.public_id


def test_queried_by_what_it_is_about_while_it_waits(api, tenant, call, waiting, queue):
    text = f"SELECT Id, Group.Name, WorkItem.VendorCallKey, CreatedBy.Name FROM {NAME} WHERE IsReadyForRouting = true"
    (row,) = query(api, f"{text} AND WorkItemId = '{call}' AND WorkItem.CallType = 'Inbound'")
    assert (row["Id"], row["Group"]["Name"], row["WorkItem"]["VendorCallKey"]) == (waiting, "Support", "leg-7f3a-0001")
    assert query(api, f"SELECT Id FROM {NAME} WHERE GroupId != '{queue.public_id}' OR IsPushed = true") == []
    with scope(tenant):
        agent = make_agent("anna")
        queue.memberships.create(agent=agent)
        ready(agent)
    assert [row["Id"] for row in query(api, f"SELECT Id FROM {NAME} WHERE IsPushed = true")] == [waiting]
    with scope(tenant):
        operations.accept(EngagementInteraction.objects.get(), by=agent)
    assert query(api, f"SELECT Id FROM {NAME}") == []
    assert errors(api.get(f"{NAME}/{waiting}")) == (404, ["NOT_FOUND"])


def test_deleted_nobody_is_asked_and_it_may_be_asked_for_anew(api, tenant, call, waiting, queue):
    assert api.delete(f"{NAME}/{waiting}").status_code == 204
    with scope(tenant):
        assert not QueueEntry.objects.get().is_routable
        assert EngagementInteraction.objects.get().stage == "queued"
    for answer in (api.get(f"{NAME}/{waiting}"), api.delete(f"{NAME}/{waiting}")):
        assert errors(answer) == (404, ["NOT_FOUND"])
    again = api.create(NAME, {"WorkItemId": call, "GroupId": queue.public_id})
    assert again != waiting
    assert api.read(f"{NAME}/{again}")["Serial"] == 2


def test_what_is_ready_cannot_be_edited(api, call, waiting, queue):
    for body in ({"RoutingPriority": 1}, {"GroupId": queue.public_id}, {"IsReadyForRouting": False}, {}):
        refused = (400, "FIELD_INTEGRITY_EXCEPTION", ["IsReadyForRouting"])
        assert only_error(api.patch(f"{NAME}/{waiting}", body)) == refused
    fields = {each["name"]: each for each in api.read(f"{NAME}/describe")["fields"]}
    assert not any(each["updateable"] for each in fields.values())
    assert [each["value"] for each in fields["RoutingType"]["picklistValues"]] == ["QueueBased", "SkillsBased"]
    assert errors(api.post(f"{NAME}/{waiting}/undelete", None)) == (405, ["METHOD_NOT_ALLOWED"])


def test_the_preferred_user_first_and_then_the_queue(api, tenant, call, queue):
    with scope(tenant):
        away = make_agent("adam").user
        present = ready(make_agent("berta")).user
    body = {"WorkItemId": call, "PreferredUserId": away.public_id}
    assert only_error(api.post(NAME, body)) == (400, "FIELD_INTEGRITY_EXCEPTION", ["WorkItemId"])
    made = api.create(NAME, {**body, "GroupId": queue.public_id})
    assert (api.read(f"{NAME}/{made}")["GroupId"], api.read(f"{NAME}/{made}")["PreferredUserId"]) == (
        queue.public_id,
        None,
    )
    assert api.delete(f"{NAME}/{made}").status_code == 204
    made = api.create(NAME, {"WorkItemId": call, "PreferredUserId": present.public_id})
    assert (api.read(f"{NAME}/{made}")["GroupId"], api.read(f"{NAME}/{made}")["PreferredUserId"]) == (
        None,
        present.public_id,
    )


@pytest.mark.parametrize(
    ("changes", "code", "fields"),
    [
        ({"WorkItemId": None}, "REQUIRED_FIELD_MISSING", ["WorkItemId"]),
        ({"GroupId": None}, "REQUIRED_FIELD_MISSING", ["GroupId", "PreferredUserId"]),
        ({"WorkItemId": "x"}, "MALFORMED_ID", ["WorkItemId"]),
        ({"WorkItemId": salesforce_id("0LQ", 10**9)}, "INVALID_CROSS_REFERENCE_KEY", ["WorkItemId"]),
        ({"GroupId": salesforce_id("00G", 10**9)}, "INVALID_CROSS_REFERENCE_KEY", ["GroupId"]),
        ({"WorkItemId": 7}, "JSON_PARSER_ERROR", ["WorkItemId"]),
        ({"ServiceChannelId": "phone\0"}, "JSON_PARSER_ERROR", ["ServiceChannelId"]),
        ({"ServiceChannelId": "phone"}, "MALFORMED_ID", ["ServiceChannelId"]),
        ({"RoutingModel": "Best"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", ["RoutingModel"]),
        ({"RoutingModel": "ExternalRouting"}, "FIELD_INTEGRITY_EXCEPTION", ["RoutingModel"]),
        ({"IsReadyForRouting": False}, "FIELD_INTEGRITY_EXCEPTION", ["IsReadyForRouting"]),
        ({"PushTimeout": 21}, "NUMBER_OUTSIDE_VALID_RANGE", ["PushTimeout"]),
        ({"RoutingPriority": "soon"}, "JSON_PARSER_ERROR", ["RoutingPriority"]),
        ({"IsPushed": True}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["IsPushed"]),
        ({"Nothing": 1}, "INVALID_FIELD", ["Nothing"]),
    ],
)
def test_what_cannot_be_asked_for(api, tenant, call, queue, changes, code, fields):
    answer = api.post(NAME, {"WorkItemId": call, "GroupId": queue.public_id, **changes})
    assert only_error(answer) == (400, code, fields)
    with scope(tenant):
        assert not QueueEntry.objects.exists()


def test_once_while_it_waits(api, call, waiting, queue):
    answer = api.post(NAME, {"WorkItemId": call, "GroupId": queue.public_id})
    assert only_error(answer) == (400, "DUPLICATE_VALUE", ["WorkItemId"])
    assert waiting in answer.json()[0]["message"]


def test_a_call_that_has_ended_waits_for_nobody(api, tenant, call, queue):
    with scope(tenant):
        operations.close(EngagementInteraction.objects.get(), by=None)
    answer = api.post(NAME, {"WorkItemId": call, "GroupId": queue.public_id})
    assert only_error(answer) == (400, "FIELD_INTEGRITY_EXCEPTION", ["WorkItemId"])


def test_agents_see_what_waits_and_leave_it_alone(agent_api, call, waiting, queue):
    assert agent_api.read(f"{NAME}/{waiting}")["WorkItemId"] == call
    refused = (403, ["INSUFFICIENT_ACCESS_OR_READONLY"])
    assert errors(agent_api.delete(f"{NAME}/{waiting}")) == refused
    assert errors(agent_api.post(NAME, {"WorkItemId": call, "GroupId": queue.public_id})) == refused


def test_several_at_once(api, call, queue):
    collections = "/services/data/v59.0/composite/sobjects"
    record = {"attributes": {"type": NAME}, "WorkItemId": call, "GroupId": queue.public_id}
    answer = api.post(collections, {"allOrNone": False, "records": [record, record]}).json()
    assert [each["success"] for each in answer] == [True, False]
    made = answer[0]["id"]
    record = {"attributes": {"type": NAME}, "Id": made, "RoutingPriority": 1}
    (changed,) = api.patch(collections, {"records": [record]}).json()
    assert changed["errors"][0]["statusCode"] == "FIELD_INTEGRITY_EXCEPTION"
    assert [each["success"] for each in api.delete(f"{collections}?ids={made}").json()] == [True]
