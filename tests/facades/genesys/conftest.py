import pytest

from apps.agents.models import Agent
from apps.queues.models import Queue
from tests.builders import make_agent, make_queue
from tests.desktop import Desktop

CHANNELS = ["voice", "chat", "email", "workitem", "smssession"]


@pytest.fixture
def alice(in_scope: None) -> Agent:
    return make_agent("alice")


@pytest.fixture
def bob(in_scope: None) -> Agent:
    return make_agent("bob")


@pytest.fixture
def queue(alice: Agent, bob: Agent) -> Queue:
    return make_queue("Support", members=[alice, bob])


@pytest.fixture
def desk(alice: Agent, queue: Queue) -> Desktop:
    """Alice's desktop: signed in and ready for everything."""
    return Desktop(alice.user).start(*CHANNELS).expect("POST", "me", operationName="Ready")


@pytest.fixture
def second(desk: Desktop, bob: Agent) -> Desktop:
    """Bob's desktop, ready after Alice's."""
    return Desktop(bob.user).start(*CHANNELS).expect("POST", "me", operationName="Ready")
