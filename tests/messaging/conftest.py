from collections.abc import Callable

import pytest

from apps.accounts.models import User
from apps.agents.models import Agent, Channel
from apps.engagements.models import EngagementInteraction, MailMessage
from apps.messaging import operations
from apps.messaging.operations.receiving import Incoming
from apps.queues import operations as queues
from apps.queues.models import OutboundIdentifier, Queue
from apps.tenants.scope import tenant
from tests.builders import make_agent, make_queue, make_user, ready

SERVICE = "service@harbour.example"


@pytest.fixture
def agent(in_scope: None) -> Agent:
    return ready(make_agent("alice"), Channel.EMAIL, Channel.CHAT)


@pytest.fixture
def queue(agent: Agent) -> Queue:
    """Where mail goes; the address is ours."""
    OutboundIdentifier.objects.create(name="Service", value=SERVICE, channel=Channel.EMAIL)
    made = make_queue("Mail", members=[agent])
    here = tenant()
    here.default_queue = made
    here.save(update_fields=["default_queue"])
    return made


@pytest.fixture
def reader(in_scope: None) -> User:
    return make_user("integration")


@pytest.fixture
def receive(queue: Queue, reader: User) -> Callable[..., MailMessage | None]:
    def _receive(message_id: str = "<1@customer.example>", **values: object) -> MailMessage | None:
        given = {"sender": "ann@customer.example", "to": [SERVICE], "subject": "Bill", "text": "Why so much?", **values}
        return operations.receive(Incoming(message_id=message_id, **given), by=reader)  # type: ignore[arg-type]

    return _receive


@pytest.fixture
def accepted(receive: Callable[..., MailMessage], agent: Agent) -> EngagementInteraction:
    """A message that the agent has accepted."""
    interaction = receive().interaction
    queues.accept(interaction, by=agent)
    return EngagementInteraction.objects.get(pk=interaction.pk)
