"""What a telephone system tells of a call ends in the same rows, in whatever order and however often it comes."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.common import clock
from apps.engagements.models import EngagementInteraction
from apps.queues.models import QueueEntry, Segment, WorkOffer
from apps.voice_calls.models import VoiceCall, VoiceCallRecording
from tests.builders import make_agent, ready

pytestmark = pytest.mark.usefixtures("looking")
_keys = count(1)


@pytest.fixture
def agent(queue):
    found = ready(make_agent("mira"))
    queue.memberships.create(agent=found)
    return found


def moments() -> dict[str, str]:
    """The instants of a call of two minutes that is over now."""
    over = clock.now()
    seconds = {"startTime": 120, "enqueueTime": 118, "acceptTime": 100, "endTime": 0}
    return {name: (over - timedelta(seconds=ago, milliseconds=250)).isoformat() for name, ago in seconds.items()}


def test_the_journal_follows_the_nearer_clock(phone, center, agent):
    times = moments()
    phone.create(vendorCallKey="k", startTime=times["startTime"])
    answered = {name: times[name] for name in ("acceptTime", "enqueueTime")}
    phone.update("k", {"isActiveCall": True, "agent": "mira", **answered})
    phone.update("k", {"startTime": times["startTime"], "endTime": times["endTime"]})
    stay, part, leg = QueueEntry.objects.get(), WorkOffer.objects.get(), Segment.objects.get()
    contact = EngagementInteraction.objects.get()
    found = {
        "startTime": contact.opened_at,
        "enqueueTime": stay.entered_at,
        "acceptTime": part.answered_at,
        "endTime": part.left_at,
    }
    assert {name: at.isoformat() for name, at in found.items()} == times
    assert (stay.left_at, leg.ended_at, contact.customer_left_at) == (part.answered_at, part.left_at, part.left_at)
    assert contact.end_date_time == clock.to_second(part.left_at)


def test_times_that_run_backwards_stay_with_the_call(phone, center, agent):
    times = moments()
    phone.create(vendorCallKey="k", startTime=times["startTime"])
    before = EngagementInteraction.objects.get().opened_at
    phone.update("k", {"startTime": times["endTime"], "endTime": times["startTime"]})
    assert EngagementInteraction.objects.get().opened_at == before
    assert VoiceCall.objects.get().call_start_date_time > VoiceCall.objects.get().call_end_date_time


def rows(key: str) -> dict[str, Any]:
    """What is left of a call, without what differs from call to call."""
    call = VoiceCall.objects.select_related("interaction").get(vendor_call_key=key)
    own = [
        "id",
        "tenant",
        "uuid",
        "name",
        "vendor_call_key",
        "vendor_call_key_folded",
        "interaction",
        "segment",
        "conversation",
        "caller",
    ]
    own += ["created_date", "last_modified_date", "system_modstamp", "call_recording", "recipient"]
    kept = {
        field.name: getattr(call, field.attname) for field in VoiceCall._meta.concrete_fields if field.name not in own
    }
    contact = call.interaction
    recording = VoiceCallRecording.objects.filter(voice_call=call).values("name", "location", "duration_in_seconds")
    return {
        **kept,
        "contact": (contact.stage, contact.status, contact.start_date_time, contact.end_date_time, contact.owner_id),
        "journal": (contact.opened_at, contact.customer_left_at, contact.customer_left_from),
        "recording": list(recording),
        "legs": list(Segment.objects.filter(interaction=contact).values_list("started_at", "ended_at", "end_type")),
        "stays": list(QueueEntry.objects.filter(interaction=contact).values_list("entered_at", "left_at", "exit_type")),
    }


@pytest.mark.parametrize("ends", [False, True])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_shuffled_and_doubled_updates_end_in_the_same_rows(ends, phone, center, data):
    times = moments()
    active = {} if ends else {"isActiveCall": True}
    updates = [
        {"isActiveCall": True, "enqueueTime": times["enqueueTime"], "queue": "Claims level 2"},
        {"isActiveCall": True, "acceptTime": times["acceptTime"], "agent": "nobody here"},
        {"isActiveCall": True, "totalHoldDuration": 45, "numberOfHolds": 2, "longestHoldDuration": 30},
        {"isActiveCall": True, "recordingLocation": "https://recordings.example/a.wav"},
        {"isActiveCall": True, "agentInteractionDuration": 405, "callAttributes": '{"Department__c": "Claims"}'},
        {**active, "startTime": times["startTime"], "endTime": times["endTime"]},
    ]
    shuffled = data.draw(st.permutations(updates + data.draw(st.lists(st.sampled_from(updates), max_size=4))))
    ordered, mixed = f"ordered-{next(_keys)}", f"mixed-{next(_keys)}"
    for key, sent in ((ordered, updates), (mixed, shuffled)):
        assert phone.create(vendorCallKey=key, startTime=times["startTime"]).status_code == 201
        for body in sent:
            assert phone.update(key, body).status_code == 202
    assert rows(mixed) == rows(ordered)
