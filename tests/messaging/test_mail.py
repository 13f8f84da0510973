"""Mail is answered, written on, sent, and given up."""

from collections.abc import Callable
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from apps.agents.models import Agent, AgentChannel
from apps.common import clock
from apps.common.errors import Invalid, NotAllowed
from apps.engagements.lifecycle import Stage
from apps.engagements.models import Delivery, EngagementInteraction, MailAttachment, MailMessage
from apps.events.models import Event
from apps.messaging import operations
from apps.messaging.operations.sending import deliver_mail
from apps.messaging.quoting import Quote
from apps.messaging.writing import Writing
from apps.queues import operations as queues
from apps.queues.models import Workbin
from apps.tenants.models import Tenant
from tests.messaging.conftest import SERVICE

Receive = Callable[..., MailMessage]


def message_of(interaction: EngagementInteraction) -> MailMessage:
    return MailMessage.objects.get(interaction=interaction)


def reload(interaction: EngagementInteraction) -> EngagementInteraction:
    return EngagementInteraction.with_deleted.get(pk=interaction.pk)


def events_of(interaction: EngagementInteraction) -> list[str]:
    return list(Event.objects.filter(interaction_id=interaction.pk).order_by("id").values_list("name", flat=True))


def test_an_answer_is_an_interaction_of_its_own(accepted: EngagementInteraction, agent: Agent) -> None:
    draft = operations.reply(accepted, by=agent, quote=Quote(), user_data={"Case": "7"})
    written = message_of(draft)
    assert (draft.stage, draft.is_draft, draft.parent, draft.handler) == (Stage.HANDLED, True, accepted, agent)
    assert draft.user_data == {"Case": "7"}
    assert (written.sender, written.to, written.cc) == (SERVICE, ["ann@customer.example"], [])
    assert written.subject == draft.subject == "Re: Bill"
    assert written.text.endswith("ann@customer.example wrote:\n> Why so much?")
    assert (written.in_reply_to, written.references) == ("<1@customer.example>", ["<1@customer.example>"])
    assert written.delivery == Delivery.DRAFT
    assert events_of(draft) == ["draft.started"]
    assert reload(accepted).stage == Stage.HANDLED


def test_everybody_is_answered_but_ourselves(receive: Receive, agent: Agent) -> None:
    interaction = receive(to=[SERVICE, "bea@customer.example"], cc=["cy@customer.example"]).interaction
    queues.accept(interaction, by=agent)
    written = message_of(operations.reply(interaction, by=agent, to_all=True))
    assert written.to == ["ann@customer.example"]
    assert written.cc == ["bea@customer.example", "cy@customer.example"]


def test_an_answer_goes_where_its_writer_wants_it(receive: Receive, agent: Agent) -> None:
    interaction = receive(reply_to="office@customer.example").interaction
    queues.accept(interaction, by=agent)
    assert message_of(operations.reply(interaction, by=agent)).to == ["office@customer.example"]


def test_whoever_has_accepted_all_that_fits_can_answer(accepted: EngagementInteraction, agent: Agent) -> None:
    channel = AgentChannel.objects.get(channel="email")
    AgentChannel.objects.filter(pk=channel.pk).update(capacity=1)
    draft = operations.reply(accepted, by=agent)
    operations.cancel(draft, by=agent)
    channel.refresh_from_db()
    assert (channel.load, channel.capacity) == (1, 1)


def test_what_is_sent_waits_for_the_worker(accepted: EngagementInteraction, agent: Agent, tenant: Tenant) -> None:
    draft = operations.reply(accepted, by=agent)
    operations.add_attachment(draft, name="../bill.pdf", content_type="application/pdf", content=b"%PDF", by=agent)
    operations.send(
        draft, by=agent, writing=Writing(html="<p>Sorry<script>x()</script></p>", cc=["Bea <bea@c.example>"])
    )
    assert (reload(draft).stage, reload(draft).is_draft) == (Stage.ENDED, False)
    assert message_of(draft).delivery == Delivery.WAITING
    assert mail.outbox == []

    assert deliver_mail(tenant) == 1
    (sent,) = mail.outbox
    kept = message_of(draft)
    assert (kept.delivery, kept.attempts) == (Delivery.SENT, 1)
    assert (sent.from_email, sent.to, sent.cc) == (SERVICE, ["ann@customer.example"], ["bea@c.example"])
    assert (sent.subject, sent.body) == ("Re: Bill", "Sorry")
    assert sent.message()["Message-ID"] == kept.message_id
    assert sent.message()["In-Reply-To"] == sent.message()["References"] == "<1@customer.example>"
    assert sent.attachments[0] == ("_bill.pdf", b"%PDF", "application/pdf")
    assert "script" not in sent.alternatives[0][0]
    assert deliver_mail(tenant) == 0
    assert events_of(draft)[-2:] == ["draft.sent", "mail.delivered"]


def test_it_is_sent_once(accepted: EngagementInteraction, agent: Agent, tenant: Tenant) -> None:
    draft = operations.reply(accepted, by=agent)
    operations.send(draft, by=agent)
    for again in (operations.send, operations.cancel):
        with pytest.raises(NotAllowed):
            again(draft, by=agent)
    deliver_mail(tenant)
    assert len(mail.outbox) == 1


class Refusing(BaseEmailBackend):
    """Says what it was told to say."""

    error: Exception

    def send_messages(self, messages: Any) -> int:
        raise self.error


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ConnectionRefusedError("nobody there"), Delivery.WAITING),
        (SMTPRecipientsRefused({"ann@customer.example": (450, b"later")}), Delivery.WAITING),
        (SMTPRecipientsRefused({"ann@customer.example": (550, b"unknown")}), Delivery.FAILED),
    ],
)
def test_what_cannot_be_delivered(
    accepted: EngagementInteraction,
    agent: Agent,
    tenant: Tenant,
    settings: Any,
    error: Exception,
    outcome: str,
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    Refusing.error = error
    draft = operations.send(operations.reply(accepted, by=agent), by=agent)
    assert deliver_mail(tenant) == 0
    written = message_of(draft)
    assert (written.delivery, written.attempts) == (outcome, 1)
    assert type(error).__name__ in written.error
    assert ("mail.failed" in events_of(draft)) == (outcome == Delivery.FAILED)
    if outcome == Delivery.WAITING:
        assert (written.due_at or clock.now()) > clock.now()
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        MailMessage.objects.filter(delivery=Delivery.WAITING).update(due_at=clock.now())
        assert deliver_mail(tenant) == 1
        assert message_of(draft).error == ""


def test_a_draft_given_up_is_gone_and_what_it_answered_goes_on(accepted: EngagementInteraction, agent: Agent) -> None:
    draft = operations.reply(accepted, by=agent)
    operations.cancel(draft, by=agent)
    assert not EngagementInteraction.objects.filter(pk=draft.pk).exists()
    assert reload(draft).stage == Stage.ENDED
    assert reload(accepted).stage == Stage.HANDLED
    assert events_of(draft) == ["draft.started", "draft.cancelled"]


def test_a_draft_is_laid_aside_and_fetched(accepted: EngagementInteraction, agent: Agent) -> None:
    draft = operations.reply(accepted, by=agent)
    queues.park(draft, Workbin.objects.create(name="Later", kind="agent", agent=agent), by=agent)
    with pytest.raises(NotAllowed):
        operations.send(draft, by=agent)
    queues.pull(draft, by=agent)
    assert operations.save(draft, Writing(text="Now then"), by=agent).is_draft
    assert message_of(draft).text == "Now then"
    operations.send(draft, by=agent)
    assert AgentChannel.objects.get(channel="email").load == 1


def test_a_draft_is_not_completed_but_sent(accepted: EngagementInteraction, agent: Agent) -> None:
    draft = operations.reply(accepted, by=agent)
    with pytest.raises(NotAllowed):
        queues.complete(draft, by=agent)
    with pytest.raises(NotAllowed):
        operations.send(accepted, by=agent)


@pytest.mark.parametrize(
    "writing",
    [
        Writing(to=["nobody"]),
        Writing(to=["a@b.example\nBcc: x@y.example"]),
        Writing(text="a\x00"),
        Writing(subject="x" * 300),
        Writing(sender="boss@bank.example"),
        Writing(to=[f"a{n}@b.example" for n in range(101)]),
    ],
)
def test_what_cannot_be_written(accepted: EngagementInteraction, agent: Agent, writing: Writing) -> None:
    draft = operations.reply(accepted, by=agent)
    with pytest.raises(Invalid):
        operations.save(draft, writing, by=agent)


def test_a_subject_stays_one_header(accepted: EngagementInteraction, agent: Agent) -> None:
    draft = operations.save(operations.reply(accepted, by=agent), Writing(subject="Hi\r\nBcc: x@y.example"), by=agent)
    assert message_of(draft).subject == "Hi Bcc: x@y.example"


def test_new_mail_needs_somebody_to_send_it_to(agent: Agent, queue: object) -> None:
    draft = operations.compose(by=agent, writing=Writing(subject="Hello"))
    assert draft.parent is None
    with pytest.raises(Invalid):
        operations.send(draft, by=agent)
    operations.send(draft, by=agent, writing=Writing(to=["dan@customer.example"]))
    assert reload(draft).customer == "dan@customer.example"


def test_files_are_forwarded_and_taken_off(accepted: EngagementInteraction, agent: Agent) -> None:
    MailAttachment.objects.create(
        message=message_of(accepted), name="meter.jpg", content_type="image/jpeg", size=3, content=b"jpg"
    )
    draft = operations.forward(accepted, by=agent)
    written = message_of(draft)
    assert (written.to, written.subject) == ([], "Fwd: Bill")
    (copied,) = written.attachments.all()
    assert bytes(copied.content) == b"jpg"
    operations.remove_attachment(draft, str(copied.uuid), by=agent)
    assert not written.attachments.exists()
    with pytest.raises(Invalid):
        operations.add_attachment(draft, name="a", content_type="x", content=b"0" * (10 * 2**20 + 1), by=agent)
