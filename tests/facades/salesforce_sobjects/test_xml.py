"""The object API in XML (P-08)."""

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from apps.accounts.operations import issue_token
from apps.common import clock
from apps.objects import registry
from apps.tenants.scope import scope
from tests.builders import make_live, make_user

BASE = "/services/data/v59.0"
INTERACTIONS = f"{BASE}/sobjects/EngagementInteraction"
XML = "application/xml"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
SMALLEST = """<?xml version="1.0" encoding="UTF-8"?>
<anything xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <StartDateTime>2025-09-08T08:15:00Z</StartDateTime>
  <CommunicationChannel>Voice Call</CommunicationChannel>
  <Reason>Größe &amp; Preis</Reason>
  <IsAttendeeVerified>true</IsAttendeeVerified>
</anything>"""


@pytest.fixture
def client(tenant: Any) -> Client:
    with scope(tenant):
        token = issue_token(make_user("admin"))
    return Client(headers={"Authorization": f"Bearer {token}", "Accept": XML})


def root(response: Any) -> ElementTree.Element:
    assert response["Content-Type"] == "application/xml;charset=UTF-8"
    return ElementTree.fromstring(response.content)


def made(client: Client, body: Any = SMALLEST) -> str:
    response = client.post(INTERACTIONS, body, content_type=XML)
    assert response.status_code == 201, response.content
    answer = root(response)
    assert (answer.tag, answer.findtext("success")) == ("Result", "true")
    return str(answer.findtext("id"))


def test_create_retrieve_and_clear(client: Client) -> None:
    key = made(client)
    record = root(client.get(f"{INTERACTIONS}/{key}"))
    assert record.tag == "EngagementInteraction"
    assert record.attrib == {"type": "EngagementInteraction", "url": f"{INTERACTIONS}/{key}"}
    assert record.findtext("StartDateTime") == "2025-09-08T08:15:00.000Z"
    assert (record.findtext("Reason"), record.findtext("IsAttendeeVerified")) == ("Größe & Preis", "true")
    assert record.find("EndDateTime").attrib == {NIL: "true"}
    clear = '<x xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Reason xsi:nil="true"/></x>'
    assert client.patch(f"{INTERACTIONS}/{key}", clear, content_type=XML).status_code == 204
    assert root(client.get(f"{INTERACTIONS}/{key}?fields=Reason")).find("Reason").attrib == {NIL: "true"}


def test_utf_16(client: Client) -> None:
    key = made(client, SMALLEST.replace("UTF-8", "UTF-16").encode("utf-16"))
    assert root(client.get(f"{INTERACTIONS}/{key}")).findtext("Reason") == "Größe & Preis"


def test_query(client: Client) -> None:
    keys = [made(client) for _ in range(2)]
    answer = root(client.get(f"{BASE}/query", {"q": "SELECT Id, Owner.Name FROM EngagementInteraction ORDER BY Id"}))
    assert (answer.tag, answer.findtext("totalSize"), answer.findtext("done")) == ("QueryResult", "2", "true")
    rows = answer.findall("records")
    assert [row.findtext("Id") for row in rows] == keys
    assert [row.get("type") for row in rows] == ["EngagementInteraction"] * 2


def test_errors(client: Client) -> None:
    response = client.post(INTERACTIONS, "<x><Type>Inbound</Type></x>", content_type=XML)
    answer = root(response)
    assert (response.status_code, answer.tag) == (400, "Errors")
    assert answer.findtext("Error/errorCode") == "REQUIRED_FIELD_MISSING"
    assert len(answer.findall("Error/fields")) == 2
    assert root(client.get(f"{BASE}/nothing")).findtext("Error/errorCode") == "NOT_FOUND"


@pytest.mark.parametrize(
    "body",
    [
        "<x>",
        "{}",
        '<!DOCTYPE a [<!ENTITY b "c">]><a><Reason>&b;</Reason></a>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        '<?xml version="1.0" encoding="nonsense"?><a/>',
        "<a>" + "<b>" * 100 + "x" + "</b>" * 100 + "</a>",
        "<a>" + "<b>" * 20_000 + "x" + "</b>" * 20_000 + "</a>",
    ],
)
def test_what_is_no_record(client: Client, body: str) -> None:
    response = client.post(INTERACTIONS, body, content_type=XML)
    assert (response.status_code, root(response).findtext("Error/errorCode")) == (400, "JSON_PARSER_ERROR")


def test_describe(client: Client) -> None:
    answer = root(client.get(f"{INTERACTIONS}/describe"))
    assert answer.tag == "DescribeSObjectResult"
    names = [each.findtext("name") for each in answer.findall("fields")]
    assert {"Id", "Status", "StartDateTime"} <= set(names)
    status = answer.findall("fields")[names.index("Status")]
    assert [each.findtext("value") for each in status.findall("picklistValues")] == ["New", "In Progress", "Completed"]
    everything = root(client.get(f"{BASE}/sobjects"))
    assert len(everything.findall("sobjects")) == len(registry.every())


def test_updated_and_deleted_are_named_for_the_object(client: Client) -> None:
    key = made(client)
    now = clock.now()
    span = {"start": (now - timedelta(hours=1)).isoformat(), "end": (now + timedelta(hours=1)).isoformat()}
    answer = root(client.get(f"{BASE}/sobjects/engagementinteraction/updated", span))
    assert (answer.tag, [each.text for each in answer.findall("ids")]) == ("EngagementInteraction", [key])
    assert answer.findtext("latestDateCovered").endswith(".000Z")
    assert root(client.get(f"{INTERACTIONS}/deleted", span)).tag == "EngagementInteraction"


def test_several_in_one(client: Client) -> None:
    body = """<x><allOrNone>true</allOrNone><records type="EngagementInteraction">
      <StartDateTime>2025-09-08T08:15:00Z</StartDateTime><CommunicationChannel>Web Chat</CommunicationChannel>
    </records></x>"""
    response = client.post(f"{BASE}/composite/sobjects", body, content_type=XML)
    assert response.status_code == 200
    assert [each.findtext("success") for each in root(response).findall("Result")] == ["true"]


def test_a_tree(client: Client) -> None:
    body = """<SObjectTreeRequest><records type="EngagementInteraction" referenceId="one">
      <StartDateTime>2025-09-08T08:15:00Z</StartDateTime><CommunicationChannel>Web Chat</CommunicationChannel>
      <EngagementTopics><records type="EngagementTopic" referenceId="two"><Name>Hi</Name></records></EngagementTopics>
    </records></SObjectTreeRequest>"""
    response = client.post(f"{BASE}/composite/tree/EngagementInteraction", body, content_type=XML)
    answer = root(response)
    assert (response.status_code, answer.tag, answer.findtext("hasErrors")) == (201, "SObjectTreeResponse", "false")
    assert [each.findtext("referenceId") for each in answer.findall("results")] == ["one", "two"]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("text/html", "json"),
        ("nonsense", "json"),
        ("application/json", "json"),
        ("application/xml", "xml"),
        ("application/xml;q=0.5, application/json", "json"),
        ("application/xml, application/json;q=0.5", "xml"),
    ],
)
@pytest.mark.parametrize("path", ["/sobjects", "/sobjects/VoiceCall/describe", "/limits", "/recent", "/nothing.xml"])
def test_which_format(client: Client, path: str, accept: str, expected: str) -> None:
    answer = client.get(BASE + path, headers={"Accept": accept})
    assert answer["Content-Type"] == f"application/{expected};charset=UTF-8"


def test_indented(client: Client) -> None:
    lines = client.get(f"{BASE}/limits", headers={"X-PrettyPrint": "1"}).content.splitlines()
    assert lines[2] == b"  <DailyApiRequests>"


def test_an_ending_is_no_format(client: Client, tenant: Any) -> None:
    with scope(tenant):
        live = make_live()
    response = client.get(f"{INTERACTIONS}/{live.public_id}.xml", headers={"Accept": "application/json"})
    assert (response.status_code, response.json()[0]["errorCode"]) == (404, "NOT_FOUND")
