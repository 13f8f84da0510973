"""What a telephone system tells of a call ends in the same rows, in whatever order and however often it comes."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.common import clock
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.queues.invariants import violations
from apps.queues.models import QueueEntry, Segment, WorkOffer
from apps.voice_calls.models import VoiceCall, VoiceCallRecording
from tests.builders import make_agent, ready

pytestmark = pytest.mark.usefixtures("looking")


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


def test_an_offer_ends_when_its_caller_has_gone_by_the_nearer_clock(phone, center, agent, tenant):
    for key, moved in (("k", timedelta(milliseconds=1)), ("before it was offered", timedelta(milliseconds=-1))):
        phone.create(vendorCallKey=key)
        offered = WorkOffer.objects.latest("id")
        gone = offered.offered_at + moved
        phone.update(key, {"endTime": gone.isoformat()})
        offered.refresh_from_db()
        stay = QueueEntry.objects.get(offers=offered)
        assert (offered.ended_at, offered.answered_at) == (stay.left_at, stay.left_at)
        assert (stay.left_at == gone) == (gone > offered.offered_at)
    assert violations(tenant) == []


def test_a_call_that_waited_again_ends_with_its_second_agent(phone, center, queue, agent):
    second = make_agent("second")
    queue.memberships.create(agent=second)
    phone.create(vendorCallKey="k")
    contact = EngagementInteraction.objects.get()
    operations.accept(contact, by=agent)
    operations.requeue(contact, by=None)
    operations.accept(contact, by=ready(second))
    operations.hold(contact, by=second)
    first = Segment.objects.get(number=0)
    over = (clock.now() + timedelta(seconds=1)).isoformat()
    phone.update("k", {"endTime": over})
    assert Segment.objects.get(number=0).ended_at == first.ended_at
    assert [part.left_at.isoformat() == over for part in WorkOffer.objects.order_by("id")] == [False, True]
    assert Segment.objects.get(number=1).ended_at.isoformat() == over
    assert VoiceCall.objects.get().number_of_holds == 1


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


def told_of(times: dict[str, str], *, ends: bool) -> list[dict[str, Any]]:
    """All that is told of a call: the last of it leaves the call open, or ends it."""
    active = {} if ends else {"isActiveCall": True}
    return [
        {"isActiveCall": True, "enqueueTime": times["enqueueTime"], "queue": "Claims level 2"},
        {"isActiveCall": True, "acceptTime": times["acceptTime"], "agent": "nobody here"},
        {"isActiveCall": True, "totalHoldDuration": 45, "numberOfHolds": 2, "longestHoldDuration": 30},
        {"isActiveCall": True, "recordingLocation": "https://recordings.example/a.wav"},
        {"isActiveCall": True, "agentInteractionDuration": 405, "callAttributes": '{"Department__c": "Claims"}'},
        {**active, "startTime": times["startTime"], "endTime": times["endTime"]},
    ]


def a_mix(updates: list[dict[str, Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """All of them in any order, some of them twice or more."""
    doubled = st.lists(st.sampled_from(updates), max_size=4)
    return doubled.flatmap(lambda again: st.permutations(updates + again))


def test_shuffled_and_doubled_updates_end_in_the_same_rows(phone, center):
    times, keys = moments(), (f"call-{number}" for number in count(1))

    def rows_after(updates):
        key = next(keys)
        assert phone.create(vendorCallKey=key, startTime=times["startTime"]).status_code == 201
        assert {phone.update(key, body).status_code for body in updates} == {202}
        return rows(key)

    told = [told_of(times, ends=ends) for ends in (False, True)]
    ordered = [rows_after(updates) for updates in told]
    assert [found["call_disposition"] for found in ordered] == ["in-progress", "completed"]

    @settings(max_examples=26, deadline=None, database=None)
    @given(st.tuples(*map(a_mix, told), *map(a_mix, told)))
    def end_alike(mixes):
        assert [rows_after(mixed) for mixed in mixes] == ordered * 2

    end_alike()
    assert VoiceCall.objects.filter(call_disposition="completed").count() > 50
    assert VoiceCall.objects.filter(call_disposition="in-progress").count() > 50
