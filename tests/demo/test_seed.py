"""The demo's data: made once, whole, and quiet when a script wants the floor."""

import pytest

from apps.accounts.models import User
from apps.agents.models import Agent, AgentSession
from apps.demo import setup
from apps.demo.seed import seed
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.queues.models import WorkOffer
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from apps.voice_calls.models import VoiceCall

pytestmark = pytest.mark.django_db
SOME = 14


@pytest.fixture
def filled(settings):
    settings.DEMO_CONTACTS = SOME  # a week of them takes half a minute
    return seed(lambda what, done, of: None)


def test_the_past_is_whole(filled):
    with scope(Tenant.objects.get(name=setup.TENANT)):
        assert EngagementInteraction.objects.count() == SOME
        assert not EngagementInteraction.objects.live().filter(channel="voice").exists()
        assert not AgentSession.objects.filter(ended_at=None).exists()
        assert WorkOffer.objects.filter(outcome="accepted").exists()
        assert set(VoiceCall.objects.values_list("call_disposition", flat=True)) == {"completed"}


def test_what_a_script_needs_is_there(filled):
    roles = [user["role"] for user in filled["users"]]
    assert {"admin", "supervisor", "agent", "integration"} == set(roles)
    assert roles.count("agent") > 5
    assert User.objects.get(username=filled["users"][0]["username"]).check_password(filled["users"][0]["password"])
    assert (len(filled["org_id"]), len(filled["queues"])) == (18, 7)


def test_a_second_start_keeps_everything(filled):
    again = seed(lambda what, done, of: None, known_key=filled["call_center"]["private_key"])
    assert again == filled
    assert Tenant.objects.count() == 2


def test_without_traffic_nobody_is_ready_and_nothing_waits(filled):
    tenant = Tenant.objects.get(name=setup.TENANT)
    with scope(tenant):
        agent = Agent.objects.select_related("user").get(user__username="agent")
        operations.start_session(agent, ["chat"], by=agent.user)
        waiting = operations.open(channel="chat", by=agent.user)
    seed(lambda what, done, of: None, traffic=True)
    with scope(tenant):
        assert AgentSession.objects.filter(ended_at=None).count() == 1
        waiting.refresh_from_db()
        assert waiting.is_live
    seed(lambda what, done, of: None, traffic=False)
    with scope(tenant):
        assert not AgentSession.objects.filter(ended_at=None).exists()
        assert not EngagementInteraction.objects.live().exists()
