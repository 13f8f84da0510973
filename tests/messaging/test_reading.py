"""Incoming mail: what a mailbox holds comes in once, whatever strangers put into it."""

import mailbox
from collections.abc import Callable, Iterable
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.accounts.models import User
from apps.agents.models import Agent
from apps.engagements.lifecycle import Stage
from apps.engagements.models import Delivery, EngagementInteraction, MailAttachment, MailMessage
from apps.engagements.models.mail import LARGEST_MESSAGE, LONGEST_TEXT
from apps.events.models import Event
from apps.messaging import operations
from apps.messaging.operations.sending import deliver_mail
from apps.messaging.reading.parsing import parse
from apps.messaging.selectors import conversation
from apps.queues import operations as queues
from apps.queues.models import Queue
from apps.tenants.models import Tenant
from tests.messaging.conftest import SERVICE
from tests.messaging.imap import serving

Receive = Callable[..., MailMessage]


def letter(message_id: str = "<1@customer.example>", text: str = "Why so much?", **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Ann Ahn <ann@customer.example>"
    made["To"] = f"Service <{SERVICE}>"
    made["Subject"] = "Bill"
    made["Message-ID"] = message_id
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def mbox(path: Path, letters: Iterable[EmailMessage | bytes]) -> str:
    box = mailbox.mbox(path)
    for each in letters:
        box.add(each)
    box.close()
    return str(path)


def read(place: str, tenant: Tenant) -> None:
    call_command("read_mail", place, tenant=tenant.name)


def test_a_mailbox_is_read_once(tmp_path: Path, tenant: Tenant, queue: Queue, reader: User, agent: Agent) -> None:
    enclosing = letter("<2@customer.example>", "See the meter", Date="Sat, 21 Nov 2026 08:00:00 +0100")
    enclosing.add_attachment(b"jpg", "image", "jpeg", filename="meter.jpg")
    place = mbox(tmp_path / "inbox", [letter(), enclosing])
    for _ in range(2):
        read(place, tenant)
    first, second = MailMessage.objects.order_by("id")
    assert (first.sender, first.sender_name, first.to) == ("ann@customer.example", "Ann Ahn", [SERVICE])
    assert (first.subject, first.text.strip()) == ("Bill", "Why so much?")
    opened = first.interaction
    assert (opened.channel, opened.direction, opened.stage) == ("email", "inbound", Stage.QUEUED)
    assert (opened.customer, opened.contact_point, opened.subject) == ("ann@customer.example", SERVICE, "Bill")
    assert second.sent_at
    assert second.sent_at.isoformat() == "2026-11-21T07:00:00+00:00"
    assert bytes(MailAttachment.objects.get(message=second, name="meter.jpg").content) == b"jpg"
    assert EngagementInteraction.objects.count() == 2


def test_a_maildir_is_marked_as_seen(tmp_path: Path, tenant: Tenant, queue: Queue, reader: User) -> None:
    box = mailbox.Maildir(tmp_path / "box")
    box.add(letter())
    read(str(tmp_path / "box"), tenant)
    assert [path.name[-4:] for path in (tmp_path / "box" / "cur").iterdir()] == [":2,S"]
    read(str(tmp_path / "box"), tenant)
    assert MailMessage.objects.count() == 1


def test_without_a_mailbox_it_says_so(tmp_path: Path, tenant: Tenant, reader: User) -> None:
    for place in (str(tmp_path / "nowhere"), "imap://127.0.0.1:9/INBOX", ""):
        with pytest.raises(CommandError):
            read(place, tenant)
    with pytest.raises(CommandError):
        call_command("read_mail", str(tmp_path), tenant="Nobody")


def test_a_folder_on_a_server_is_read_and_marked(tenant: Tenant, queue: Queue, reader: User) -> None:
    letters = [letter(f"<{number}@customer.example>").as_bytes() for number in range(3)]
    with serving(*letters) as server:
        server.breaks_at = 2
        with pytest.raises(CommandError):
            read(server.place(), tenant)
        assert (server.seen, MailMessage.objects.count()) == ({1}, 1)
        server.breaks_at = None
        for _ in range(2):
            read(server.place(), tenant)
        assert (server.seen, MailMessage.objects.count()) == ({1, 2, 3}, 3)
        for place in (server.place(password="wrong"), server.place(folder="Elsewhere")):
            with pytest.raises(CommandError, match=r"127\.0\.0\.1"):
                read(place, tenant)


def bounce(of: str, *, action: str = "failed", original: str = "message/rfc822") -> bytes:
    """As a mail server further on tells that it could not deliver."""
    report = f"""Reporting-MTA: dns; mx.customer.example

Final-Recipient: rfc822; ann@customer.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such mailbox
"""
    parts = {
        "text/plain": "Sorry.",
        "message/delivery-status": report,
        original: f"Message-ID: {of}\nSubject: Re: Bill\n",
    }
    lines = ["From: MAILER-DAEMON@customer.example", f"To: {SERVICE}", f"Message-ID: <{action}.{len(original)}@mx>"]
    lines.append('Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n')
    lines += [f"--b\nContent-Type: {kind}\n\n{text}" for kind, text in parts.items()]
    return "\n".join([*lines, "--b--", ""]).encode()


@pytest.mark.parametrize("original", ["message/rfc822", "text/rfc822-headers", "message/global-headers"])
def test_what_comes_back_was_not_delivered(
    receive: Receive, agent: Agent, tenant: Tenant, reader: User, original: str
) -> None:
    interaction = receive().interaction
    queues.accept(interaction, by=agent)
    sent = MailMessage.objects.get(interaction=operations.send(operations.reply(interaction, by=agent), by=agent))
    deliver_mail(tenant)
    operations.receive(parse(bounce(sent.message_id, action="delayed", original=original)), by=reader)
    sent.refresh_from_db()
    assert sent.delivery == Delivery.SENT
    kept = operations.receive(parse(bounce(sent.message_id, original=original)), by=reader)
    assert kept
    sent.refresh_from_db()
    assert (sent.delivery, sent.error) == (Delivery.FAILED, "ann@customer.example: 550 5.1.1 no such mailbox")
    assert (kept.thread, kept.is_automatic) == (sent.thread, True)
    failed = Event.objects.get(name="mail.failed")
    assert (failed.interaction_id, failed.audience) == (sent.interaction_id, [agent.user_id])
    assert EngagementInteraction.objects.filter(is_draft=False).count() == 2


def test_what_is_no_message_of_ours_fails_nothing(receive: Receive, agent: Agent, reader: User) -> None:
    receive()
    for of in ("<1@customer.example>", "<nobody@nowhere>", ""):
        operations.receive(
            parse(bounce(of, original="message/rfc822").replace(b"@mx>", b"@mx%d>" % len(of))), by=reader
        )
    assert set(MailMessage.objects.values_list("delivery", flat=True)) == {"received"}


def test_what_answers_an_open_conversation_joins_it(receive: Receive, agent: Agent) -> None:
    interaction = receive().interaction
    queues.accept(interaction, by=agent)
    receive("<2@customer.example>", in_reply_to="<1@customer.example>", text="And another thing")
    assert [item.text for item in conversation(interaction)] == ["Why so much?", "And another thing"]
    assert EngagementInteraction.objects.count() == 1


def test_what_answers_our_answer_finds_the_conversation(receive: Receive, agent: Agent) -> None:
    interaction = receive().interaction
    queues.accept(interaction, by=agent)
    ours = MailMessage.objects.get(interaction=operations.send(operations.reply(interaction, by=agent), by=agent))
    joined = receive("<2@customer.example>", references=["<1@customer.example>", ours.message_id])
    assert joined.interaction == interaction
    queues.complete(interaction, by=agent)
    opened = receive("<3@customer.example>", in_reply_to=ours.message_id).interaction
    opened.refresh_from_db()
    assert (opened.parent, opened.stage) == (ours.interaction, Stage.QUEUED)


def test_a_machines_answer_opens_nothing(receive: Receive, agent: Agent) -> None:
    interaction = receive().interaction
    queues.accept(interaction, by=agent)
    queues.complete(interaction, by=agent)
    kept = receive("<2@customer.example>", in_reply_to="<1@customer.example>", automatic="auto-replied")
    assert (kept.interaction, kept.is_automatic) == (interaction, True)
    assert EngagementInteraction.objects.count() == 1
    newsletter = receive("<3@list.example>", automatic="list").interaction
    assert newsletter.user_data == {"AutoSubmitted": "list"}


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto-replied"),
        ({"Auto_Submitted": "no"}, ""),
        ({"List_Id": "News <news.list.example>"}, "list"),
        ({"Precedence": "bulk"}, "bulk"),
        ({"Return_Path": "<>"}, "bounce"),
    ],
)
def test_who_wrote_it(header: dict[str, str], why: str) -> None:
    assert parse(letter(**header).as_bytes()).automatic == why


HEAD = b"From: =?nonsense?q?Ann?= <ann@customer.example>\nTo: x\nSubject: =?utf-8?b?!!!?=\nMessage-ID: <h@x.example>\n"
DEEP = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3000))
HOSTILE = {
    "nothing": b"",
    "no headers": b"hello",
    "raw bytes in headers": b"Subject: M\xfcller \xe2\x82\nFrom: \xff\xfe\x00<a\x00@b>\n\nx",
    "unknown charset": HEAD + b"Content-Type: text/plain; charset=klingon\n\nM\xfcller",
    "wrong charset": HEAD + b"Content-Type: text/plain; charset=utf-8\n\nM\xfcller",
    "charset that is no text": HEAD + b"Content-Type: text/plain; charset=base64\n\nTcO8bGxlcg==",
    "null characters": HEAD + b"\n\x00a\x00b",
    "half characters": HEAD + b"Content-Type: text/plain; charset=utf-7\n\n+2AA-",
    "broken base64": HEAD + b"Content-Transfer-Encoding: base64\n\nTWF=X!",
    "deep": HEAD + DEEP,
    "many parts": HEAD + b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nx\n" * 5000,
    "no boundary": HEAD + b"Content-Type: multipart/mixed\n\n--b\n\nx",
    "impossible date": HEAD + b"Date: Fri, 99 Foo 99999 99:99:99 +9999\n\nx",
    "endless header": HEAD + b"References: " + b"<a@b> " * 100_000 + b"\nTo: " + b"a@b.example, " * 50_000 + b"\n\nx",
    "file without an end": HEAD + b'Content-Type: image/png; name="../../etc/passwd\x00"\n\n\x89PNG',
    "names in pieces": HEAD + b"Content-Disposition: attachment; filename*0*=klingon''%ff; filename*2=b\n\nx",
    "comments": b"Cc: " + b"(" * 20_000 + b"\n" + HEAD + b"\nx",
    "many headers": HEAD + b"X: y\n" * 20_000 + b"\nx",
    "html": HEAD + b"Content-Type: text/html\n\n<p onclick=x()>Hi<br>there<script>x()</script><img src=http://t/1>",
    "nested html": HEAD + b"Content-Type: text/html\n\n" + b"<div>" * 50_000,
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_hostile_mail_is_kept(raw: bytes, queue: Queue, reader: User) -> None:
    made = operations.receive(parse(raw), by=reader)
    assert made
    assert MailMessage.objects.get(pk=made.pk).interaction.stage == Stage.QUEUED
    assert operations.receive(parse(raw), by=reader) is None


def test_names_of_no_charset_keep_no_letter_back() -> None:
    plain = HEAD + b"Content-Type: text/plain; charset=%s\n\n%s"
    assert parse(b"Return-Path: <\xfc@x.example>\n" + plain % (b"utf-8", b"x")).text == "x"
    assert parse(b"Subject: =?utf\xf6?q?x?=\n" + plain % (b"utf-8", b"x")).text == "x"
    assert parse(plain % (b"idna", b"M\xfcller")).text == "Müller"
    assert parse(plain % (b"punycode", b"-99999\xfc")).text == "-99999ü"
    assert parse(plain % (b"unicode_escape", b"\\x41")).text == "\\x41"
    report = (
        b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status; charset=idna\n\n"
    )
    assert (
        parse(report + b"\xfc\n--b\nContent-Type: text/rfc822-headers; charset=idna\n\n\xfc\n--b--").automatic
        == "bounce"
    )


def test_what_becomes_of_charsets_and_html() -> None:
    assert parse(HOSTILE["unknown charset"]).text == "Müller"
    assert parse(HOSTILE["wrong charset"]).text == "Müller"
    page = parse(HOSTILE["html"])
    assert page.text == "Hi\nthere"
    assert page.html == "<p>Hi<br>there</p>"
    (enclosed,) = parse(HOSTILE["file without an end"]).enclosed
    assert "/" not in enclosed.name


def test_what_is_too_large_is_cut(queue: Queue, reader: User) -> None:
    raw = HEAD + b"\n" + b"x" * (LARGEST_MESSAGE + 10)
    made = operations.receive(parse(raw), by=reader)
    assert made
    assert made.text.startswith("This message was too large")
    assert len(made.text) == LONGEST_TEXT


def test_a_bad_one_keeps_no_other_back(tmp_path: Path, tenant: Tenant, queue: Queue, reader: User) -> None:
    read(mbox(tmp_path / "inbox", [*HOSTILE.values(), letter()]), tenant)
    assert MailMessage.objects.filter(message_id="<1@customer.example>").exists()
