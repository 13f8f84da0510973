"""Create, retrieve, update, delete and undelete, as clients see them."""

import pytest

from apps.objects.operations import define_custom_field
from apps.queues import operations as queues
from apps.tenants.scope import scope
from tests.builders import make_agent, make_live, make_queue, ready
from tests.facades.salesforce_sobjects.records.client import BASE, CALL, CONTACT, START, Api, errors

KINDS = ["EngagementInteraction", "EngagementAttendee", "EngagementTopic", "VoiceCall"]


@pytest.fixture
def bodies(contact):
    """The least that makes a record of each kind."""
    return {
        "EngagementInteraction": CONTACT,
        "EngagementAttendee": {"EngagementId": contact, "StartDateTime": START, "ExternalAttendeeId": "caller"},
        "EngagementTopic": {"EngagementId": contact, "Name": "Fees"},
        "VoiceCall": CALL,
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("slash", ["", "/"])
def test_the_life_of_a_record(api, bodies, kind, slash):
    made = api.post(f"{kind.lower()}{slash}", bodies[kind])
    assert made.status_code == 201
    record_id = made.json()["id"]
    assert made.json() == {"id": record_id, "success": True, "errors": []}
    assert made["Location"] == f"{BASE}/{kind}/{record_id}"
    path = f"{kind}/{record_id}{slash}"
    assert {**bodies[kind], "Id": record_id}.items() <= api.read(path).items()
    owner = api.read(path)["OwnerId"]
    changed = api.patch(f"{kind}/{record_id[:15]}{slash}", {"ownerid": owner})
    assert (changed.status_code, changed.content) == (204, b"")
    assert api.patch(path, {}).status_code == 204
    gone = api.delete(path)
    assert (gone.status_code, gone.content) == (204, b"")
    for again in (api.get(path), api.patch(path, {"OwnerId": owner}), api.delete(path)):
        assert errors(again) == (404, ["ENTITY_IS_DELETED"])
    back = api.post(f"{kind}/{record_id}/undelete{slash}", None)
    if kind == "VoiceCall":
        assert errors(back) == (405, ["METHOD_NOT_ALLOWED"])
        return
    assert (back.status_code, back.json()) == (200, {"id": record_id, "success": True, "errors": []})
    assert errors(api.post(f"{kind}/{record_id}/undelete", {})) == (400, ["UNDELETE_FAILED"])
    assert api.read(path)["IsDeleted"] is False


def test_a_call_is_closed_as_documented(api, contact):
    end = {"Status": "Completed", "EndDateTime": "2025-09-08T08:22:00.000Z", "Duration": "1 minute"}
    assert api.patch(f"EngagementInteraction/{contact}", end).status_code == 204
    found = api.read(f"EngagementInteraction/{contact}?fields=MappedState,Duration,EndDateTime")
    assert {name: found[name] for name in ("MappedState", "Duration", "EndDateTime")} == {
        "MappedState": "Completed",
        "Duration": "00:07:00",
        "EndDateTime": "2025-09-08T08:22:00.000+0000",
    }


def test_what_values_may_look_like(api):
    sent = {
        "attributes": {"type": "Anything"},
        "STARTDATETIME": "2025-09-08",
        "endDateTime": "2025-09-08T10:00:00+02:00",
        "CommunicationChannel": "Voice Call",
        "IsAttendeeVerified": "true",
        "IsAttendeeAuthenticated": None,
        "Reason": "  billing ",
        "PhoneNumber": "",
    }
    found = api.read(f"EngagementInteraction/{api.create('EngagementInteraction', sent)}")
    assert found["StartDateTime"] == "2025-09-08T00:00:00.000+0000"
    assert found["EndDateTime"] == "2025-09-08T08:00:00.000+0000"
    assert (found["IsAttendeeVerified"], found["IsAttendeeAuthenticated"]) == (True, False)
    assert (found["Reason"], found["PhoneNumber"]) == ("billing", None)
    assert found["AttendeeVerificationTime"] is not None


def test_null_clears(api, contact):
    path = f"EngagementInteraction/{contact}"
    assert api.patch(path, {"Status": None, "ExternalIdentifier": None}).status_code == 204
    found = api.read(path)
    assert (found["Status"], found["MappedState"], found["ExternalIdentifier"]) == (None, "New", None)


def test_custom_fields_and_the_components_of_a_location(api, tenant, contact):
    with scope(tenant):
        define_custom_field("EngagementInteraction", "Mood__c", "string")
        define_custom_field("EngagementInteraction", "Place__c", "location")
        define_custom_field("EngagementInteraction", "Seen__c", "datetime")
    path = f"EngagementInteraction/{contact}"
    sent = {"mood__c": "calm", "Place__Latitude__s": 51.5, "Place__Longitude__s": "-0.12", "Seen__c": "2025-09-08"}
    assert api.patch(path, sent).status_code == 204
    assert api.patch(path, {"Place__Latitude__s": 52}).status_code == 204
    found = api.read(path)
    assert found["Place__c"] == {"latitude": 52, "longitude": -0.12}
    assert (found["Mood__c"], found["Seen__c"]) == ("calm", "2025-09-08T00:00:00.000+0000")
    assert api.patch(path, {"Place__Latitude__s": None, "Place__Longitude__s": None}).status_code == 204
    assert api.read(path)["Place__c"] is None
    assert errors(api.patch(path, {"Place__Latitude__s": 91, "Place__Longitude__s": 0})) == (
        400,
        ["NUMBER_OUTSIDE_VALID_RANGE"],
    )


def test_a_parent_by_a_key_of_its_own(api, contact):
    by_key = {"Engagement": {"ExternalIdentifier": "pbx-1"}, "Name": "Fees"}
    topic = api.create("EngagementTopic", by_key)
    assert api.read(f"EngagementTopic/{topic}")["EngagementId"] == contact
    typed = {"Engagement": {"attributes": {"type": "EngagementInteraction"}, "ExternalIdentifier": "pbx-1"}}
    below = {**typed, "ParentTopic": {"name": "fees"}, "Name": "Late fees"}
    assert api.read(f"EngagementTopic/{api.create('EngagementTopic', below)}")["ParentTopicId"] == topic
    assert api.patch(f"EngagementTopic/{topic}", {"ParentTopic": None}).status_code == 204


@pytest.mark.parametrize(
    "parent",
    [
        {"ExternalIdentifier": "nobody"},
        {"attributes": {"type": "VoiceCall"}, "ExternalIdentifier": "pbx-1"},
        {"Name": "EI-000000001"},
        {"ExternalIdentifier": "pbx-1", "Name": "x"},
        {"Reason": "x"},
        {},
        "pbx-1",
    ],
)
def test_a_parent_that_is_not_one_record(api, contact, parent):
    refused = api.post("EngagementTopic", {"Engagement": parent, "Name": "Fees"})
    assert errors(refused) == (400, ["INVALID_FIELD"])
    assert refused.json()[0]["fields"] == ["EngagementId"]


def test_a_call_is_a_contact_of_its_own(api):
    call = api.create("VoiceCall", {**CALL, "VendorCallKey": "k-1", "CallEndDateTime": "2025-09-08T08:16:00Z"})
    topic = api.create("EngagementTopic", {"EngagementId": call, "Name": "Fees"})
    assert api.read(f"EngagementTopic/{topic}")["EngagementId"] == call
    found = api.read("/services/data/v59.0/query?q=SELECT Type, PhoneNumber, Duration FROM EngagementInteraction")
    assert [(row["Type"], row["PhoneNumber"], row["Duration"]) for row in found["records"]] == [
        ("Inbound", "+442079460123", "00:01:00")
    ]
    second = {**CALL, "CallType": "Transfer", "PreviousCallId": call}
    api.create("VoiceCall", second)
    assert api.read("/services/data/v59.0/query?q=SELECT COUNT() FROM EngagementInteraction")["totalSize"] == 1


def test_numbers_are_rounded_to_what_their_field_holds(api):
    sent = {"Price": "1.239", "QualityScore": 4.25, "IvrDuration": "17", "NumberOfHolds": 2.0}
    found = api.read(f"VoiceCall/{api.create('VoiceCall', {**CALL, **sent})}")
    assert {name: found[name] for name in sent} == {
        "Price": 1.24,
        "QualityScore": 4.25,
        "IvrDuration": 17,
        "NumberOfHolds": 2,
    }


def test_every_call_takes_a_fixed_number_of_statements(api, contact, django_assert_max_num_queries):
    path = f"EngagementInteraction/{contact}"
    api.patch(path, {"Reason": "warm"})  # reads the catalogue
    with django_assert_max_num_queries(12):
        assert api.post("EngagementInteraction", CONTACT).status_code == 201
    with django_assert_max_num_queries(16):
        assert api.patch(path, {"Reason": "x", "Status": "Completed", "Sentiment": "Positive"}).status_code == 204
    with django_assert_max_num_queries(6):
        assert api.get(path).status_code == 200
    with django_assert_max_num_queries(18):
        assert api.delete(path).status_code == 204


@pytest.fixture
def handled(tenant):
    """A live contact, and the agent who handles it."""
    with scope(tenant):
        agent = ready(make_agent())
        contact = make_live(make_queue(members=[agent]))
        queues.accept(contact, by=agent)
        return contact, agent


def test_completing_a_live_contact_ends_it(api, tenant, handled):
    contact, agent = handled
    path = f"EngagementInteraction/{contact.public_id}"
    assert api.patch(path, {"Status": "New", "Reason": "billing"}).status_code == 204
    with scope(tenant):
        contact.refresh_from_db()
        assert (contact.stage, contact.mapped_state, contact.reason) == ("handled", "New", "billing")
    assert api.patch(path, {"Status": "Completed"}).status_code == 204
    with scope(tenant):
        contact.refresh_from_db()
        assert (contact.stage, contact.status) == ("ended", "Completed")
        assert agent.channels.get(channel="voice").load == 0
    assert api.read(path)["EndDateTime"] is not None


def test_an_agent_ends_and_deletes_own_contacts_only(agent_api, tenant, handled):
    contact, agent = handled
    path = f"EngagementInteraction/{contact.public_id}"
    assert agent_api.patch(path, {"Reason": "seen by all while it is live"}).status_code == 204
    assert errors(agent_api.patch(path, {"Status": "Completed"})) == (403, ["INSUFFICIENT_ACCESS_OR_READONLY"])
    assert errors(agent_api.delete(path)) == (403, ["INSUFFICIENT_ACCESS_OR_READONLY"])
    with scope(tenant):
        contact.refresh_from_db()
        assert (contact.stage, contact.status) == ("handled", "In Progress")
    assert Api(agent.user).delete(path).status_code == 204
    with scope(tenant):
        assert agent.channels.get(channel="voice").load == 0
