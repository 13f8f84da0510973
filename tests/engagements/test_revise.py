"""Writing over what a record says, and its attendees and topics one by one."""

from datetime import timedelta
from typing import Any

import pytest

from apps.accounts.models import User
from apps.attendees.models import EngagementAttendee
from apps.common import clock
from apps.common.errors import AlreadyDone, Forbidden, Invalid, NotAllowed, NotFound, Outdated, Problem
from apps.engagements import operations
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations import Changes, NewAttendee, NewInteraction, NewTopic
from apps.events.models import Event
from apps.objects.operations import define_custom_field, define_picklist_value, define_record_type
from apps.queues import operations as live
from apps.topics.models import EngagementTopic
from apps.voice_calls.models import VoiceCall
from tests.builders import make_agent, make_live, make_queue, make_user, ready

pytestmark = pytest.mark.usefixtures("in_scope")
START = "2025-09-08T08:15:00.000Z"
END = "2025-09-08T08:21:30.000Z"


@pytest.fixture
def by(in_scope: Any) -> User:
    return make_user("integration")


@pytest.fixture
def contact(by: User) -> EngagementInteraction:
    values = {"start_date_time": START, "communication_channel": "Voice Call", "status": "New"}
    made = operations.record(NewInteraction(values), by=by)
    made.refresh_from_db()
    return made


def last_event() -> Any:
    return Event.objects.order_by("-id").first()


def problems(caught: Any) -> list[tuple[Problem, list[str]]]:
    return [(problem.problem, list(problem.fields)) for problem in caught.value.problems]


def test_what_is_sent_changes_and_what_follows_from_it(contact: EngagementInteraction, by: User) -> None:
    other = make_user("supervisor")
    sent = {"status": "Completed", "end_date_time": END, "type": "Outbound", "phone_number": "020 7946 0123"}
    operations.revise(contact, Changes({**sent, "is_attendee_verified": True}), by=other)
    found = EngagementInteraction.objects.get(pk=contact.pk)
    assert (found.status, found.mapped_state, found.duration) == ("Completed", "Completed", "00:06:30")
    assert (found.direction, found.phone_key, found.closed_at) == ("outbound", "+442079460123", found.end_date_time)
    assert (found.communication_channel, found.owner_id) == ("Voice Call", by.pk)
    assert found.attendee_verification_time is not None
    assert (found.last_modified_by_id, found.created_by_id) == (other.pk, by.pk)
    event = last_event()
    assert (event.name, event.actor_id) == ("engagement.changed", other.pk)
    told = event.data["changes"]["EngagementInteraction"]
    assert (told["id"], told["event"]) == (contact.pk, "updated")
    assert told["columns"]["mapped_state"] == ["New", "Completed"]
    assert told["columns"]["end_date_time"] == [None, "2025-09-08T08:21:30+00:00"]
    assert "owner" not in told["columns"]


@pytest.mark.parametrize("sent", [{}, {"status": "New", "communication_channel": "Voice Call"}])
def test_what_changes_nothing_writes_nothing(contact: EngagementInteraction, by: User, sent: Any) -> None:
    before = EngagementInteraction.objects.filter(pk=contact.pk).values().get()
    operations.revise(contact, Changes(sent), by=make_user("admin"))
    assert EngagementInteraction.objects.filter(pk=contact.pk).values().get() == before
    assert last_event().name == "engagement.recorded"


def test_the_time_of_verification_is_filled_once(contact: EngagementInteraction, by: User) -> None:
    operations.revise(contact, Changes({"is_attendee_verified": True, "attendee_verification_time": START}), by=by)
    found = operations.revise(contact, Changes({"is_attendee_verified": False}), by=by)
    assert found.attendee_verification_time.isoformat() == "2025-09-08T08:15:00+00:00"  # type: ignore[union-attr]


def test_custom_fields_that_are_not_sent_stay(contact: EngagementInteraction, by: User) -> None:
    define_custom_field("EngagementInteraction", "Mood__c", "string")
    define_custom_field("EngagementInteraction", "Pin__c", "string", is_required=True)
    operations.revise(contact, Changes(custom_fields=[("mood__c", "calm"), ("Pin__c", "1")]), by=by)
    found = operations.revise(contact, Changes(custom_fields=[("Pin__c", "2")]), by=by)
    assert found.custom_fields == {"Mood__c": "calm", "Pin__c": "2"}
    assert last_event().data["changes"]["EngagementInteraction"]["columns"] == {"Pin__c": ["1", "2"]}
    with pytest.raises(Invalid) as caught:
        operations.revise(contact, Changes(custom_fields=[("Pin__c", None)]), by=by)
    assert problems(caught) == [(Problem.REQUIRED, ["Pin__c"])]


def test_every_problem_is_told(contact: EngagementInteraction, by: User) -> None:
    sent = {
        "communication_channel": None,
        "sentiment": "Furious",
        "owner": None,
        "end_date_time": "2025-09-08T08:14:00Z",
    }
    with pytest.raises(Invalid) as caught:
        operations.revise(contact, Changes(sent), by=by)
    assert problems(caught) == [
        (Problem.REQUIRED, ["communication_channel"]),
        (Problem.NOT_IN_PICKLIST, ["sentiment"]),
        (Problem.REQUIRED, ["owner"]),
        (Problem.CONTRADICTION, ["end_date_time"]),
    ]


def test_a_record_type_of_another_object_is_none(contact: EngagementInteraction, by: User) -> None:
    own = define_record_type("EngagementInteraction", "Claim")
    others = define_record_type("VoiceCall", "Claim")
    assert operations.revise(contact, Changes({"record_type": own}), by=by).record_type_id == own.pk
    with pytest.raises(Invalid) as caught:
        operations.revise(contact, Changes({"record_type": others}), by=by)
    assert problems(caught) == [(Problem.NO_SUCH_RECORD, ["record_type"])]


def test_an_identifier_that_is_taken(contact: EngagementInteraction, by: User) -> None:
    operations.revise(contact, Changes({"external_identifier": "pbx-1"}), by=by)
    values = {"start_date_time": START, "communication_channel": "Voice Call"}
    other = operations.record(NewInteraction(values), by=by)
    with pytest.raises(Invalid) as caught:
        operations.revise(other, Changes({"external_identifier": "pbx-1"}), by=by)
    assert problems(caught) == [(Problem.DUPLICATE, ["external_identifier"])]


def test_an_older_reading_is_not_written_over_a_newer_one(contact: EngagementInteraction, by: User) -> None:
    read_at = contact.system_modstamp
    operations.revise(contact, Changes({"reason": "first"}), by=by, unchanged_since=read_at)
    with pytest.raises(Outdated):
        operations.revise(contact, Changes({"reason": "second"}), by=by, unchanged_since=read_at)


def test_completing_a_live_contact_ends_it_and_keeps_what_was_sent(by: User) -> None:
    define_picklist_value("EngagementInteraction", "Status", "Solved", mapped_state="Completed")
    agent = ready(make_agent())
    contact = make_live(make_queue(members=[agent]))
    live.accept(contact, by=agent)
    end = (contact.start_date_time + timedelta(hours=1)).isoformat()
    ended = live.revise(contact, Changes({"status": "Solved", "end_date_time": end}), by=by)
    assert (ended.stage, ended.status, ended.mapped_state) == ("ended", "Solved", "Completed")
    assert ended.end_date_time.isoformat() == end  # type: ignore[union-attr]
    assert agent.channels.get(channel="voice").load == 0
    names = list(Event.objects.order_by("id").values_list("name", flat=True))
    assert names[-2:] == ["engagement.changed", "engagement.closed"]


def test_any_other_status_changes_the_record_alone(by: User) -> None:
    agent = ready(make_agent())
    contact = make_live(make_queue(members=[agent]))
    live.accept(contact, by=agent)
    found = live.revise(contact, Changes({"status": "New", "communication_channel": "Web Chat"}), by=by)
    assert (found.stage, found.mapped_state, found.channel) == ("handled", "New", "voice")
    assert [part["user_id"] for part in last_event().data["parts"]] == [agent.user_id]


def test_an_agent_does_not_end_the_contacts_of_others(by: User) -> None:
    agent = ready(make_agent())
    contact = make_live(make_queue(members=[agent]))
    live.accept(contact, by=agent)
    with pytest.raises(Forbidden):
        live.revise(contact, Changes({"status": "Completed"}), by=make_agent().user)
    assert live.revise(contact, Changes({"status": "Completed"}), by=agent.user).stage == "ended"


def test_an_attendee_comes_changes_goes_and_comes_back(contact: EngagementInteraction, by: User) -> None:
    sent = {"engagement": contact.public_id, "external_attendee_id": "caller", "start_date_time": START}
    added = operations.add_attendee(NewAttendee(sent), by=by)
    assert (added.engagement_id, added.owner_id) == (contact.pk, by.pk)
    assert last_event().data["changes"]["EngagementAttendee"]["event"] == "created"
    changed = operations.revise_attendee(added, Changes({"is_verified": True}), by=by)
    assert changed.verification_time is None  # C-07
    columns = last_event().data["changes"]["EngagementAttendee"]["columns"]
    assert columns == {"is_verified": [False, True]}
    operations.delete_attendee(added, by=by)
    with pytest.raises(NotFound):
        operations.delete_attendee(added, by=by)
    operations.undelete_attendee(added, by=by)
    with pytest.raises(AlreadyDone):
        operations.undelete_attendee(added, by=by)
    assert EngagementAttendee.objects.get(pk=added.pk).is_verified
    assert last_event().data["changes"]["EngagementAttendee"]["event"] == "undeleted"


def test_an_attendee_goes_on_naming_somebody(contact: EngagementInteraction, by: User) -> None:
    sent = {"engagement": contact, "internal_attendee": by, "start_date_time": START}
    added = operations.add_attendee(NewAttendee(sent), by=by)
    with pytest.raises(Invalid) as caught:
        operations.revise_attendee(added, Changes({"internal_attendee": None}), by=by)
    assert problems(caught) == [(Problem.REQUIRED, ["external_attendee_id", "internal_attendee"])]
    changed = operations.revise_attendee(added, Changes({"internal_attendee": "somebody"}), by=by)
    assert (changed.internal_attendee_id, changed.internal_attendee_text) == (None, "somebody")


@pytest.mark.parametrize(
    ("engagement", "problem"),
    [
        (None, Problem.REQUIRED),
        ("nonsense", Problem.MALFORMED_ID),
        ("9eIzzzzzzzzzzzz", Problem.NO_SUCH_RECORD),
        ("0Mw000000000001", Problem.NO_SUCH_RECORD),
        ("003000000000001", Problem.WRONG_OBJECT),
    ],
)
def test_the_parent_is_always_a_record_of_ours(by: User, engagement: Any, problem: Problem) -> None:
    with pytest.raises(Invalid) as caught:
        operations.add_topic(NewTopic({"engagement": engagement, "name": "Fees"}), by=by)
    assert problems(caught) == [(problem, ["engagement"])]


def test_an_agent_adds_nothing_to_a_contact_out_of_sight(contact: EngagementInteraction) -> None:
    with pytest.raises(Invalid) as caught:
        operations.add_topic(NewTopic({"engagement": contact, "name": "Fees"}), by=make_agent().user)
    assert problems(caught) == [(Problem.NO_SUCH_RECORD, ["engagement"])]


def test_a_topic_of_a_call_belongs_to_its_interaction_too(by: User, contact: EngagementInteraction) -> None:
    call = VoiceCall.objects.create(
        interaction=contact,
        call_type="Inbound",
        call_start_date_time=clock.now(),
        owner_user=by,
        created_by=by,
        last_modified_by=by,
    )
    topic = operations.add_topic(NewTopic({"engagement": call.public_id, "name": "Fees"}), by=by)
    assert (topic.engagement_id, topic.voice_call_id) == (contact.pk, call.pk)
    topic = operations.revise_topic(topic, Changes({"engagement": call, "name": "Costs"}), by=by)
    assert (topic.engagement_id, topic.voice_call_id) == (contact.pk, call.pk)
    topic = operations.revise_topic(topic, Changes({"engagement": contact.public_id}), by=by)
    assert (topic.engagement_id, topic.voice_call_id) == (contact.pk, None)
    assert last_event().data["changes"]["EngagementTopic"]["columns"] == {"voice_call": [call.pk, None]}


def test_a_topic_does_not_stand_below_itself(contact: EngagementInteraction, by: User) -> None:
    topics = [operations.add_topic(NewTopic({"engagement": contact, "name": name}), by=by) for name in "abc"]
    for below, above in zip(topics[1:], topics, strict=False):
        operations.revise_topic(below, Changes({"parent_topic": above}), by=by)
    for below in topics:
        with pytest.raises(Invalid) as caught:
            operations.revise_topic(topics[0], Changes({"parent_topic": below}), by=by)
        assert problems(caught) == [(Problem.CONTRADICTION, ["parent_topic"])]
    assert EngagementTopic.objects.get(pk=topics[0].pk).parent_topic_id is None


def test_a_part_does_not_come_back_without_its_contact(contact: EngagementInteraction, by: User) -> None:
    topic = operations.add_topic(NewTopic({"engagement": contact, "name": "Fees"}), by=by)
    operations.delete_topic(topic, by=by)
    operations.delete(contact, by=by)
    with pytest.raises(NotAllowed):
        operations.undelete_topic(topic, by=by)
