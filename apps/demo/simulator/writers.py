"""Customers who write: letters into the mailbox that is read like a real one, and chats line by line."""

import mailbox
import random
import uuid
from email.message import EmailMessage
from email.utils import formataddr, formatdate
from functools import partial
from pathlib import Path

from apps.accounts.models import User
from apps.agents.models import Channel
from apps.demo import people, setup
from apps.demo.people import Person
from apps.demo.simulator.timetable import Timetable
from apps.engagements.lifecycle import Stage
from apps.engagements.models import ConversationEntry, Delivery, EngagementInteraction, MailMessage, SenderKind
from apps.messaging import operations as messaging
from apps.messaging.reading.reader import read
from apps.queues import operations
from apps.queues.models import Queue
from apps.tenants.models import Tenant
from apps.tenants.scope import scope

# Seconds, least and most.
BETWEEN_LETTERS = (40.0, 90.0)
BETWEEN_CHATS = (40.0, 90.0)
READ_EVERY = 5.0
WRITE_LINE = (3.0, 9.0)
BETWEEN_SECOND_LETTERS = (60.0, 120.0)
MOST_WAITING = 4
MOST_KEPT = 100  # letters that have been read
MOST_LINES = 5  # of one customer


class Writers:
    """`inbox` is a Maildir."""

    def __init__(self, tenant: Tenant, inbox: Path, timetable: Timetable) -> None:
        self.tenant, self.timetable = tenant, timetable
        self.inbox = mailbox.Maildir(inbox)
        self.place = str(inbox)
        self.answered: set[str] = set()  # letters of ours that their reader has written about again

    def begin(self) -> None:
        self.timetable.every(*BETWEEN_LETTERS, self._write)
        self.timetable.every(*BETWEEN_SECOND_LETTERS, self._write_again)
        self.timetable.every(READ_EVERY, READ_EVERY, self._read)
        self.timetable.every(*BETWEEN_CHATS, self._chat)

    def _write(self) -> None:
        writer = _somebody()
        self._post(writer.name, writer.email, random.choice(people.REASONS), random.choice(people.LETTERS))

    def _write_again(self) -> None:
        """About an answer of ours, so that the conversation goes on, or is taken up again."""
        with scope(self.tenant):
            sent = MailMessage.objects.filter(delivery=Delivery.SENT).order_by("-id").first()
        if sent and sent.to and sent.message_id not in self.answered:
            self.answered.add(sent.message_id)
            text = random.choice(people.SECOND_LETTERS)
            self._post("", sent.to[0], sent.subject, text, answers=sent.message_id)

    def _post(self, name: str, address: str, subject: str, text: str, answers: str | None = None) -> None:
        letter = EmailMessage()
        letter["From"], letter["To"] = formataddr((name, address)), setup.ADDRESS
        letter["Subject"], letter["Date"] = subject, formatdate()
        letter["Message-ID"] = f"<{uuid.uuid4()}@{address.rpartition('@')[2]}>"
        if answers:
            letter["In-Reply-To"] = letter["References"] = answers
        letter.set_content(text)
        self.inbox.add(letter)

    def _read(self) -> None:
        with scope(self.tenant):
            by = User.objects.get(username=setup.INTEGRATION)
        read(self.place, self.tenant, by)
        for key in sorted(self.inbox.keys())[:-MOST_KEPT]:
            self.inbox.discard(key)

    def _chat(self) -> None:
        writer = _somebody()
        with scope(self.tenant):
            by = User.objects.get(username=setup.INTEGRATION)
            queue = Queue.objects.get(name=people.WRITTEN)
            if queue.entries.filter(left_at=None).count() > MOST_WAITING:
                return
            reason = random.choice(people.REASONS)
            chat = operations.open(
                channel=Channel.CHAT, customer=writer.email, contact_point="harbour.example", subject=reason, by=by
            )
            messaging.say_as_customer(chat, f"Hello! It is about: {reason.lower()}.", by=by, nickname=writer.name)
            operations.route_arrival(chat, by=by, otherwise=queue)
        self.timetable.between(*WRITE_LINE, partial(self._go_on, chat, by))

    def _go_on(self, chat: EngagementInteraction, by: User) -> None:
        """Answer what an agent has written, for a while."""
        with scope(self.tenant):
            chat.refresh_from_db()
            if chat.stage not in (Stage.FLOW, Stage.QUEUED, Stage.HANDLED) or chat.customer_left_at:
                return
            said = list(ConversationEntry.objects.filter(interaction=chat).order_by("number"))
            own = sum(line.sender_kind == SenderKind.END_USER for line in said)
            if chat.stage == Stage.HANDLED and own < MOST_LINES and said[-1].sender_kind != SenderKind.END_USER:
                messaging.say_as_customer(chat, random.choice(people.CUSTOMER_LINES), by=by)
        self.timetable.between(*WRITE_LINE, partial(self._go_on, chat, by))


def _somebody() -> Person:
    return random.choice([each for each in people.PEOPLE if each.email])
