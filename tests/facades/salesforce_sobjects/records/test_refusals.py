"""Every documented error of writing a record, with its message (sobjects 11.2)."""

import pytest

from apps.objects.operations import define_custom_field
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.facades.salesforce_sobjects.records.client import CALL, CONTACT, START, errors

NOT_WRITABLE = (
    "Unable to create/update fields: {}. Please check the security settings of this field and verify that it is "
    "read/write for your profile or permission set."
)
MALFORMED = (
    "Cannot deserialize instance of {} value {} or request may be missing a required field at [line:1, column:{}]"
)
ACCOUNT = "001000000000001AAA"
# what is sent on top of a valid body, and the code, message and fields that come back
REFUSED = {
    "unknown field": ({"Xyz": 1}, "INVALID_FIELD", "No such column 'Xyz' on sobject of type {kind}", ["Xyz"]),
    "id": ({"ID": "x"}, "INVALID_FIELD", "The Id field should not be specified in the sobject data.", None),
    "given twice": ({"Reason": "a", "reason": "b"}, "INVALID_FIELD", "Reason is specified more than once", ["Reason"]),
    "system fields": (
        {"Name": "x", "MappedState": "New", "CreatedDate": START, "IsDeleted": False},
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        NOT_WRITABLE.format("CreatedDate, IsDeleted, MappedState, Name"),
        ["CreatedDate", "IsDeleted", "MappedState", "Name"],
    ),
    "date": (
        {"EndDateTime": "yesterday"},
        "JSON_PARSER_ERROR",
        MALFORMED.format("datetime from VALUE_STRING", "yesterday", 17),
        ["EndDateTime"],
    ),
    "date without a zone": (
        {"EndDateTime": "2025-09-08T08:15:00"},
        "JSON_PARSER_ERROR",
        MALFORMED.format("datetime from VALUE_STRING", "2025-09-08T08:15:00", 17),
        ["EndDateTime"],
    ),
    "boolean": (
        {"IsAttendeeVerified": 1},
        "JSON_PARSER_ERROR",
        MALFORMED.format("boolean from VALUE_NUMBER_INT", 1, 24),
        ["IsAttendeeVerified"],
    ),
    "text": (
        {"Reason": ["x"]},
        "JSON_PARSER_ERROR",
        MALFORMED.format("string from START_ARRAY", '["x"]', 12),
        ["Reason"],
    ),
    "null character": ({"Reason": "a\0b"}, "JSON_PARSER_ERROR", None, ["Reason"]),
    "required": (
        {"StartDateTime": None, "CommunicationChannel": ""},
        "REQUIRED_FIELD_MISSING",
        "Required fields are missing: [CommunicationChannel, StartDateTime]",
        ["CommunicationChannel", "StartDateTime"],
    ),
    "too long": (
        {"Reason": "x" * 766},
        "STRING_TOO_LONG",
        f"Reason: data value too large: {'x' * 766} (max length=765)",
        ["Reason"],
    ),
    "too long in a custom field": (
        {"Mood__c": "x" * 256},
        "STRING_TOO_LONG",
        f"Mood: data value too large: {'x' * 256} (max length=255)",
        ["Mood__c"],
    ),
    "picklist": (
        {"Sentiment": "Furious"},
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "Sentiment: bad value for restricted picklist field: Furious",
        ["Sentiment"],
    ),
    "alias of another dialect": (
        {"CommunicationChannel": "In-Person"},
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "Communication Channel: bad value for restricted picklist field: In-Person",
        ["CommunicationChannel"],
    ),
    "owner that is no id": (
        {"OwnerId": "somebody"},
        "MALFORMED_ID",
        "Owner ID: id value of incorrect type: somebody",
        ["OwnerId"],
    ),
    "owner who is not there": (
        {"OwnerId": "005zzzzzzzzzzzz"},
        "INVALID_CROSS_REFERENCE_KEY",
        "invalid cross reference id",
        ["OwnerId"],
    ),
    "owner of another kind": (
        {"OwnerId": ACCOUNT},
        "FIELD_INTEGRITY_EXCEPTION",
        "Owner ID cannot refer to a record of Account.",
        ["OwnerId"],
    ),
    "times in the wrong order": (
        {"EndDateTime": "2025-09-08T08:14:59Z"},
        "FIELD_INTEGRITY_EXCEPTION",
        "End Date Time: The end lies before the start.",
        ["EndDateTime"],
    ),
    "number": (
        {"Score__c": 12345},
        "NUMBER_OUTSIDE_VALID_RANGE",
        None,
        ["Score__c"],
    ),
}


@pytest.fixture
def path(api, contact, tenant):
    with scope(tenant):
        define_custom_field("EngagementInteraction", "Mood__c", "string", label="Mood")
        define_custom_field("EngagementInteraction", "Score__c", "double", precision=4)
    return f"EngagementInteraction/{contact}"


@pytest.mark.parametrize("case", REFUSED)
def test_refused_on_update_and_on_create(api, path, case):
    sent, code, message, fields = REFUSED[case]
    before = api.read(path)
    refused = api.patch(path, sent)
    assert errors(refused) == (400, [code])
    [found] = refused.json()
    assert found.get("fields") == fields
    if message:
        assert found["message"] == message.format(kind="EngagementInteraction")
    assert api.read(path) == before
    assert errors(
        api.post("EngagementInteraction", {**sent, **{k: v for k, v in CONTACT.items() if k not in sent}})
    ) == (
        400,
        [code],
    )


def test_all_problems_in_one_array_in_the_order_of_the_checks(api, path):
    sent = {"EndDateTime": "x", "Status": "No", "Sentiment": "No", "Reason": "x" * 766, "Name": "x", "OwnerId": "x"}
    refused = api.post("EngagementInteraction", sent)
    assert errors(refused) == (
        400,
        [
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            "JSON_PARSER_ERROR",
            "REQUIRED_FIELD_MISSING",
            "STRING_TOO_LONG",
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            "MALFORMED_ID",
        ],
    )
    assert [each["fields"] for each in refused.json()][4] == ["Status", "Sentiment"]
    assert errors(api.post("EngagementInteraction", {**sent, "Xyz": 1})) == (400, ["INVALID_FIELD"])


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"null", b"", b'{"a": NaN}', b'{"Reason": "\\ud800"}', b"\xff"])
def test_a_body_that_is_no_record(api, path, body):
    assert errors(api.patch(path, body)) == (400, ["JSON_PARSER_ERROR"])
    assert errors(api.send("POST", "EngagementInteraction", body)) == (400, ["JSON_PARSER_ERROR"])


def test_an_identifier_that_is_taken_names_who_has_it(api, contact):
    message = f"duplicate value found: ExternalIdentifier duplicates value on record with id: {contact}"
    taken = {**CONTACT, "ExternalIdentifier": "pbx-1"}
    other = api.create("EngagementInteraction", CONTACT)
    for refused in (
        api.post("EngagementInteraction", taken),
        api.patch(f"EngagementInteraction/{other}", {"ExternalIdentifier": "pbx-1"}),
    ):
        assert errors(refused) == (400, ["DUPLICATE_VALUE"])
        assert (refused.json()[0]["message"], refused.json()[0]["fields"]) == (message, ["ExternalIdentifier"])


@pytest.mark.parametrize(
    ("kind", "body", "code", "fields"),
    [
        (
            "EngagementAttendee",
            {},
            "REQUIRED_FIELD_MISSING",
            ["EngagementId", "ExternalAttendeeId", "InternalAttendeeId", "StartDateTime"],
        ),
        (
            "EngagementAttendee",
            {"StartDateTime": START, "InternalAttendeeId": " ", "ExternalAttendeeId": ""},
            "REQUIRED_FIELD_MISSING",
            ["EngagementId", "ExternalAttendeeId", "InternalAttendeeId"],
        ),
        ("EngagementTopic", {}, "REQUIRED_FIELD_MISSING", ["EngagementId", "Name"]),
        ("EngagementTopic", {"Name": "x", "EngagementId": "x"}, "MALFORMED_ID", ["EngagementId"]),
        ("EngagementTopic", {"Name": "x", "EngagementId": ACCOUNT}, "FIELD_INTEGRITY_EXCEPTION", ["EngagementId"]),
        (
            "EngagementTopic",
            {"Name": "x", "EngagementId": "0Mw000000000001"},
            "INVALID_CROSS_REFERENCE_KEY",
            ["EngagementId"],
        ),
        (
            "VoiceCall",
            {},
            "REQUIRED_FIELD_MISSING",
            ["CallStartDateTime", "CallType", "FromPhoneNumber", "ToPhoneNumber"],
        ),
        ("VoiceCall", {**CALL, "CallStatuz": "x"}, "INVALID_FIELD", ["CallStatuz"]),
        ("VoiceCall", {**CALL, "CustomerSentimentScore": 1}, "INVALID_FIELD_FOR_INSERT_UPDATE", None),
        ("VoiceCall", {**CALL, "NextCallId": "somebody"}, "MALFORMED_ID", ["NextCallId"]),
        ("VoiceCall", {**CALL, "IvrDuration": -1}, "NUMBER_OUTSIDE_VALID_RANGE", ["IvrDuration"]),
        ("VoiceCall", {**CALL, "NumberOfHolds": 10**12}, "NUMBER_OUTSIDE_VALID_RANGE", ["NumberOfHolds"]),
        ("VoiceCall", {**CALL, "Price": "1e17"}, "NUMBER_OUTSIDE_VALID_RANGE", ["Price"]),
        ("VoiceCall", {**CALL, "QualityScore": "1e40"}, "NUMBER_OUTSIDE_VALID_RANGE", ["QualityScore"]),
        ("VoiceCall", {**CALL, "NumberOfHolds": 1.5}, "JSON_PARSER_ERROR", ["NumberOfHolds"]),
    ],
)
def test_refused_on_create(api, kind, body, code, fields):
    refused = api.post(kind, body)
    assert errors(refused) == (400, [code])
    assert fields is None or refused.json()[0]["fields"] == fields


def test_most_fields_of_a_call_are_written_once(api):
    path = f"VoiceCall/{api.create('VoiceCall', CALL)}"
    assert api.patch(path, {"Description": "x", "CallResolution": "Resolved", "IvrDuration": 3}).status_code == 204
    refused = api.patch(path, {"CallDisposition": "completed", "CallEndDateTime": START, "Description": "y"})
    assert errors(refused) == (400, ["INVALID_FIELD_FOR_INSERT_UPDATE"])
    assert refused.json()[0]["fields"] == ["CallDisposition", "CallEndDateTime"]
    assert api.read(path)["Description"] == "x"


def test_an_identifier_that_was_taken_meanwhile_keeps_its_first_holder_deleted(api, contact):
    assert api.delete(f"EngagementInteraction/{contact}").status_code == 204
    api.create("EngagementInteraction", {**CONTACT, "ExternalIdentifier": "pbx-1"})
    assert errors(api.post(f"EngagementInteraction/{contact}/undelete", None)) == (400, ["DUPLICATE_VALUE"])


def test_strict_references_must_exist(api, tenant, contact):
    Tenant.objects.update(reference_checking="strict")
    path = f"EngagementInteraction/{contact}"
    for value, code in {
        "somebody": "MALFORMED_ID",
        ACCOUNT: "INVALID_CROSS_REFERENCE_KEY",
        "006000000000001AAA": "FIELD_INTEGRITY_EXCEPTION",
    }.items():
        assert errors(api.patch(path, {"InitiatingAttendeeId": value})) == (400, [code])


def test_a_topic_does_not_stand_below_itself(api, contact):
    first = api.create("EngagementTopic", {"EngagementId": contact, "Name": "a"})
    second = api.create("EngagementTopic", {"EngagementId": contact, "Name": "b", "ParentTopicId": first})
    refused = api.patch(f"EngagementTopic/{first}", {"ParentTopicId": second})
    assert errors(refused) == (400, ["FIELD_INTEGRITY_EXCEPTION"])
    assert refused.json()[0]["fields"] == ["ParentTopicId"]


@pytest.mark.parametrize(
    ("record_id", "status", "code"),
    [
        ("nonsense", 404, "NOT_FOUND"),
        ("9eI000000000001AAZ", 404, "NOT_FOUND"),
        (ACCOUNT, 400, "MALFORMED_ID"),
        ("9eIzzzzzzzzzzzz", 404, "NOT_FOUND"),
    ],
)
def test_a_wrong_id_in_the_path(api, record_id, status, code):
    path = f"EngagementInteraction/{record_id}"
    for answer in (api.get(path), api.patch(path, {}), api.delete(path), api.post(f"{path}/undelete", None)):
        assert errors(answer) == (status, [code])


def test_methods_that_are_not_there(api, contact):
    path = f"EngagementInteraction/{contact}"
    refused = api.send("PUT", path, {})
    assert errors(refused) == (405, ["METHOD_NOT_ALLOWED"])
    assert "PATCH" in refused["Allow"]
    read_only = api.delete("Organization/00D000000000001")
    assert errors(read_only) == (405, ["METHOD_NOT_ALLOWED"])
    assert read_only.json()[0]["message"] == "HTTP Method 'DELETE' not allowed. Allowed are GET,HEAD"
    assert errors(api.post("User", {})) == (405, ["METHOD_NOT_ALLOWED"])
    assert errors(api.post("Nope", {})) == (404, ["NOT_FOUND"])


def test_a_post_that_means_another_method(api, contact):
    path = f"EngagementInteraction/{contact}"
    assert api.post(f"{path}?_HttpMethod=PATCH", {"Reason": "x"}).status_code == 204
    assert api.read(path)["Reason"] == "x"
    assert api.post(f"{path}?_HttpMethod=DELETE", None).status_code == 204
    assert errors(api.get(path)) == (404, ["ENTITY_IS_DELETED"])


def test_what_an_agent_may_not_see_is_not_there_and_what_is_not_the_agents_own_stays(api, agent_api, contact, tenant):
    path = f"EngagementInteraction/{contact}"
    for answer in (agent_api.get(path), agent_api.patch(path, {}), agent_api.delete(path)):
        assert errors(answer) == (404, ["NOT_FOUND"])
    own = agent_api.create("EngagementInteraction", CONTACT)
    assert agent_api.patch(f"EngagementInteraction/{own}", {"Reason": "mine"}).status_code == 204
    other = agent_api.create("EngagementInteraction", CONTACT)
    assert agent_api.delete(f"EngagementInteraction/{other}").status_code == 204
    assert errors(agent_api.get(f"EngagementInteraction/{other}")) == (404, ["ENTITY_IS_DELETED"])
    assert agent_api.post(f"EngagementInteraction/{other}/undelete", None).status_code == 200
    call = agent_api.create("VoiceCall", CALL)
    assert errors(agent_api.delete(f"VoiceCall/{call}")) == (403, ["INSUFFICIENT_ACCESS_OR_READONLY"])
    admin_id = api.read(path)["OwnerId"]
    assert agent_api.patch(f"EngagementInteraction/{own}", {"OwnerId": admin_id}).status_code == 204
    assert errors(agent_api.delete(f"EngagementInteraction/{own}")) == (403, ["INSUFFICIENT_ACCESS_OR_READONLY"])
    refused = agent_api.post("EngagementTopic", {"EngagementId": contact, "Name": "x"})
    assert errors(refused) == (400, ["INVALID_CROSS_REFERENCE_KEY"])
