"""Every object described: each documented field as its page has it, each key that clients look for."""

from typing import Any

import pytest
from django.test import Client

from apps.accounts.operations import issue_token
from apps.demo.sample_fields import install_sample_fields
from apps.directory.models import CrmRecord
from apps.facades.salesforce_sobjects.describing import objects
from apps.facades.salesforce_sobjects.writing.objects import OPERATIONS
from apps.objects import operations, registry
from apps.tenants.scope import scope
from tests.builders import make_live, make_queue, make_user
from tests.facades.salesforce_sobjects.contract import rows

BASE = "/services/data/v59.0"
OBJECT_KEYS = (
    "actionOverrides activateable associateEntityType associateParentEntity childRelationships compactLayoutable"
    " createable custom customSetting deepCloneable defaultImplementation deletable deprecatedAndHidden extendedBy"
    " extendsInterfaces feedEnabled fields hasSubtypes implementedBy implementsInterfaces isInterface isSubtype"
    " keyPrefix label labelPlural layoutable listviewable lookupLayoutable mergeable mruEnabled name namedLayoutInfos"
    " networkScopeFieldName queryable recordTypeInfos replicateable retrieveable searchLayoutable searchable"
    " sobjectDescribeOption supportedScopes triggerable undeletable updateable urls"
)
FIELD_KEYS = (
    "aggregatable aiPredictionField autoNumber byteLength calculated calculatedFormula cascadeDelete caseSensitive"
    " compoundFieldName controllerName createable custom defaultValue defaultValueFormula defaultedOnCreate"
    " dependentPicklist deprecatedAndHidden digits displayLocationInDecimal encrypted externalId extraTypeInfo"
    " filterable filteredLookupInfo formulaTreatNullNumberAsZero groupable highScaleNumber htmlFormatted idLookup"
    " inlineHelpText label length mask maskType name nameField namePointing nillable permissionable picklistValues"
    " polymorphicForeignKey precision queryByDistance referenceTargetField referenceTo relationshipName"
    " relationshipOrder restrictedDelete restrictedPicklist scale searchPrefilterable soapType sortable type"
    " unique updateable writeRequiresMasterRead"
)
SHORT_KEYS = (
    "activateable associateEntityType associateParentEntity createable custom customSetting deepCloneable deletable"
    " deprecatedAndHidden feedEnabled hasSubtypes isInterface isSubtype keyPrefix label labelPlural layoutable"
    " mergeable mruEnabled name queryable replicateable retrieveable searchable triggerable undeletable updateable urls"
)
FLAGS = {
    "createable": "C",
    "updateable": "U",
    "filterable": "F",
    "sortable": "S",
    "groupable": "G",
    "nillable": "N",
    "defaultedOnCreate": "D",
    "restrictedPicklist": "R",
    "idLookup": "I",
    "autoNumber": "A",
}
NAMES = [sobject.name for sobject in registry.every()]
QUERYABLE = [sobject.name for sobject in registry.every() if "query" in sobject.calls]


@pytest.fixture
def client(tenant: Any) -> Client:
    with scope(tenant):
        return Client(headers={"Authorization": f"Bearer {issue_token(make_user('admin'))}"})


def described(client: Client, name: str) -> Any:
    return client.get(f"{BASE}/sobjects/{name}/describe").json()


def field(client: Client, name: str, field_name: str) -> Any:
    return next(each for each in described(client, name)["fields"] if each["name"] == field_name)


@pytest.fixture
def documented(client: Client) -> dict[str, dict[str, Any]]:
    return {name: {each["name"]: each for each in described(client, name)["fields"]} for name, _ in rows()}


def test_every_documented_field_is_described_as_its_page_has_it(documented: dict[str, dict[str, Any]]) -> None:
    found = []
    for name, (field_name, kind, label, letters, last) in rows():
        if problem := _difference(documented[name].get(field_name), kind, label, letters, last):
            found.append(f"{name}.{field_name}: {problem}")
    assert not found, "\n".join(found)


def _difference(field: Any, kind: str, label: str, letters: str, last: str) -> str:
    if field is None:
        return "is not described"
    name, _, size = kind.partition(" ")
    described = {"type": field["type"], "label": field["label"] if label != "*" else "*"}
    expected = {"type": name, "label": label}
    if letters != "*":
        described["letters"] = "".join(sorted(letter for flag, letter in FLAGS.items() if field[flag]))
        expected["letters"] = "".join(sorted(letters))
    described["size"] = _size(field, name)
    expected["size"] = size
    if name == "reference" and last:
        described["last"] = f"{field['relationshipName']}: {', '.join(sorted(field['referenceTo']))}"
        relationship, _, targets = last.partition(": ")
        expected["last"] = f"{relationship}: {', '.join(sorted(targets.split(', ')))}"
    elif name == "picklist" and last:
        described["last"] = ", ".join(sorted(each["value"] for each in field["picklistValues"]))
        expected["last"] = ", ".join(sorted(last.split(", ")))
    return "; ".join(
        f"{key}: {described[key]} != {expected[key]}" for key in expected if described[key] != expected[key]
    )


def _size(field: Any, kind: str) -> str:
    if kind == "int":
        return str(field["digits"])
    if kind == "double":
        return f"{field['precision']},{field['scale']}"
    return str(field["length"] or "")


@pytest.mark.parametrize("name", NAMES)
def test_every_key_at_every_level(client: Client, name: str) -> None:
    whole = described(client, name)
    assert sorted(whole) == sorted(OBJECT_KEYS.split())
    for each in whole["fields"]:
        assert sorted(each) == sorted(FIELD_KEYS.split())
        for value in each["picklistValues"]:
            assert sorted(value) == ["active", "defaultValue", "label", "validFor", "value"]
    for each in whole["childRelationships"]:
        assert set(each) == {
            *("cascadeDelete", "childSObject", "deprecatedAndHidden", "field", "junctionIdListNames"),
            *("junctionReferenceTo", "relationshipName", "restrictedDelete"),
        }
    for each in whole["recordTypeInfos"]:
        assert set(each) == {
            *("active", "available", "defaultRecordTypeMapping", "developerName", "master", "name"),
            *("recordTypeId", "urls"),
        }
    assert all(set(each) == {"label", "name"} for each in whole["supportedScopes"])
    assert set(whole["urls"]) == {
        *("sobject", "describe", "rowTemplate", "layouts", "compactLayouts", "approvalLayouts", "listviews"),
        *("quickActions", "uiDetailTemplate", "uiEditTemplate", "uiNewRecord"),
    }


def test_all_objects(client: Client) -> None:
    answer = client.get(f"{BASE}/sobjects/").json()
    assert (answer["encoding"], answer["maxBatchSize"]) == ("UTF-8", 200)
    assert [each["name"] for each in answer["sobjects"]] == NAMES
    for each in answer["sobjects"]:
        assert sorted(each) == sorted(SHORT_KEYS.split())
        assert each["urls"]["rowTemplate"] == f"{BASE}/sobjects/{each['name']}/{{ID}}"
        assert client.get(each["urls"]["describe"]).json()["keyPrefix"] == each["keyPrefix"]
    by_name = {each["name"]: each for each in answer["sobjects"]}
    assert by_name["VoiceCall"]["labelPlural"] == "Voice Calls"
    assert [by_name["VoiceCall"][flag] for flag in ("createable", "deletable", "undeletable")] == [True, True, False]
    assert [by_name["User"][flag] for flag in ("createable", "updateable", "queryable")] == [False, False, True]


def test_one_object_in_any_case(client: Client) -> None:
    assert described(client, "voicecall")["name"] == "VoiceCall"
    response = client.get(f"{BASE}/sobjects/Nothing/describe")
    assert (response.status_code, response.json()[0]["errorCode"]) == (404, "NOT_FOUND")
    assert client.head(f"{BASE}/sobjects/VoiceCall/describe").status_code == 200


def test_child_relationships(client: Client) -> None:
    children = described(client, "EngagementInteraction")["childRelationships"]
    found = {(each["childSObject"], each["field"]): each for each in children}
    attendees = found["EngagementAttendee", "EngagementId"]
    assert (attendees["relationshipName"], attendees["cascadeDelete"]) == ("EngagementAttendees", True)
    calls = {each["relationshipName"] for each in described(client, "VoiceCall")["childRelationships"]}
    assert {"EngagementAttendees", "EngagementTopics", None} <= calls
    topics = described(client, "EngagementTopic")["childRelationships"]
    assert [each["relationshipName"] for each in topics if each["childSObject"] == "EngagementTopic"] == [
        "ParentTopicToEngagementTopic"
    ]


def test_special_flags(client: Client) -> None:
    identifier = field(client, "EngagementInteraction", "ExternalIdentifier")
    assert (identifier["externalId"], identifier["unique"], identifier["caseSensitive"]) == (True, True, True)
    name = field(client, "EngagementInteraction", "Name")
    assert (name["nameField"], name["externalId"], name["soapType"]) == (True, False, "xsd:string")
    key = field(client, "VoiceCall", "VendorCallKey")
    assert (key["idLookup"], key["externalId"], key["byteLength"]) == (True, False, 765)
    attendee = field(client, "EngagementInteraction", "InitiatingAttendeeId")
    assert (attendee["namePointing"], attendee["polymorphicForeignKey"], attendee["byteLength"]) == (True, True, 18)
    assert field(client, "VoiceCall", "Description")["extraTypeInfo"] == "plaintextarea"
    start = field(client, "EngagementInteraction", "StartDateTime")
    assert (start["permissionable"], start["soapType"], start["length"]) == (False, "xsd:dateTime", 0)
    assert field(client, "EngagementInteraction", "Reason")["permissionable"] is True
    verified = field(client, "EngagementInteraction", "IsAttendeeVerified")
    assert (verified["defaultValue"], verified["aggregatable"]) == (False, False)
    state = field(client, "EngagementInteraction", "MappedState")["picklistValues"]
    assert [each["value"] for each in state if each["defaultValue"]] == ["New"]


def test_custom_fields(client: Client, tenant: Any) -> None:
    with scope(tenant):
        install_sample_fields()
        operations.define_custom_field(
            "VoiceCall", "Margin__c", "percent", precision=5, scale=1, is_required=True, help_text="Of the sale."
        )
    fields = {each["name"]: each for each in described(client, "EngagementInteraction")["fields"] if each["custom"]}
    place = fields["sampleLocation__c"]
    assert (place["type"], place["soapType"], place["queryByDistance"]) == ("location", "urn:location", True)
    latitude = fields["sampleLocation__Latitude__s"]
    assert (latitude["type"], latitude["scale"], latitude["compoundFieldName"]) == ("double", 6, "sampleLocation__c")
    margin = field(client, "VoiceCall", "Margin__c")
    assert (margin["precision"], margin["scale"], margin["nillable"]) == (5, 1, False)
    assert margin["inlineHelpText"] == "Of the sale."


def test_a_picklist_shows_what_is_switched_off(client: Client, tenant: Any) -> None:
    with scope(tenant):
        operations.define_picklist_value("EngagementInteraction", "Sentiment", "Neutral", is_active=False, label="Calm")
    values = field(client, "EngagementInteraction", "Sentiment")["picklistValues"]
    neutral = next(each for each in values if each["value"] == "Neutral")
    assert (neutral["active"], neutral["label"]) == (False, "Calm")


def test_record_types(client: Client, tenant: Any) -> None:
    with scope(tenant):
        operations.define_record_type("EngagementInteraction", "Care", name="Customer care", is_default=True)
    infos = described(client, "EngagementInteraction")["recordTypeInfos"]
    assert [(each["name"], each["master"], each["defaultRecordTypeMapping"]) for each in infos] == [
        ("Customer care", False, True),
        ("Master", True, False),
    ]
    assert infos[-1]["recordTypeId"] == "012000000000000AAA"
    for each in infos:
        assert client.get(each["urls"]["layout"]).status_code == 200


def test_not_modified_until_a_definition_changes(client: Client, tenant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"{BASE}/sobjects/EngagementInteraction/describe"
    monkeypatch.setattr(objects, "_released_at", lambda: 1_500_000_000.0)
    type(tenant).objects.update(catalogue_version=1_700_000_000_500_000_000)
    first = client.get(path)
    assert first["Last-Modified"] == "Tue, 14 Nov 2023 22:13:21 GMT"
    again = client.get(path, headers={"If-Modified-Since": first["Last-Modified"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path, headers={"If-Modified-Since": "Tue, 14 Nov 2023 22:13:20 GMT"}).status_code == 200
    assert client.get(path, headers={"If-Modified-Since": "nonsense"}).status_code == 200
    monkeypatch.setattr(objects, "_released_at", lambda: 1_800_000_000.0)
    assert client.get(path, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 200
    monkeypatch.setattr(objects, "_released_at", lambda: 1_500_000_000.0)
    assert client.get(path, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    with scope(tenant):
        operations.define_record_type("EngagementInteraction", "Care")
    assert client.get(path, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 200


def test_describing_asks_the_database_nothing_but_the_definitions(
    client: Client, django_assert_num_queries: Any
) -> None:
    described(client, "VoiceCall")
    with django_assert_num_queries(5):  # token, begin, tenant in scope and (in a test) out of it, commit
        described(client, "VoiceCall")


def test_what_several_objects_have_in_common(client: Client) -> None:
    """A client describes Name where a relationship has several targets, and asks for each of its fields."""
    whole = described(client, "Name")
    assert (whole["keyPrefix"], whole["queryable"], whole["retrieveable"]) == (None, False, False)
    fields = ", ".join(f"InitiatingAttendee.{each['name']}" for each in whole["fields"])
    response = client.get(f"{BASE}/query", {"q": f"SELECT {fields} FROM EngagementInteraction"})
    assert response.status_code == 200, response.json()
    assert client.get(f"{BASE}/query", {"q": "SELECT Id FROM Name"}).status_code == 400


def test_what_is_described_as_writable_can_be_written() -> None:
    writes = {"create", "update", "upsert", "delete", "undelete"}
    assert {each.name for each in registry.every() if writes & each.calls} == set(OPERATIONS)


def test_feeds_that_are_switched_on(client: Client, tenant: Any) -> None:
    def enabled() -> list[bool]:
        return [described(client, name)["feedEnabled"] for name in ("EngagementInteraction", "EngagementTopic")]

    assert enabled() == [False, False]
    with scope(tenant):
        operations.set_tracking("EngagementTopic", feed=["ProcessStatus"])
    assert enabled() == [False, True]


def test_every_described_field_of_a_record_can_be_retrieved(client: Client, tenant: Any) -> None:
    """Of each kind of record that an ordinary contact leaves behind."""
    with scope(tenant):
        install_sample_fields()
        operations.define_record_type("EngagementInteraction", "Care")
        CrmRecord.objects.create(object_name="Account", record_id="001D000000IqhSLIAZ", name="Known")
        live = make_live(make_queue())
    call = {
        "CallType": "Inbound",
        "CallStartDateTime": "2025-09-08T08:15:00Z",
        "FromPhoneNumber": "+442079460123",
        "ToPhoneNumber": "+442079460124",
    }
    user = client.get(f"{BASE}/query", {"q": "SELECT Id FROM User LIMIT 1"}).json()["records"][0]["Id"]
    attendee = {"EngagementId": live.public_id, "InternalAttendeeId": user, "StartDateTime": "2025-09-08T08:15:00Z"}
    topic = {"EngagementId": live.public_id, "Name": "Opening hours"}
    for name, body in (("VoiceCall", call), ("EngagementAttendee", attendee), ("EngagementTopic", topic)):
        assert client.post(f"{BASE}/sobjects/{name}", body, content_type="application/json").status_code == 201
    change = {"Status": "Completed"}
    client.patch(f"{BASE}/sobjects/EngagementInteraction/{live.public_id}", change, content_type="application/json")
    seen = set()
    for name in QUERYABLE:
        query = {"q": f"SELECT Id FROM {name} LIMIT 1"}
        for record in client.get(f"{BASE}/query", query).json()["records"]:
            fields = [each["name"] for each in described(client, name)["fields"]]
            whole = client.get(f"{BASE}/sobjects/{name}/{record['Id']}").json()
            assert set(whole) == {"attributes", *fields}, name
            asked = client.get(f"{BASE}/sobjects/{name}/{record['Id']}", {"fields": ",".join(fields)}).json()
            assert asked == whole
            seen.add(name)
    assert seen >= {
        *("Account", "Conversation", "EngagementAttendee", "EngagementInteraction", "EngagementInteractionHistory"),
        *("EngagementTopic", "Group", "Organization", "QueueSobject", "RecordType", "User", "VoiceCall"),
    }


@pytest.mark.parametrize("name", QUERYABLE)
def test_every_described_field_can_be_queried(client: Client, tenant: Any, name: str) -> None:
    with scope(tenant):
        install_sample_fields()
    fields = [each["name"] for each in described(client, name)["fields"]]
    response = client.get(f"{BASE}/query", {"q": f"SELECT {', '.join(fields)} FROM {name}"})
    assert response.status_code == 200, response.json()
