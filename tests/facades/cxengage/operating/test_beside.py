"""Notes, files, hooks and contacts beside an interaction; what agents' clients fetch and send."""

import json
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.directory.models import CrmRecord
from apps.engagements.models import MailMessage
from tests.builders import make_agent, make_live, make_queue, make_user
from tests.facades.cxengage.conftest import Get, basic
from tests.facades.cxengage.toolbar import Toolbar

pytestmark = pytest.mark.django_db


def test_notes_hooks_and_contacts_stand_in_the_record(in_scope: Any, get: Get) -> None:
    anna = make_agent("anna")
    first = Toolbar(anna).comes()
    call = make_live(make_queue("Support", [anna]))
    first.does(call, "offer-accept")
    contact = CrmRecord.objects.create(object_name="Contact", record_id="003AB00000Z1abc", name="Ada")
    notes = f"interactions/{call.uuid}/notes"

    made = first.call(
        "POST", f"{notes}?contents=true", {"title": "Meter", "body": "Read twice.", "resourceId": first.id}
    )
    assert (made.status_code, made.json()["result"]["body"]) == (201, "Read twice.")
    note = f"{notes}/{made.json()['result']['noteId']}"
    changed = first.call("PUT", note, {"body": "Read three times."})
    assert (changed.json()["result"]["title"], changed.json()["result"]["body"]) == ("Meter", "Read three times.")
    assert "body" not in first.get(notes).json()["result"][0]
    assert first.get(f"{notes}?contents=true").json()["result"] == [first.get(note).json()["result"]]
    wrong: list[Any] = [{}, [], {"body": ""}, {"body": 7}, {"body": "x" * 65_536}, {"body": "\x00"}]
    for body in [*wrong, {"title": "x" * 256, "body": "x"}]:
        assert first.call("POST", notes, body).status_code == 400, body
    assert first.call("POST", notes, {"body": "x", "resourceId": str(uuid4())}).status_code == 403
    assert first.get(f"{notes}/{uuid4()}").status_code == first.get(f"{notes}/7").status_code == 404

    hook = {"hookType": "zendesk", "hookSubType": "ticket", "hookId": "44", "hookName": "Ticket 44", "hookBy": "u1"}
    first.does(call, "interaction-hook-add", **hook)
    first.does(call, "interaction-hook-add", **hook)
    first.does(call, "interaction-contact-selected", contactId=str(contact.uuid))
    row = get(f"interactions/{call.uuid}").json()
    assert [(each["hookId"], each["hookedBy"]) for each in row["hooks"]] == [("44", "u1")]
    assert row["contactId"] == str(contact.uuid)
    first.does(call, "interaction-hook-drop", **hook)
    first.does(call, "interaction-contact-deselected", contactId=str(contact.uuid))
    assert first.interrupt(call, "interaction-contact-deselected", contactId=str(contact.uuid)).status_code == 409
    row = get(f"interactions/{call.uuid}").json()
    assert "hooks" not in row
    assert "contactId" not in row
    assert [each["body"] for each in row["notes"]] == ["Read three times."]


def test_files_are_laid_down_listed_and_fetched_until_the_link_runs_out(in_scope: Any) -> None:
    anna, boris = make_agent("anna"), make_agent("boris")
    first, second = Toolbar(anna).comes(), Toolbar(boris).comes()
    call = make_live(make_queue("Support", [anna]))
    first.does(call, "offer-accept")
    path = f"interactions/{call.uuid}/artifacts"
    service = Toolbar(make_user("integration"))

    made = service.post(path, artifactType="audio-recording").json()
    where = f"/v1/tenants/{service.tenant_id}/{path}/{made['artifactId']}"
    file = SimpleUploadedFile("talk.wav", b"RIFF....", "audio/wav")
    headers = {"Authorization": basic(service.user)}
    sent = Client().post(where, {"recording": file, "metadata": '{"channel": 1}'}, headers=headers)
    assert sent.status_code == 201, sent.content
    (row,) = first.get(path).json()["results"]
    assert (row["artifactType"], row["files"][0]["contentLength"]) == ("audio-recording", 8)
    assert row["files"][0]["metadata"] == {"channel": 1}
    link = row["files"][0]["url"]
    fetched = Client().get(link)
    assert (fetched.content, fetched["Content-Type"]) == (b"RIFF....", "audio/wav")
    with patch("django.core.signing.time.time", return_value=9_999_999_999.0):
        assert Client().get(link).status_code == 403
    assert Client().get(link[:-3]).status_code == 403

    assert second.get(path).status_code == 403  # not an own one
    assert second.get(path).json()["error"]["expectedPermissions"] == ["ARTIFACTS_READ_ALL"]
    assert second.post(path, artifactType="email").status_code == 403
    for body in ({}, {"artifactType": "virus"}, {"artifactType": 7}, {"artifactType": "email", "metadata": []}):
        assert service.call("POST", path, body).status_code == 400, body
    assert Client().post(where, {"x": "y"}, headers=headers).status_code == 400
    assert service.get(f"{path}/{uuid4()}").status_code == service.get(f"{path}/7").status_code == 404


def test_mail_is_written_as_an_artifact_and_sent(in_scope: Any) -> None:
    anna = make_agent("anna")
    first = Toolbar(anna).comes()
    started = first.start(channelType="email", customer="ada@example.com")
    assert (started.status_code, started.json()["contactPoint"]) == (201, started.json()["contactPoint"])
    key = started.json()["id"]
    artifact = first.post(f"interactions/{key}/artifacts", artifactType="email").json()["artifactId"]
    where = f"/v1/tenants/{first.tenant_id}/interactions/{key}/artifacts/{artifact}"
    headers = {"Authorization": basic(first.user)}
    assert first.interrupt(key, "send-email", artifactId=artifact).status_code == 409  # nothing to send yet
    manifest = json.dumps({"to": ["ada@example.com"], "subject": "Your meter"}).encode()
    files = {
        "manifest": SimpleUploadedFile("manifest", manifest, "application/json"),
        "body": SimpleUploadedFile("body", b"<p>Thank you.</p>", "text/html"),
        "attachment": SimpleUploadedFile("bill.pdf", b"%PDF", "application/pdf"),
    }
    assert Client().post(where, files, headers=headers).json()["manifestId"]
    first.does(key, "send-email", artifactId=artifact)
    message = MailMessage.objects.get(interaction__uuid=key)
    assert (message.subject, message.text.strip(), message.delivery) == ("Your meter", "Thank you.", "waiting")
    assert [each.name for each in message.attachments.all()] == ["bill.pdf"]
