"""E-mail over the documented surface: answers, drafts, attachments, sending, and what is told of each (genesys 11)."""

from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.models import User
from apps.engagements.models import EngagementInteraction, MailMessage
from apps.messaging.operations import receive
from apps.messaging.operations.receiving import Enclosed, Incoming
from apps.messaging.operations.sending import deliver_mail
from apps.queues.models import Queue
from apps.tenants.models import Tenant
from tests.builders import make_user
from tests.desktop import BASE_URL, Desktop

SERVICE = "service@harbour.example"


@pytest.fixture
def reader(in_scope: Tenant, queue: Queue) -> User:
    in_scope.default_queue = queue
    in_scope.save(update_fields=["default_queue"])
    return make_user("integration")


@pytest.fixture
def inbound(desk: Desktop, reader: User) -> str:
    """The id of a message that Alice has accepted."""
    arrived = receive(
        Incoming(
            message_id="<1@customer.example>",
            sender="ann@customer.example",
            to=[SERVICE],
            cc=["bea@customer.example"],
            subject="Bill",
            text="Why so much?",
            enclosed=[Enclosed("meter.jpg", "image/jpeg", b"jpg")],
        ),
        by=reader,
    )
    assert arrived
    public_id = arrived.interaction.genesys_id
    assert desk.post(f"me/emails/{public_id}", operationName="Accept")[0] == 200
    return public_id


def draft_of(desk: Desktop) -> Any:
    return desk.told("/v2/me/emails")[-1]["email"]


def test_an_email_says_what_was_written(desk: Desktop, inbound: str) -> None:
    email = desk.get(f"emails/{inbound}")["email"]
    assert email == desk.told("/v2/me/emails")[-1]["email"]
    assert (email["from"], email["to"], email["cc"]) == ("ann@customer.example", [SERVICE], ["bea@customer.example"])
    assert (email["subject"], email["bodyAsPlainText"], email["mime"]) == ("Bill", "Why so much?", "text/plain")
    (attached,) = email["attachments"]
    assert (attached["name"], attached["size"], attached["mime"]) == ("meter.jpg", 3, "image/jpeg")
    assert attached["uri"] == f"{BASE_URL}/api/v2/emails/{inbound}/attachments/{attached['id']}"
    answer = desk.request("GET", attached["uri"].partition("/api/v2/")[2])
    assert (answer.content, answer["Content-Type"]) == (b"jpg", "image/jpeg")
    assert answer["Content-Disposition"] == 'attachment; filename="meter.jpg"'


def test_a_draft_is_not_handed_on(desk: Desktop, second: Desktop, inbound: str) -> None:
    desk.expect("POST", f"me/emails/{inbound}", operationName="Reply")
    draft = draft_of(desk)["id"]
    for name, body in (
        ("Complete", {}),
        ("Complete", {"queueName": "Support"}),
        ("PlaceInQueue", {"queueName": "Support"}),
        ("Transfer", {"userId": str(second.user.uuid)}),
    ):
        assert desk.operate(draft, name, **body)[0] == 409, name
    assert desk.get(f"emails/{draft}")["email"]["state"] == "Composing"


def test_from_reply_to_the_outbox(desk: Desktop, inbound: str, tenant: Tenant) -> None:
    status, answer = desk.post(
        f"me/emails/{inbound}", operationName="ReplyAll", queueUri=f"{BASE_URL}/api/v2/queues/x", userData={"a": 1}
    )
    assert (status, set(answer)) == (200, {"statusCode", "referenceId"})
    told = desk.told("/v2/me/emails")[-1]
    assert (told["notificationType"], told["referenceId"]) == ("StatusChange", answer["referenceId"])
    draft = told["email"]
    assert (draft["state"], draft["emailType"], draft["parentId"]) == ("Composing", "Outbound", inbound)
    assert draft["id"] != inbound
    assert (draft["from"], draft["to"], draft["cc"]) == (SERVICE, ["ann@customer.example"], ["bea@customer.example"])
    assert draft["userData"] == {"a": 1}

    path = f"me/emails/{draft['id']}"
    assert desk.post(path, operationName="Save", body="<p>Sorry</p>", mime="text/html")[1]["statusCode"] == 0
    assert desk.told("/v2/me/emails")[-1]["notificationType"] == "EmailSaved"
    assert (draft_of(desk)["body"], draft_of(desk)["bodyAsPlainText"]) == ("<p>Sorry</p>", "Sorry")
    assert desk.post(path, operationName="Complete")[1]["statusCode"] == 2

    status, answer = desk.post(path, operationName="Send")
    assert status == 200
    assert desk.told("/v2/me/emails")[-1]["referenceId"] == answer["referenceId"]
    assert (draft_of(desk)["state"], draft_of(desk)["capabilities"]) == ("Completed", [])
    assert desk.post(path, operationName="Send")[1]["statusCode"] == 2
    assert deliver_mail(tenant) == 1
    assert [sent.to for sent in mail.outbox] == [["ann@customer.example"]]
    assert draft_of(desk)["deliveryStatus"] == "Sent"
    assert draft_of(desk) == desk.get(f"emails/{draft['id']}")["email"]
    assert desk.get(f"emails/{inbound}")["email"]["state"] == "Processing"


def test_cancel_on_the_generic_surface(desk: Desktop, inbound: str) -> None:
    assert desk.operate(inbound, "Cancel")[1] == {"statusCode": 2, "statusMessage": "this is no draft"}
    assert desk.operate(inbound, "Reply") == (200, {"statusCode": 0})
    draft = desk.told()[-1]["interaction"]
    assert draft["state"] == "Composing"
    assert desk.operate(draft["id"], "Cancel") == (200, {"status": 0})
    assert desk.told()[-1]["interaction"]["state"] == "Completed"
    assert desk.item()["state"] == "Processing"
    assert desk.operate(draft["id"], "Cancel")[1]["statusCode"] == 6
    assert not EngagementInteraction.objects.filter(is_draft=True).exists()


def test_attachments_come_and_go(desk: Desktop, inbound: str) -> None:
    desk.post(f"me/emails/{inbound}", operationName="Forward", to=["dan@customer.example"])
    draft = draft_of(desk)
    assert [each["name"] for each in draft["attachments"]] == ["meter.jpg"]
    address = f"/api/v2/me/emails/{draft['id']}/attachments"
    upload = SimpleUploadedFile("../bill.pdf", b"%PDF-1", "application/pdf")
    answer = desk.client.post(address, {"attachment": upload}, headers=desk.headers).json()
    assert set(answer) == {"statusCode", "documentId", "referenceId"}
    assert desk.told("/v2/me/emails")[-1]["notificationType"] == "AttachmentAdded"
    assert [each["name"] for each in draft_of(desk)["attachments"]] == ["meter.jpg", "bill.pdf"]

    gone = f"{address.removeprefix('/api/v2/')}/{answer['documentId']}"
    assert desk.request("GET", gone).content == b"%PDF-1"
    assert desk.request("DELETE", gone).json() == {"statusCode": 0}
    assert desk.told("/v2/me/emails")[-1]["notificationType"] == "AttachmentRemoved"
    assert desk.request("GET", gone).json()["statusCode"] == 6
    (left,) = draft_of(desk)["attachments"]
    body = {"operationName": "RemoveAttachment", "attachmentId": left["id"]}
    assert desk.post(f"me/emails/{draft['id']}", **body)[1]["statusCode"] == 0
    assert draft_of(desk)["attachments"] == []
    assert desk.client.post(address, {}, headers=desk.headers).json()["statusCode"] == 1
    assert desk.client.post(address.replace(draft["id"], inbound), {"attachment": upload}, headers=desk.headers).json()[
        "statusCode"
    ] in (1, 2)


def test_new_mail(desk: Desktop, inbound: str) -> None:
    status, _ = desk.post("me/emails", operationName="Create", to="dan@customer.example", subject="Hello", body="Hi")
    assert status == 200
    draft = draft_of(desk)
    assert (draft["state"], draft["to"], "parentId" in draft) == ("Composing", ["dan@customer.example"], False)
    assert {item["id"] for item in desk.get("me/emails?fields=*")["emails"]} == {inbound, draft["id"]}


@pytest.mark.parametrize(
    ("operation", "body", "code"),
    [
        ("Save", {"to": ["nobody"]}, 10),
        ("Save", {"to": 7}, 10),
        ("Save", {"subject": 7}, 10),
        ("Save", {"bodyAsPlainText": "a\u0000"}, 10),
        ("Save", {"from": "boss@bank.example"}, 10),
        ("Send", {"to": [], "cc": []}, 1),
        ("RemoveAttachment", {}, 1),
        ("RemoveAttachment", {"attachmentId": "x"}, 6),
        ("Reply", {"userData": 7}, 10),
        ("SendMessage", {"text": "Hello"}, 10),
    ],
)
def test_bad_input(desk: Desktop, inbound: str, operation: str, body: dict[str, Any], code: int) -> None:
    desk.post(f"me/emails/{inbound}", operationName="Reply")
    path = f"me/emails/{draft_of(desk)['id']}"
    before = MailMessage.objects.order_by("id").values()
    rows = list(before)
    assert desk.post(path, operationName=operation, **body)[1]["statusCode"] == code
    assert list(before.all()) == rows


def test_somebody_elses_draft_is_nobodys(desk: Desktop, second: Desktop, inbound: str) -> None:
    desk.post(f"me/emails/{inbound}", operationName="Reply")
    path = f"me/emails/{draft_of(desk)['id']}"
    for operation in ("Send", "Cancel", "Save"):
        assert second.post(path, operationName=operation)[1]["statusCode"] == 6
