"""Records by keys of their own, relationships and conditions (sobjects 5.5 to 5.7)."""

from urllib.parse import quote

import pytest
from django.utils.http import http_date

from apps.facades.salesforce_sobjects import reading
from apps.objects import registry
from tests.facades.salesforce_sobjects.records.client import CALL, CONTACT, errors

KEY = "EngagementInteraction/ExternalIdentifier"
OLD = "/services/data/v{}.0/sobjects/EngagementInteraction/ExternalIdentifier/{}"


def test_upsert_updates_the_one_that_is_there(api, contact):
    done = api.patch(f"{KEY}/pbx-1", {"Sentiment": "Positive"})
    expected = {"id": contact, "success": True, "errors": [], "created": False}
    assert (done.status_code, done.json()) == (200, expected)
    assert "Location" not in done
    assert api.read(f"{KEY}/pbx-1")["Sentiment"] == "Positive"


def test_upsert_creates_what_is_not_there(api):
    done = api.patch(f"{KEY}/pbx-9", CONTACT)
    record_id = done.json()["id"]
    assert (done.status_code, done.json()["created"]) == (201, True)
    assert done["Location"].endswith(f"/EngagementInteraction/{record_id}")
    assert api.read(f"EngagementInteraction/{record_id}")["ExternalIdentifier"] == "pbx-9"
    assert errors(api.patch(f"{KEY}/pbx-10", {})) == (400, ["REQUIRED_FIELD_MISSING"])
    assert errors(api.patch(f"{KEY}/pbx-10?updateOnly=true", CONTACT)) == (404, ["NOT_FOUND"])


def test_old_versions_say_less(api, contact):
    assert api.patch(OLD.format(45, "pbx-1"), {}).status_code == 204
    assert "created" not in api.patch(OLD.format(45, "pbx-2"), CONTACT).json()
    assert api.patch(OLD.format(46, "pbx-1"), {}).json()["created"] is False


def test_the_value_in_the_address_wins(api, contact):
    assert api.patch(f"{KEY}/pbx-1", {"externalIdentifier": "pbx-1", "Reason": "x"}).status_code == 200
    assert errors(api.patch(f"{KEY}/pbx-1", {"ExternalIdentifier": "pbx-2"})) == (400, ["INVALID_FIELD"])
    assert errors(api.patch(f"{KEY}/pbx-1", {"Id": contact})) == (400, ["INVALID_FIELD"])


@pytest.mark.parametrize("value", ["a b", "a/b", "a+b", "a%2Fb", "ä?#&=", "x.json", "a//b"])
def test_a_value_may_be_anything(api, value):
    made = api.patch(f"{KEY}/{quote(value, safe='')}", CONTACT).json()["id"]
    assert api.read(f"EngagementInteraction/{made}")["ExternalIdentifier"] == value
    bare = quote(value, safe="/+")
    assert api.read(f"{KEY}/{bare}")["Id"] == made
    assert api.patch(f"{KEY}/{bare}", {}).json()["created"] is False
    assert api.delete(f"{KEY}/{bare}/").status_code == 204


def test_a_plus_is_a_space_where_nothing_else_fits(api):
    made = api.create("EngagementInteraction", {**CONTACT, "ExternalIdentifier": "a b"})
    assert api.read(f"{KEY}/a+b")["Id"] == made
    assert api.patch(f"{KEY}/a+b", CONTACT).json()["created"] is True


def test_case_counts_in_the_external_identifier_alone(api, contact):
    assert errors(api.get(f"{KEY}/PBX-1")) == (404, ["NOT_FOUND"])
    name = api.read(f"EngagementInteraction/{contact}")["Name"]
    assert api.read(f"EngagementInteraction/name/{name.lower()}")["Id"] == contact
    assert errors(api.get("EngagementInteraction/Name/nobody")) == (404, ["NOT_FOUND"])
    refused = api.patch("EngagementInteraction/Name/EI-999999999", CONTACT)
    assert errors(refused) == (400, ["INVALID_FIELD_FOR_INSERT_UPDATE"])


def test_several_with_one_key(api):
    calls = [api.create("VoiceCall", {**CALL, "VendorCallKey": "k-1"}) for _ in range(2)]
    key = "VoiceCall/VendorCallKey/K-1"
    urls = [f"/services/data/v59.0/sobjects/VoiceCall/{each}" for each in calls]
    for answer in (api.get(key), api.patch(key, {"Description": "x"}), api.delete(key)):
        assert (answer.status_code, answer.json()) == (300, urls)
    assert [api.read(f"VoiceCall/{each}")["Description"] for each in calls] == [None, None]


def test_id_as_a_key(api, contact):
    path = f"EngagementInteraction/Id/{contact}"
    assert api.read(path)["Id"] == contact
    assert api.patch(path, {"Reason": "x"}).status_code == 204
    assert api.delete(f"{path}/").status_code == 204
    made = api.post("EngagementInteraction/Id", CONTACT)
    assert (made.status_code, made.json()["created"]) == (201, True)


@pytest.mark.parametrize("field", ["Reason", "Nope", "Status"])
def test_a_field_that_is_no_key(api, contact, field):
    message = f"Provided external ID field does not exist or is not accessible: {field}"
    path = f"EngagementInteraction/{field}/x"
    for answer in (api.get(path), api.patch(path, {}), api.delete(path)):
        assert errors(answer) == (404, ["NOT_FOUND"])
        assert answer.json()[0]["message"] == message


def test_delete_by_key(api, contact):
    assert api.delete(f"{KEY}/pbx-1").status_code == 204
    assert errors(api.delete(f"{KEY}/pbx-1")) == (404, ["NOT_FOUND"])
    assert api.patch(f"{KEY}/pbx-1", CONTACT).json()["created"] is True


def test_ends_are_trimmed_and_a_blank_is_no_key(api, contact):
    assert api.patch(f"{KEY}/%20pbx-1%20", {"ExternalIdentifier": "pbx-1 "}).json()["id"] == contact
    assert errors(api.patch(f"{KEY}/%20", CONTACT)) == (400, ["INVALID_FIELD"])


@pytest.mark.parametrize("value", ["%00", "a%00b", "%ff", "x" * 300])
def test_a_value_that_nothing_can_have(api, value):
    assert errors(api.get(f"{KEY}/{value}")) == (404, ["NOT_FOUND"])
    assert api.patch(f"{KEY}/{value}", CONTACT).status_code in (201, 400)


def test_the_parent_through_its_relationship(api, contact):
    topic = api.create("EngagementTopic", {"EngagementId": contact, "Name": "Fees"})
    path = f"EngagementTopic/{topic}/engagement"
    found = api.read(f"{path}?fields=Name")
    assert (found["Id"], found["attributes"]["type"]) == (contact, "EngagementInteraction")
    assert api.patch(path, {"Reason": "through"}).status_code == 204
    assert api.read(f"{path}/")["Reason"] == "through"
    assert errors(api.get(f"EngagementTopic/{topic}/ParentTopic")) == (404, ["NOT_FOUND"])
    assert errors(api.get(f"EngagementTopic/{topic}/Nope")) == (404, ["NOT_FOUND"])
    assert api.delete(path).status_code == 204
    assert errors(api.get(f"EngagementTopic/{topic}")) == (404, ["ENTITY_IS_DELETED"])


def test_children_through_their_relationship(api, contact):
    topics = [api.create("EngagementTopic", {"EngagementId": contact, "Name": name}) for name in "ab"]
    path = f"EngagementInteraction/{contact}/EngagementTopics"
    found = api.read(f"{path}?fields=Name")
    assert (found["totalSize"], found["done"]) == (2, True)
    assert [(row["Id"], row["Name"]) for row in found["records"]] == list(zip(topics, "ab", strict=True))
    empty = api.create("VoiceCall", CALL)
    assert api.read(f"VoiceCall/{empty}/EngagementTopics")["records"] == []
    assert errors(api.patch(path, {})) == (405, ["METHOD_NOT_ALLOWED"])


def test_only_if_it_is_news(api, contact):
    path = f"EngagementInteraction/{contact}"
    long_ago, ahead = http_date(0), http_date(4_000_000_000)
    assert api.get(path, If_Modified_Since=long_ago).status_code == 200
    assert api.get(path, If_Modified_Since=ahead).status_code == 304
    assert api.get(path, If_Modified_Since="nonsense").status_code == 200


def test_only_if_nobody_changed_it(api, contact):
    path = f"EngagementInteraction/{contact}"
    long_ago, ahead = http_date(0), http_date(4_000_000_000)
    for answer in (
        api.get(path, If_Unmodified_Since=long_ago),
        api.patch(path, {"Reason": "x"}, If_Unmodified_Since=long_ago),
        api.patch(f"{KEY}/pbx-1", {"Reason": "x"}, If_Unmodified_Since=long_ago),
    ):
        assert answer.status_code == 412
    assert api.read(path)["Reason"] is None
    assert api.patch(path, {"Reason": "x"}, If_Unmodified_Since=ahead).status_code == 204
    assert api.patch(path, {"Reason": "y"}, If_Unmodified_Since="nonsense").status_code == 400
    unusable = api.send("POST", "EngagementInteraction", CONTACT, If_Unmodified_Since="nonsense")
    assert unusable.status_code == 400
    assert api.send("DELETE", path, If_Unmodified_Since=long_ago).status_code == 204


def test_every_child_relationship_has_a_field_that_leads_back(in_scope):
    for sobject in registry.every():
        for relationship in sobject.children:
            child, link = reading.children_of(sobject, relationship)
            assert link.declared.type == "reference", (sobject.name, relationship, child.name)
