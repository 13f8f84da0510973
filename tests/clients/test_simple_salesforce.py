"""The public Python client of the object API, unmodified, against a running server (sobjects 14.1, 14.4)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce, format_soql
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceResourceNotFound,
)
from simple_salesforce.format import format_external_id

from apps.accounts.passwords import security_token
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_user
from tests.clients.conftest import CONTACT, House

START = "2026-01-31T10:00:00.000+0000"


class ToHouse(HTTPAdapter):
    """The client speaks https to the vendor's hosts, whatever it is told; here that ends at the server under test."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        asked = urlsplit(str(request.url))
        request.url = f"{self.address}{asked.path}" + (f"?{asked.query}" if asked.query else "")
        return super().send(request, *args, **options)


@pytest.fixture
def session(house: House) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.mount("https://", ToHouse(house.address))
        yield session


@pytest.fixture
def sf(house: House, session: requests.Session) -> Salesforce:
    return Salesforce(username=house.user.username, password=house.password, security_token="", session=session)


def contact(**values: Any) -> dict[str, Any]:
    return {"StartDateTime": START, "CommunicationChannel": "Voice Call", **values}


def make(sf: Salesforce, **values: Any) -> str:
    answer = sf.EngagementInteraction.create(contact(**values))
    assert (answer["success"], answer["errors"]) == (True, [])
    return str(answer["id"])


# Signing in ----------------------------------------------------------------------------------------------------------


def logins(house: House) -> list[dict[str, Any]]:
    who = {"username": house.user.username, "password": house.password}
    app = {"consumer_key": house.client_id, "consumer_secret": house.client_secret}
    return [
        {**who, "security_token": ""},
        {**who, "security_token": security_token(house.user), "domain": "test"},
        {**who, "organizationId": house.user.tenant.org_id},
        {**who, **app},
        {**app, "domain": "harbour.my"},
        {"username": who["username"], "consumer_key": house.client_id, "privatekey": house.private_key},
    ]


def test_every_way_of_signing_in_opens_data(house: House, session: requests.Session) -> None:
    for login in logins(house):
        sf = Salesforce(session=session, **login)
        assert sf.session_id.startswith(f"{house.user.tenant.org_id[:15]}!")
        assert sf.query("SELECT Id FROM User LIMIT 1")["totalSize"] == 1, login
        assert sf.oauth2("userinfo")["user_id"] == house.user.public_id


@pytest.mark.parametrize(
    ("which", "change", "code"),
    [
        (0, {"password": "wrong"}, "INVALID_LOGIN"),
        (2, {"organizationId": "00D000000000009AAA"}, "INVALID_LOGIN"),
        (3, {"password": "wrong"}, "invalid_grant"),
        (4, {"consumer_secret": "wrong"}, "invalid_client"),
        (5, {"username": "nobody"}, "invalid_grant"),
    ],
)
@pytest.mark.filterwarnings("ignore:(?s).*self-authorize")  # what the client advises somebody whom nobody approved
def test_who_is_refused_is_told_why(
    house: House, session: requests.Session, which: int, change: dict[str, Any], code: str
) -> None:
    with pytest.raises(SalesforceAuthenticationFailed) as refused:
        Salesforce(session=session, **(logins(house)[which] | change))
    assert refused.value.code == code


def test_after_a_401_it_signs_in_again(house: House, sf: Salesforce) -> None:
    before = sf.session_id
    revoked = requests.post(f"{house.address}/services/oauth2/revoke", {"token": before}, timeout=30)
    assert revoked.status_code == 200
    assert sf.limits()["DailyApiRequests"]["Max"] > 0
    assert sf.session_id != before


# Discovery -----------------------------------------------------------------------------------------------------------


def test_what_there_is(sf: Salesforce, house: House) -> None:
    objects = {each["name"]: each for each in sf.describe()["sobjects"]}
    assert {"EngagementInteraction", "EngagementAttendee", "EngagementTopic", "VoiceCall", "User"} <= set(objects)
    interaction = make(sf)
    described = sf.EngagementInteraction.metadata()
    assert described["objectDescribe"]["name"] == "EngagementInteraction"
    assert isinstance(described["recentItems"], list)
    fields = {field["name"]: field for field in sf.EngagementInteraction.describe()["fields"]}
    assert fields["Status"]["picklistValues"]
    assert fields["Policy__c"]["custom"]
    layouts = sf.EngagementInteraction.describe_layout("012000000000000AAA")
    assert layouts["id"]
    assert sf.limits()["DailyApiRequests"]["Remaining"] > 0
    assert sf.api_usage["api-usage"].used > 0
    assert sf.is_sandbox() is False
    assert sf.engagementINTERACTION.get(interaction)["attributes"]["type"] == "EngagementInteraction"


# Records -------------------------------------------------------------------------------------------------------------


def test_a_records_life(sf: Salesforce) -> None:
    record = sf.EngagementInteraction
    made = make(sf, Reason="Unknown charges", Policy__c="P-1")
    assert record.get(made)["Reason"] == "Unknown charges"
    assert record.get(made[:15], params={"fields": "Name,Policy__c"})["Policy__c"] == "P-1"
    assert record.update(made, {"Status": "In Progress", "Policy__c": None}) == 204
    assert record.get(made)["Policy__c"] is None
    start, end = datetime.now(UTC) - timedelta(minutes=5), datetime.now(UTC) + timedelta(minutes=5)
    assert made in record.updated(start, end)["ids"]
    assert record.delete(made) == 204
    assert made in [each["id"] for each in record.deleted(start, end)["deletedRecords"]]
    with pytest.raises(SalesforceResourceNotFound):
        record.get(made)
    asked = f"SELECT Id, IsDeleted FROM EngagementInteraction WHERE Id = '{made}'"
    assert sf.query(asked)["records"] == []
    assert sf.query(asked, include_deleted=True)["records"][0]["IsDeleted"] is True


@pytest.mark.parametrize("key", ["pbx-1", "a b/c", "ä.json"])
def test_found_and_upserted_by_external_id(sf: Salesforce, key: str) -> None:
    record = sf.EngagementInteraction
    path = format_external_id("ExternalIdentifier", key)
    assert record.upsert(path, contact(Reason="first")) == 201
    assert record.upsert(path, {"Reason": "second"}) == 200
    assert record.get(path)["Reason"] == "second"
    assert record.get_by_custom_id("ExternalIdentifier", key)["ExternalIdentifier"] == key
    raw = record.upsert(path, {"Reason": "third"}, raw_response=True)
    assert raw.json()["created"] is False


def test_a_key_that_several_have(sf: Salesforce) -> None:
    made = make(sf)
    for _ in range(2):
        sf.EngagementTopic.create({"EngagementId": made, "Name": "Card delivery"})
    with pytest.raises(SalesforceMoreThanOneRecord):
        sf.EngagementTopic.upsert("Name/Card delivery", {"ProcessName": "x"})


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"MappedState": "New"}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ({"Nope": 1}, "INVALID_FIELD"),
        ({"StartDateTime": "yesterday"}, "JSON_PARSER_ERROR"),
    ],
)
def test_values_that_are_refused(sf: Salesforce, values: dict[str, Any], code: str) -> None:
    made = make(sf)
    with pytest.raises(SalesforceMalformedRequest) as refused:
        sf.EngagementInteraction.update(made, values)
    assert refused.value.content[0]["errorCode"] == code


def test_a_password_is_set(sf: Salesforce, house: House, session: requests.Session) -> None:
    with scope(house.user.tenant):
        lena = make_user("supervisor", "lena")
    assert sf.set_password(lena.public_id, "another good one") is None
    Salesforce(username="lena", password="another good one", security_token="", session=session)


# Queries -------------------------------------------------------------------------------------------------------------


def test_more_than_two_thousand_rows(sf: Salesforce) -> None:
    for batch in range(11):
        records = [
            {"attributes": {"type": "EngagementInteraction"}, **contact(Reason=f"row {batch * 200 + number}")}
            for number in range(200)
        ]
        body = {"allOrNone": True, "records": records}
        answers = sf.restful("composite/sobjects", method="POST", json=body)
        assert len(answers) == 200
        assert all(answer["success"] for answer in answers)
    asked = "SELECT Id, Reason FROM EngagementInteraction ORDER BY CreatedDate"
    whole = sf.query_all(asked)
    assert (whole["totalSize"], whole["done"], len(whole["records"])) == (2200, True, 2200)
    assert {row["Reason"] for row in whole["records"]} == {f"row {number}" for number in range(2200)}
    assert sum(1 for _ in sf.query_all_iter(asked)) == 2200

    small = {"headers": {"Sforce-Query-Options": "batchSize=200"}}
    first = sf.query(asked, **small)
    assert (first["totalSize"], first["done"], len(first["records"])) == (2200, False, 200)
    locator = first["nextRecordsUrl"].rpartition("/")[2]
    assert len(sf.query_more(locator)["records"]) == 2000
    second = sf.query_more(first["nextRecordsUrl"], identifier_is_url=True, **small)
    third = sf.query_more(second["nextRecordsUrl"].rpartition("/")[2], include_deleted=True, **small)
    ids = {row["Id"] for page in (first, second, third) for row in page["records"]}
    assert len(ids) == 600


def test_statements_that_clients_build(sf: Salesforce) -> None:
    odd = 'O\'Neil "q" 50%_x'
    made = make(sf, Reason=odd, Status="New")
    make(sf, Reason="50 x", Status="In Progress")
    asked = format_soql(
        "SELECT Id FROM EngagementInteraction WHERE StartDateTime > {} AND Reason LIKE '%{:like}' "
        "AND Status IN {} AND Reason = {}",
        datetime(2024, 1, 1, tzinfo=UTC),
        "50%_x",
        ["New", "In Progress"],
        odd,
    )
    assert [row["Id"] for row in sf.query(asked)["records"]] == [made]
    for condition, count in {
        "CreatedDate = LAST_N_DAYS:3": 2,
        "CreatedDate = YESTERDAY": 0,
        "(NOT Reason LIKE '50 %')": 1,
        "(Status = 'New' OR Status = 'Nope') AND EndDateTime = null": 1,
    }.items():
        answer = sf.query(f"SELECT COUNT() FROM EngagementInteraction WHERE {condition}")
        assert (answer["totalSize"], answer["records"]) == (count, []), condition
    counted = sf.query("SELECT COUNT(Id) n FROM EngagementInteraction")["records"][0]
    assert counted["n"] == 2


def test_parents_and_children(sf: Salesforce, house: House) -> None:
    made = make(sf)
    sf.EngagementAttendee.create({"EngagementId": made, "StartDateTime": START, "ExternalAttendeeId": CONTACT})
    asked = "SELECT Owner.Name, (SELECT ExternalAttendeeId FROM EngagementAttendees), (SELECT Id FROM EngagementTopics)"
    row = sf.query(f"{asked} FROM EngagementInteraction WHERE Id = '{made}'")["records"][0]
    assert row["Owner"]["Name"] == house.user.name
    assert CONTACT in [each["ExternalAttendeeId"] for each in row["EngagementAttendees"]["records"]]
    assert row["EngagementTopics"] is None


def test_search(sf: Salesforce) -> None:
    made = make(sf, Reason="Waldo was here")
    make(sf, Reason="nobody")
    asked = "FIND {Waldo} IN ALL FIELDS RETURNING EngagementInteraction(Id, Name)"
    assert [row["Id"] for row in sf.search(asked)["searchRecords"]] == [made]
    assert made in [row["Id"] for row in sf.quick_search("Waldo")["searchRecords"]]


# Several at once -----------------------------------------------------------------------------------------------------


def collection(*records: dict[str, Any], all_or_none: bool) -> dict[str, Any]:
    rows = [{"attributes": {"type": "EngagementInteraction"}, **record} for record in records]
    return {"allOrNone": all_or_none, "records": rows}


def test_a_collection_with_one_bad_record(sf: Salesforce) -> None:
    good, bad = contact(), {"Reason": "no start"}
    some = sf.restful("composite/sobjects", method="POST", json=collection(good, bad, all_or_none=False))
    assert [answer["success"] for answer in some] == [True, False]
    none = sf.restful("composite/sobjects", method="POST", json=collection(good, bad, all_or_none=True))
    assert [answer["success"] for answer in none] == [False, False]
    assert sf.query("SELECT COUNT() FROM EngagementInteraction")["totalSize"] == 1
    ids = {"ids": some[0]["id"], "allOrNone": "true"}
    assert sf.restful("composite/sobjects", ids, method="DELETE")[0]["success"]


def test_a_composite_with_a_reference(sf: Salesforce) -> None:
    base = "/services/data/v59.0/sobjects"
    requests_ = [
        {
            "method": "POST",
            "url": f"{base}/EngagementInteraction",
            "referenceId": "contact",
            "body": contact(),
        },
        {
            "method": "POST",
            "url": f"{base}/EngagementTopic",
            "referenceId": "topic",
            "body": {"EngagementId": "@{contact.id}", "Name": "Fee"},
        },
    ]
    answers = sf.restful("composite", method="POST", json={"allOrNone": True, "compositeRequest": requests_})
    assert [each["httpStatusCode"] for each in answers["compositeResponse"]] == [201, 201]
    requests_[1]["body"] = {"EngagementId": "@{contact.id}"}
    answers = sf.restful("composite", method="POST", json={"allOrNone": True, "compositeRequest": requests_})
    assert [each["httpStatusCode"] for each in answers["compositeResponse"]] == [400, 400]
    assert sf.query("SELECT COUNT() FROM EngagementInteraction")["totalSize"] == 1


def test_a_tree(sf: Salesforce) -> None:
    def attendee(number: int) -> dict[str, Any]:
        values = {"StartDateTime": START, "ExternalAttendeeId": CONTACT}
        return {"attributes": {"type": "EngagementAttendee", "referenceId": f"attendee{number}"}, **values}

    root = {"attributes": {"type": "EngagementInteraction", "referenceId": "root"}, **contact()}
    root["EngagementAttendees"] = {"records": [attendee(1), attendee(2)]}
    answer = sf.restful("composite/tree/EngagementInteraction", method="POST", json={"records": [root]})
    assert answer["hasErrors"] is False
    assert {each["referenceId"] for each in answer["results"]} == {"root", "attendee1", "attendee2"}


def test_the_connect_resource(sf: Salesforce) -> None:
    path = "connect/service-excellence/engagement-interactions"
    interaction = {
        "startDateTime": "2026-01-31T10:00:00.000Z",
        "communicationChannel": "Voice Call",
        "attendeeVerified": True,
        "engagementAttendees": [{"startDateTime": "2026-01-31T10:00:00.000Z", "externalAttendeeId": CONTACT}],
    }
    made = sf.restful(path, method="POST", json={"engagementInteraction": interaction})
    key = made["engagementInteraction"]["id"]
    found = sf.restful(f"{path}/{key}")["engagementInteraction"]
    assert CONTACT in [attendee["externalAttendeeId"] for attendee in found["engagementAttendees"]]
    assert sf.EngagementInteraction.get(key)["CommunicationChannel"] == "Voice Call"
    assert sf.restful(f"{path}/{key}", method="DELETE") is None
    with pytest.raises(SalesforceResourceNotFound):
        sf.EngagementInteraction.get(key)


def test_another_tenants_records_are_not_there(
    sf: Salesforce, house: House, session: Any, other_tenant: Tenant
) -> None:
    with scope(other_tenant):
        stranger = make_user("admin", "stranger")
    made = make(sf)
    theirs = Salesforce(username=stranger.username, password=house.password, security_token="", session=session)
    with pytest.raises(SalesforceResourceNotFound):
        theirs.EngagementInteraction.get(made)
