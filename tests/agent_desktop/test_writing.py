"""Notes, chats and mail at the desk, and what has to be filled in before a contact is done."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.models import User
from apps.accounts.permissions import DEFAULTS, Permission
from apps.accounts.roles import Role
from apps.common import clock
from apps.engagements.models import ConversationEntry, EngagementInteraction, MailAttachment, MailMessage, Note
from apps.engagements.models.mail import LARGEST_ATTACHMENT
from apps.objects.models import CustomFieldKind
from apps.objects.operations import define_custom_field
from apps.queues.models import Disposition
from tests.agent_desktop.conftest import AtDesk
from tests.builders import make_agent
from tests.desktop import Desktop


@pytest.fixture
def work(desk: AtDesk) -> EngagementInteraction:
    interaction = desk.offered()
    desk.act(interaction, "accept")
    return interaction


def test_completing_keeps_what_was_typed_beside_it(desk: AtDesk, work: EngagementInteraction) -> None:
    define_custom_field("EngagementInteraction", "Branch__c", CustomFieldKind.TEXT, label="Branch office", length=10)
    opened = Disposition.objects.create(name="Claim opened")
    before = json.dumps({"Status": "In Progress", "Branch__c": ""})
    typed = {"note": "He waits.", "Status": "In Progress", "Branch__c": "Galway", "before": before}
    desk.act(work, "complete", disposition=str(opened.uuid), **typed)
    work.refresh_from_db()
    assert (work.stage, work.custom_fields) == ("ended", {"Branch__c": "Galway"})
    assert Note.objects.get(interaction=work).body == "He waits."


@pytest.mark.parametrize("script", [False, True])
def test_what_an_administrator_requires_is_asked_for_before_the_contact_is_done(
    desk: AtDesk, work: EngagementInteraction, script: bool
) -> None:
    desk.script = script
    values = {"label": "Branch office", "length": 10, "is_required": True}
    define_custom_field("EngagementInteraction", "Branch__c", CustomFieldKind.TEXT, **values)
    refused = desk.act(work, "complete", note="kept too?", open=str(work.uuid))
    assert refused.status_code == 422
    assert 'id="id_Branch__c_error"' in refused.content.decode()
    work.refresh_from_db()
    assert work.stage == "handled"
    assert not Note.objects.exists()  # all of it or nothing
    before = json.dumps({"Status": "In Progress", "Branch__c": ""})
    desk.act(work, "complete", Status="In Progress", Branch__c="Cork", before=before)
    work.refresh_from_db()
    assert work.stage == "ended"


def test_a_note_is_kept_and_no_pair(desk: AtDesk, work: EngagementInteraction) -> None:
    desk.act(work, "note", note="Line one\r\nline two")
    work.refresh_from_db()
    assert work.user_data["Note"] == "Line one\nline two"
    page = desk.look(f"/desk/work/{work.uuid}")
    assert "line two</textarea>" in page
    assert 'aria-label="Remove Note"' not in page
    assert desk.act(work, "note", note="\x00").status_code == 422
    assert desk.act(work, "note", note="x" * 200_000).status_code == 422


def test_a_chat_is_answered_from_the_desk(desk: AtDesk) -> None:
    chat = desk.offered(channel="chat", customer="anna@example.org")
    desk.act(chat, "accept")
    assert 'id="write"' in desk.look(f"/desk/work/{chat.uuid}")
    desk.act(chat, "say", text="Good morning")
    desk.act(chat, "say", text="Look at his file", to_agents="yes")
    for text in ("", "  ", "x" * 10_001, "\x00"):
        assert desk.act(chat, "say", text=text).status_code == 422
    said = ConversationEntry.objects.filter(interaction=chat).order_by("number").values_list("text", "visibility")
    assert list(said) == [("Good morning", "all"), ("Look at his file", "agents")]
    assert "Good morning" in desk.look(f"/desk/work/{chat.uuid}")


def test_a_message_is_read_answered_and_sent(desk: AtDesk) -> None:
    letter = desk.offered(channel="email", customer="anna@example.org")
    desk.act(letter, "accept")
    MailMessage.objects.create(
        interaction=letter,
        number=1,
        direction="inbound",
        delivery="received",
        message_id="<1@example.org>",
        sender="anna@example.org",
        to=["help@harbour.example"],
        subject="Cover note",
        text="Where is it?",
        created_at=letter.opened_at,
    )
    assert "Where is it?" in desk.look(f"/desk/work/{letter.uuid}")
    answer = desk.act(letter, "reply")
    draft = EngagementInteraction.objects.get(is_draft=True)
    assert answer["Location"] == f"/desk/work/{draft.uuid}"
    assert 'value="Re: Cover note"' in desk.look(answer["Location"])
    refused = desk.act(draft, "send_mail", to="not an address", subject="Re: Cover note", text="On its way")
    assert refused.status_code == 422
    assert "On its way" in refused.content.decode()
    desk.act(draft, "send_mail", to="anna@example.org", cc="", subject="Re: Cover note", text="On its way")
    assert MailMessage.objects.get(interaction=draft).delivery == "waiting"
    desk.act(letter, "reply")
    other = EngagementInteraction.objects.get(is_draft=True)
    desk.act(other, "drop_mail")
    assert not EngagementInteraction.objects.filter(is_draft=True).exists()


def test_files_go_along_with_a_message_and_come_back_to_those_who_may_see_it(desk: AtDesk) -> None:
    desk.client.post("/desk/", {"act": "start", "channel": "email", "customer": "anna@example.org", "panel": "start"})
    draft = EngagementInteraction.objects.get(is_draft=True)

    def attach(*files: SimpleUploadedFile) -> Any:
        return desk.client.post(f"/desk/work/{draft.uuid}", {"act": "add_files", "file": files})

    assert "Choose a file first." in attach().content.decode()
    too_large = SimpleUploadedFile("film.mov", b"x" * (LARGEST_ATTACHMENT + 1))
    assert "film.mov is too large." in attach(SimpleUploadedFile("a.txt", b"a"), too_large).content.decode()
    assert not MailAttachment.objects.exists()
    attach(SimpleUploadedFile("../bill.html", b"<script>", "text/html"), SimpleUploadedFile("b.txt", b"b"))
    first, second = MailAttachment.objects.order_by("id")
    page = desk.look(f"/desk/work/{draft.uuid}")
    assert f"/desk/attachments/{first.uuid}" in page
    desk.act(draft, "drop_file", file=str(second.uuid))
    assert desk.act(draft, "drop_file", file=str(second.uuid)).status_code == 303  # a second click
    assert MailAttachment.objects.get() == first

    given = desk.client.get(f"/desk/attachments/{first.uuid}")
    assert (given.content, given["Content-Type"]) == (b"<script>", "application/octet-stream")
    assert given["Content-Disposition"].startswith("attachment")
    assert given["Content-Security-Policy"] == "sandbox"
    assert desk.client.get(f"/desk/attachments/{draft.uuid}").status_code == 404
    stranger = Client()
    stranger.force_login(make_agent("ines").user)
    EngagementInteraction.objects.filter(pk=draft.pk).update(deleted_at=clock.now())
    assert stranger.get(f"/desk/attachments/{first.uuid}").status_code == 404


def test_others_in_a_chat_are_told_who_is_writing(desk: AtDesk) -> None:
    chat = desk.offered(channel="chat", customer="anna@example.org")
    desk.act(chat, "accept")
    genesys = Desktop(desk.agent.user)
    assert desk.post(f"/desk/work/{chat.uuid}/typing").status_code == 204
    assert desk.post(f"/desk/work/{chat.uuid}/typing", stopped="").status_code == 204
    told = [each["messages"][0]["type"] for each in genesys.told("/v2/me/chats") if each.get("messages")]
    assert told == ["TypingStarted", "TypingStopped"]
    desk.act(chat, "complete")
    assert desk.post(f"/desk/work/{chat.uuid}/typing").status_code == 204
    assert desk.post(f"/desk/work/{desk.agent.uuid}/typing").status_code == 204


def test_who_sees_numbers_in_part_quotes_them_in_texts_and_writes_them_in_no_field(
    desk: AtDesk, work: EngagementInteraction
) -> None:
    desk.act(work, "note", note="Call +442079460199")
    granted = sorted(DEFAULTS[Role.AGENT] - {Permission.PHONE_NUMBERS_READ})
    User.objects.filter(pk=desk.agent.user_id).update(granted=granted)
    assert desk.act(work, "note", note="Called •••0199").status_code == 303
    work.refresh_from_db()
    assert work.user_data["Note"] == "Called +442079460199"
    assert desk.act(work, "attach", key="number", value="•••0199").status_code == 403
    assert desk.client.post("/desk/canned", {"text": "Call •••0199"}).status_code == 403
