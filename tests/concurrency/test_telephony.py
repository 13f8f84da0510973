"""A telephone system that repeats itself at the same moment, or dies in between."""

import pytest

from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.queues.models import QueueEntry, Segment
from apps.tenants.scope import scope
from apps.voice_calls.models import ConversationParticipant, VoiceCall
from tests.builders import make_agent, make_queue, make_tenant, ready
from tests.concurrency.race import lanes, race
from tests.telephony import Phone, make_call_center

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tenant():
    made = make_tenant()
    with scope(made):
        make_call_center(make_queue(members=[ready(make_agent(), "voice") for _ in range(2)]))
    return made


def test_simultaneous_creates_with_one_key_make_one_call(tenant):
    phone = Phone(tenant)
    for number in range(20):
        answers = race(*[lambda key=f"k{number}": phone.create(vendorCallKey=key)] * 4)
        assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
        assert len({answer.json()["voiceCallId"] for answer in answers}) == 1
    with scope(tenant):
        assert VoiceCall.objects.count() == EngagementInteraction.objects.count() == 20


def test_two_hundred_creates_with_one_key_make_one_call(tenant):
    phone = Phone(tenant)
    with lanes(20) as made:
        answers = [answer for _ in range(10) for answer in made.race(*[phone.create] * 20)]
    assert sorted(answer.status_code for answer in answers) == [200] * 199 + [201]
    assert len({answer.json()["voiceCallId"] for answer in answers}) == 1
    with scope(tenant):
        for model in (VoiceCall, EngagementInteraction, Segment, QueueEntry, ConversationParticipant):
            assert model.objects.count() == 1
        assert Event.objects.filter(name="engagement.opened").count() == 1


def test_create_and_final_update_at_once_make_one_call(tenant):
    phone = Phone(tenant)
    for number in range(10):
        key = f"k{number}"
        race(lambda key=key: phone.create(vendorCallKey=key), lambda key=key: phone.update(key, {}))
        phone.update(key, {})
    with scope(tenant):
        assert set(VoiceCall.objects.values_list("call_disposition", flat=True)) == {"completed"}
        assert VoiceCall.objects.count() == 10


def test_a_create_that_dies_on_the_way_leaves_nothing(tenant, monkeypatch):
    def die(*_, **__):
        raise RuntimeError("power cut")

    phone = Phone(tenant)
    monkeypatch.setattr("apps.queues.operations.matching.place", die)  # the very last thing a create does
    assert phone.create().status_code == 500
    with scope(tenant):
        for model in (VoiceCall, EngagementInteraction, Segment, QueueEntry, ConversationParticipant):
            assert not model.objects.exists()
    monkeypatch.undo()
    assert phone.create().status_code == 201
