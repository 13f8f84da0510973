"""Mail under load: what is sent goes out once, what arrives comes in once, and lines have one order."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core import mail

from apps.agents.models import Channel
from apps.common.errors import SwitchroomError
from apps.engagements.models import ConversationEntry, EngagementInteraction, MailMessage
from apps.messaging import operations
from apps.messaging.operations.receiving import Incoming
from apps.messaging.operations.sending import deliver_mail
from apps.messaging.writing import Writing
from apps.queues import invariants
from apps.queues import operations as queues
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_agent, make_live, make_queue, make_tenant, make_user, ready
from tests.concurrency.race import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def at_once(tenant: Tenant, *acts: Callable[[], Any]) -> list[Any]:
    def inside(act: Callable[[], Any]) -> Any:
        with scope(tenant):
            return act()

    return race(*(partial(inside, act) for act in acts))


def test_send_and_send_and_cancel_at_once() -> None:
    tenant = make_tenant()
    sent = 0
    with scope(tenant):
        agent = ready(make_agent(), Channel.EMAIL)
    for _ in range(20):
        with scope(tenant):
            draft = operations.compose(by=agent, writing=Writing(to=["ann@customer.example"]))
        send = partial(operations.send, draft, by=agent)
        results = at_once(tenant, send, send, partial(operations.cancel, draft, by=agent))
        done = [result for result in results if not isinstance(result, Exception)]
        assert len(done) == 1, results
        assert all(isinstance(result, SwitchroomError) for result in results if result not in done)
        sent += results[2] not in done
    race(partial(deliver_mail, tenant), partial(deliver_mail, tenant), partial(deliver_mail, tenant))
    assert len(mail.outbox) == sent
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == sent
    assert invariants.violations(tenant) == []


def test_two_readers_of_one_mailbox() -> None:
    tenant = make_tenant()
    with scope(tenant):
        by = make_user("integration")
    for number in range(20):
        incoming = Incoming(message_id=f"<{number}@customer.example>", sender="ann@customer.example", text="Hello")
        results = at_once(tenant, *[partial(operations.receive, incoming, by=by)] * 3)
        assert sum(isinstance(result, MailMessage) for result in results) == 1, results
        assert results.count(None) == 2
    with scope(tenant):
        assert EngagementInteraction.objects.count() == 20


def test_lines_of_two_writers_have_one_order() -> None:
    tenant = make_tenant()
    with scope(tenant):
        agent, by = ready(make_agent(), Channel.CHAT), make_user("integration")
        chat = make_live(make_queue(members=[agent]), channel=Channel.CHAT)
        queues.accept(chat, by=agent)
    for number in range(10):
        at_once(
            tenant,
            partial(operations.say, chat, f"agent {number}", by=agent),
            partial(operations.say_as_customer, chat, f"customer {number}", by=by),
        )
    with scope(tenant):
        numbers = ConversationEntry.objects.order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, 21))
