"""The same in XML."""

from typing import Any
from xml.etree import ElementTree

import pytest

from tests.facades.salesforce_connect.conftest import PATH, PAYLOADS, Connect, small

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
SMALLEST = (PAYLOADS / "smallest.xml").read_text()
XML = "application/xml"


def test_create_and_fetch(connect: Connect) -> None:
    response = connect.create(SMALLEST, content_type=XML, headers={"Accept": XML})
    assert (response.status_code, response["Content-Type"]) == (201, "application/xml;charset=UTF-8")
    root = ElementTree.fromstring(response.content)
    assert (root.tag, root.findtext("status/code")) == ("EngagementsCreateOutput", "201")
    assert len(root.findall("engagementInteraction/engagementTopics/engagementTopic")) == 1
    identifier = root.findtext("engagementInteraction/id")
    root = ElementTree.fromstring(connect.http.get(f"{PATH}/{identifier}.xml").content)
    assert root.tag == "EngagementInteractionFetchOutput"
    assert root.findtext("engagementInteraction/attendeeVerified") == "false"
    assert root.find("engagementInteraction/endDateTime").attrib == {NIL: "true"}
    assert root.findtext("engagementInteraction/engagementTopics/engagementTopic/name") == "Opening hours"


def test_numbers_and_places_come_as_text(connect: Connect) -> None:
    fields = """<customFieldsList>
        <customFields><key>samplePercentage__c</key><value>17</value></customFields>
        <customFields><key>sampleLocation__c</key>
          <value><latitude>12</latitude><longitude>-17.5</longitude></value></customFields>
    </customFieldsList></engagementInteraction>"""
    response = connect.create(SMALLEST.replace("</engagementInteraction>", fields), content_type=XML)
    got = connect.fetch(response.json()["engagementInteraction"]["id"]).json()["engagementInteraction"]
    assert got["customFields"] == [
        {"key": "sampleLocation__c", "value": {"latitude": 12, "longitude": -17.5}},
        {"key": "samplePercentage__c", "value": 17},
    ]


def test_utf_16(connect: Connect) -> None:
    text = f'<?xml version="1.0" encoding="UTF-16"?>{SMALLEST.replace("Opening hours", "Öffnungszeiten")}'
    response = connect.create(text.encode("utf-16"), content_type=XML)
    got = connect.fetch(response.json()["engagementInteraction"]["id"]).json()
    assert got["engagementInteraction"]["engagementTopics"][0]["name"] == "Öffnungszeiten"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<engagementContainer>",
        "<other/>",
        '<!DOCTYPE a [<!ENTITY b "c">]><engagementContainer>&b;</engagementContainer>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><engagementContainer/>',
        '<?xml version="1.0" encoding="nonsense"?><engagementContainer/>',
        "<engagementContainer>" + "<a>" * 50 + "</a>" * 50 + "</engagementContainer>",
        SMALLEST.replace("engagementTopic>", "topic>"),
        SMALLEST.replace("<engagementTopics>", "<attendeeVerified>true</attendeeVerified><engagementTopics>"),
    ],
)
def test_bodies_that_cannot_be_read(connect: Connect, body: str) -> None:
    response = connect.create(body, content_type=XML)
    assert response.status_code == 400
    expected = "JSON_PARSER_ERROR" if body else "REQUIRED_FIELD_MISSING"
    assert response.json()[0]["errorCode"] == expected


def test_errors(connect: Connect) -> None:
    response = connect.create(small(sentiment="Furious"), path=f"{PATH}.xml")
    error = ElementTree.fromstring(response.content).find("Error")
    assert error is not None
    assert error.findtext("errorCode") == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    assert error.findtext("fields/field") == "sentiment"


def test_control_characters_that_xml_lacks(connect: Connect) -> None:
    identifier = connect.created(reason="bell \x07 rings")
    root = ElementTree.fromstring(connect.http.get(f"{PATH}/{identifier}.xml").content)
    assert root.findtext("engagementInteraction/reason") == "bell \ufffd rings"


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        ("", "", "json"),
        ("", "*/*", "json"),
        ("", "text/html", "json"),
        ("", "application/xml", "xml"),
        ("", "application/xml;q=0.5, application/json", "json"),
        ("", "application/json;q=0.5, application/xml;q=0.9", "xml"),
        ("", "application/xml;q=x, ;;,", "json"),
        (".json", "application/xml", "json"),
        (".xml", "application/json", "xml"),
    ],
)
def test_the_ending_beats_the_header(connect: Connect, path: str, accept: str, kind: str) -> None:
    response: Any = connect.http.get(f"{PATH}/x{path}", headers={"Accept": accept})
    assert response["Content-Type"].startswith(f"application/{kind}")


@pytest.mark.parametrize("wanted", ["true", "false"])
def test_characters_are_sent_as_they_are(connect: Connect, wanted: str) -> None:
    """C-36: JSON is not encoded whatever the header says; XML is escaped as XML is."""
    identifier = connect.created(reason="""Tom & "Jerry" <'cat'>""")
    headers = {"X-Chatter-Entity-Encoding": wanted}
    got = connect.http.get(f"{PATH}/{identifier}", headers=headers).json()["engagementInteraction"]["reason"]
    root = ElementTree.fromstring(connect.http.get(f"{PATH}/{identifier}.xml", headers=headers).content)
    assert got == root.findtext("engagementInteraction/reason") == """Tom & "Jerry" <'cat'>"""
