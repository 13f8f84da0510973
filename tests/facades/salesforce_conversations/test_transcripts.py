"""Transcripts on the platform host: read in pages, put right, and handed over as files (voice 10)."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.operations import issue_token
from apps.common import clock
from apps.engagements.models import ConversationEntry, EngagementInteraction
from apps.facades.salesforce_conversations.payloads import milliseconds
from apps.queues import operations
from apps.tenants.scope import scope
from tests.builders import make_live, make_user

BASE = "/services/data/v64.0/connect"


@pytest.fixture
def admin(tenant):
    with scope(tenant):
        return make_user("admin")


@pytest.fixture
def client(admin):
    return Client(headers={"Authorization": f"Bearer {issue_token(admin)}"})


@pytest.fixture
def contact(tenant):
    """A contact of an hour, with ten lines; it goes on."""
    with scope(tenant):
        live = make_live(at=clock.now() - timedelta(hours=1))
        ConversationEntry.objects.bulk_create(
            ConversationEntry(
                interaction=live,
                number=number,
                sender_kind="END_USER" if number % 2 else "HUMAN_AGENT",
                participant="k",
                started_at=live.opened_at + timedelta(minutes=number),
                ended_at=live.opened_at + timedelta(minutes=number, seconds=2),
                text=f"line {number}",
                message_id=f"m-{number}",
            )
            for number in range(1, 11)
        )
    return live


def entries(client, contact, **asked):
    return client.get(f"{BASE}/conversation/{contact.uuid}/entries", asked)


def texts(response) -> list[str]:
    assert response.status_code == 200, response.content
    return [each["messageText"] for each in response.json()["conversationEntries"]]


def test_a_line(client, contact):
    first = entries(client, contact, queryDirection="FromStart", recordLimit=1).json()["conversationEntries"][0]
    assert first.pop("serverReceivedTimestamp") > 0
    assert first == {
        "identifier": "m-1",
        "messageText": "line 1",
        "clientTimestamp": milliseconds(contact.opened_at + timedelta(minutes=1)),
        "clientDuration": 2000,
        "relatedRecords": [],
        "sender": {"appType": "TELEPHONY_INTEGRATION", "role": "END_USER", "subject": "k"},
    }


def test_from_either_end(client, contact):
    assert texts(entries(client, contact)) == [f"line {number}" for number in range(1, 11)]
    assert texts(entries(client, contact, recordLimit=2)) == ["line 9", "line 10"]
    assert texts(entries(client, contact, recordLimit=2, queryDirection="FromStart")) == ["line 1", "line 2"]
    third, fifth = (milliseconds(contact.opened_at + timedelta(minutes=number)) for number in (3, 5))
    assert texts(entries(client, contact, startTimestamp=third, endTimestamp=fifth)) == ["line 3", "line 4", "line 5"]


@pytest.mark.parametrize(
    "asked",
    [
        {"recordLimit": 0},
        {"recordLimit": 1001},
        {"recordLimit": "x"},
        {"queryDirection": "up"},
        {"endTimestamp": "?"},
    ],
)
def test_what_cannot_be_asked(client, contact, asked):
    refused = entries(client, contact, **asked)
    assert (refused.status_code, refused.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


def test_nobody_else_s_conversation(client, other_tenant, contact):
    with scope(other_tenant):
        stranger = Client(headers={"Authorization": f"Bearer {issue_token(make_user('admin'))}"})
    assert entries(stranger, contact).status_code == 404
    assert client.get(f"{BASE}/conversation/nothing/entries").status_code == 404


def test_lines_are_put_right(client, contact, tenant):
    body = {
        "conversationEntriesUpdates": [
            {"identifier": "m-2", "messageText": "better", "relatedRecords": ["0LQWq0000004Kd2"]},
            {"identifier": "m-99", "messageText": "nobody said this"},
        ]
    }
    path = f"{BASE}/conversation/{contact.uuid}/entries"
    answer = client.patch(path, json.dumps(body), content_type="application/json")
    assert answer.json() == {
        "conversationEntriesUpdateResults": [
            {"identifier": "m-2", "success": True, "failureReason": None},
            {"identifier": "m-99", "success": False, "failureReason": "There is no such entry."},
        ]
    }
    with scope(tenant):
        entry = ConversationEntry.objects.get(message_id="m-2")
    assert (entry.text, entry.related_records) == ("better", ["0LQWq0000004Kd2"])
    for bad in ({}, {"conversationEntriesUpdates": [1]}, {"conversationEntriesUpdates": [{"identifier": 7}]}):
        assert client.patch(path, json.dumps(bad), content_type="application/json").status_code == 400


def file_of(contact, *payloads) -> SimpleUploadedFile:
    first = {"type": "conversation", "payload": {"conversationId": str(contact.uuid)}}
    lines = [first, *({"type": "conversationEntry", "payload": payload} for payload in payloads)]
    return SimpleUploadedFile("transcript.jsonl", "\n".join(json.dumps(line) for line in lines).encode())


def said(contact, identifier: str, minutes: float = 1, **changes) -> dict:
    return {
        "conversationId": str(contact.uuid),
        "id": identifier,
        "clientSentTimestamp": milliseconds(contact.opened_at + timedelta(minutes=minutes)),
        "clientDuration": 2400,
        "messageText": "My parcel is late",
        "sender": {"appType": "TELEPHONY_INTEGRATION", "subject": "END_USER", "role": "END_USER"},
        "relatedRecords": ["0LQWq0000004Kd2"],
        **changes,
    }


def upload(client, contact, *payloads):
    return client.post(f"{BASE}/conversations/upload", {str(contact.uuid): file_of(contact, *payloads)}).json()[
        "conversationBulkUploadsResults"
    ][0]


def test_a_file_of_a_closed_conversation(client, contact, tenant):
    assert upload(client, contact, said(contact, "e1"))["errorDetail"] == "The conversation is not closed yet."
    with scope(tenant):
        operations.close(EngagementInteraction.objects.get(), by=None)
    taken = upload(client, contact, said(contact, "e1"), said(contact, "m-1"), said(contact, "e3", -9), {"id": "e4"})
    assert (taken["status"], taken["conversationIdentifier"]) == ("Completed", str(contact.uuid))
    told = client.get(f"{BASE}/conversations/upload", {"uploadIds": f"{taken['uploadId']},nothing"}).json()["statuses"]
    assert [(each["successEntryCount"], each["failedEntryIds"]) for each in told] == [(1, ["e4", "m-1", "e3"])]
    assert "My parcel is late" in texts(entries(client, contact))


def test_files_that_are_none(client, contact):
    assert client.post(f"{BASE}/conversations/upload").status_code in (400, 415)
    bad = SimpleUploadedFile("x", b"\xff\xfe nothing")
    answer = client.post(f"{BASE}/conversations/upload", {"unknown": bad}).json()["conversationBulkUploadsResults"][0]
    assert (answer["status"], answer["errorDetail"]) == ("Failed", "There is no such conversation.")
    assert client.get(f"{BASE}/conversations/upload").status_code == 400


def test_the_lines_are_rows_of_the_object_api(client, contact):
    text = "SELECT ActorType, EntryType, Message, MessageIdentifier, Seq FROM ConversationEntry WHERE Seq < 3"
    rows = client.get("/services/data/v64.0/query", {"q": text}).json()["records"]
    shown = [(row["ActorType"], row["EntryType"], row["Message"], row["MessageIdentifier"]) for row in rows]
    assert sorted(shown) == [("Agent", "Text", "line 2", "m-2"), ("EndUser", "Text", "line 1", "m-1")]
