"""A call's owner, user and state follow its interaction, whoever moves that."""

import pytest

from apps.common import clock
from apps.queues import operations
from apps.voice_calls.models import VoiceCall
from apps.voice_calls.operations import CallUpdate, NewCall, create_inbound, update
from tests.builders import make_agent, make_live, make_queue, ready
from tests.telephony import CALLER, NUMBER, make_call_center

pytestmark = pytest.mark.usefixtures("in_scope")


@pytest.fixture
def agent():
    return make_agent("mira")


@pytest.fixture
def queue(agent):
    return make_queue("Support", members=[agent], wrap_up_s=60)


@pytest.fixture
def center(queue):
    return make_call_center(queue)


def arrive(center, key="k1"):
    draft = NewCall(vendor_call_key=key, started_at=clock.now(), to_number=NUMBER, from_number=CALLER)
    return now(create_inbound(center, draft).call)


def now(call):
    return VoiceCall.objects.get(pk=call.pk)


def test_while_it_waits_the_queue_owns_it(center, queue):
    call = arrive(center)
    assert (call.owner_queue, call.owner_user, call.queue_name) == (queue, None, "Support")
    assert call.call_queued_date_time is not None


def test_who_accepts_owns_it_and_takes_part(center, agent):
    ready(agent)
    call = arrive(center)
    operations.accept(call.interaction, by=agent)
    call = now(call)
    assert (call.owner_user, call.owner_queue, call.user) == (agent.user, None, agent.user)
    assert (call.call_disposition, call.last_modified_by) == ("in-progress", agent.user)
    assert call.recipient.participant_key == agent.user.public_id[:15]
    assert {each.participant_role for each in call.conversation.participants.all()} == {"EndUser", "Agent"}


def test_an_agents_hang_up_leaves_the_end_to_the_telephone_system(center, agent):
    ready(agent)
    call = arrive(center)
    operations.accept(call.interaction, by=agent)
    operations.hang_up(call.interaction, by=agent)
    assert now(call).call_disposition == "in-progress"
    operations.complete(call.interaction, by=agent)
    update(center, "k1", CallUpdate())
    call = now(call)
    assert (call.call_disposition, call.interaction.stage) == ("completed", "ended")


@pytest.mark.parametrize("end", ["abandon", "close"])
def test_what_ends_before_anybody_talked_is_completed_without_a_user(center, agent, end):
    call = arrive(center)
    getattr(operations, end)(call.interaction, by=agent.user)
    call = now(call)
    assert (call.call_disposition, call.user) == ("completed", None)
    assert call.call_end_date_time is not None


def test_a_contact_without_a_call_is_left_alone(queue, agent):
    ready(agent)
    live = make_live(queue)
    operations.accept(live, by=agent)
    assert not VoiceCall.objects.exists()


def test_of_several_calls_with_one_key_the_open_one_is_meant(center):
    old = arrive(center)
    update(center, "k1", CallUpdate())
    values = {"call_type": "Transfer", "call_start_date_time": old.call_start_date_time, "from_telephony": True}
    leg = VoiceCall.objects.create(
        call_center=center,
        vendor_call_key="k1",
        owner_user=center.integration_user,
        created_by=center.integration_user,
        last_modified_by=center.integration_user,
        call_disposition="new",
        **values,
    )
    assert update(center, "k1", CallUpdate(values={"queue_name": "x"})).pk == leg.pk
    assert update(center, "k1", CallUpdate()).pk == leg.pk
    assert now(old).queue_name == "Support"
