"""Writing a contact down: all of it or nothing (core-model section 8, story d)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from apps.accounts.models import User
from apps.attendees.models import EngagementAttendee
from apps.common import clock
from apps.common.errors import AlreadyDone, Invalid, NotAllowed, NotFound, Problem
from apps.engagements import operations
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations import NewAttendee, NewInteraction, NewTopic
from apps.events.models import Event
from apps.objects.operations import define_picklist_value
from apps.queues import operations as live
from apps.tenants.models import Tenant
from apps.topics.models import EngagementTopic
from tests.builders import make_agent, make_live, make_queue, make_user, ready

pytestmark = pytest.mark.usefixtures("in_scope")
START, END = "2025-09-08T08:15:00.000Z", "2025-09-08T08:21:30.000Z"


@pytest.fixture
def by(in_scope: Tenant) -> User:
    return make_user("integration")


def draft(attendees: Any = (), topics: Any = (), mapped_state: str | None = None, **values: Any) -> NewInteraction:
    values = {"start_date_time": START, "communication_channel": "Voice Call", **values}
    return NewInteraction(values, attendees=attendees, topics=topics, mapped_state=mapped_state)


def refused(wanted: NewInteraction, by: User) -> list[tuple[Problem, list[str]]]:
    with pytest.raises(Invalid) as caught:
        operations.record(wanted, by=by)
    assert not EngagementInteraction.objects.exists()
    assert not Event.objects.exists()
    return [(problem.problem, list(problem.fields)) for problem in caught.value.problems]


def test_a_finished_contact_is_one_record_without_a_journal(by: User) -> None:
    attendee = NewAttendee(
        {"external_attendee_id": "caller", "internal_attendee": "SOMEBODY", "start_date_time": START}
    )
    topic = NewTopic({"name": "Fees", "parent_topic": "parent"})
    made = operations.record(
        draft([attendee], [topic], status="New", type="Inbound", end_date_time=END, phone_number="020 7946 0123"), by=by
    )
    made.refresh_from_db()
    assert (made.stage, made.status, made.mapped_state, made.duration) == ("recorded", "New", "New", "00:06:30")
    assert (made.channel, made.direction, made.phone_key) == ("voice", "inbound", "+442079460123")
    assert (made.opened_at, made.closed_at) == (made.start_date_time, made.end_date_time)
    assert (attendee.row.external_attendee_id, attendee.row.internal_attendee_text) == ("caller", "SOMEBODY")
    assert (topic.row.parent_topic_id, topic.row.parent_topic_text) == (None, "parent")
    assert not made.segments.exists()
    assert not made.queue_entries.exists()
    event = Event.objects.get()
    assert (event.name, event.interaction_id, event.actor_id) == ("engagement.recorded", made.pk, by.pk)


def test_the_owner_takes_part_unless_listed_or_switched_off(by: User, in_scope: Tenant) -> None:
    alone = operations.record(draft(end_date_time=END), by=by)
    own = alone.attendees.get()
    assert (own.internal_attendee_id, own.start_date_time, own.end_date_time, own.role) == (
        by.pk,
        alone.start_date_time,
        alone.end_date_time,
        None,
    )
    listed = NewAttendee({"internal_attendee": by.public_id, "start_date_time": START})
    assert operations.record(draft([listed]), by=by).attendees.count() == 1
    in_scope.auto_create_internal_attendee = False
    assert not operations.record(draft(), by=by).attendees.exists()


@pytest.mark.parametrize(
    ("status", "sent", "state"),
    [
        ("New", None, "New"),
        ("In Progress", "Completed", "InProgress"),
        ("Waiting for parts", None, "InProgress"),
        (None, "Completed", "Completed"),
        (None, None, "New"),
    ],
)
def test_the_state_follows_the_status(by: User, status: str | None, sent: str | None, state: str) -> None:
    define_picklist_value("EngagementInteraction", "Status", "Waiting for parts", mapped_state="InProgress")
    made = operations.record(draft(status=status, mapped_state=sent), by=by)
    assert (made.status, made.mapped_state) == (status, state)


def test_verification_time_is_filled_only_for_a_verified_caller(by: User) -> None:
    verified = operations.record(draft(is_attendee_verified=True), by=by)
    assert verified.attendee_verification_time == clock.to_second(verified.created_date)
    assert operations.record(draft(), by=by).attendee_verification_time is None
    given = operations.record(draft(attendee_verification_time=START), by=by)
    assert given.attendee_verification_time == datetime(2025, 9, 8, 8, 15, tzinfo=UTC)


def test_every_problem_is_told_at_once_in_order(by: User) -> None:
    wanted = draft(
        [NewAttendee({"start_date_time": "2025-09-08T08:15:00"})],
        [NewTopic({"name": " ", "process_status": "Someday"})],
        communication_channel=None,
        sentiment="Furious",
        end_date_time="2025-09-08T08:14:59Z",
    )
    assert refused(wanted, by) == [
        (Problem.REQUIRED, ["communication_channel"]),
        (Problem.NOT_IN_PICKLIST, ["sentiment"]),
        (Problem.CONTRADICTION, ["end_date_time"]),
        (Problem.MALFORMED, ["attendees[0].start_date_time"]),
        (Problem.REQUIRED, ["attendees[0].external_attendee_id", "attendees[0].internal_attendee"]),
        (Problem.REQUIRED, ["topics[0].name"]),
        (Problem.NOT_IN_PICKLIST, ["topics[0].process_status"]),
    ]


@pytest.mark.parametrize("owner", ["nobody", "001000000000001", "005zzzzzzzzzzzz"])
def test_an_owner_must_be_an_active_user_in_both_modes(by: User, owner: str) -> None:
    assert refused(draft([], [NewTopic({"name": "Fees", "owner": owner})]), by)[0][1] == ["topics[0].owner"]


def test_strict_references_must_exist(by: User, in_scope: Tenant) -> None:
    in_scope.reference_checking = "strict"
    wanted = draft(
        [NewAttendee({"internal_attendee": "003000000000001AAA", "start_date_time": START})],
        initiating_attendee_id="testattendeeid",
        context_id="08p000000000001AAA",
    )
    assert refused(wanted, by) == [
        (Problem.MALFORMED_ID, ["initiating_attendee_id"]),
        (Problem.NO_SUCH_RECORD, ["context_id"]),
        (Problem.WRONG_OBJECT, ["attendees[0].internal_attendee"]),
    ]


def test_an_external_identifier_names_one_contact_that_is_not_deleted(by: User) -> None:
    first = operations.record(draft(external_identifier="pbx-1"), by=by)
    with pytest.raises(Invalid) as caught, transaction.atomic():
        operations.record(draft(external_identifier="pbx-1"), by=by)
    assert [problem.problem for problem in caught.value.problems] == [Problem.DUPLICATE]
    operations.record(draft(external_identifier="PBX-1"), by=by)
    operations.delete(first, by=by)
    operations.record(draft(external_identifier="pbx-1"), by=by)
    with pytest.raises(Invalid):
        operations.undelete(first, by=by)


def test_deleting_hides_what_belongs_to_it_and_undeleting_brings_just_that_back(by: User) -> None:
    topics = [NewTopic({"name": "Fees"}), NewTopic({"name": "Address"})]
    made = operations.record(draft([], topics), by=by)
    EngagementTopic.objects.filter(pk=topics[0].row.pk).update(deleted_at=clock.now() - timedelta(days=1))
    operations.delete(made, by=by)
    assert not EngagementInteraction.objects.exists()
    assert not EngagementAttendee.objects.exists()
    assert not EngagementTopic.objects.exists()
    with pytest.raises(NotFound):
        operations.delete(made, by=by)
    operations.undelete(made, by=by)
    assert made.topics.get().name == "Address"
    assert made.attendees.count() == 1
    with pytest.raises(AlreadyDone):
        operations.undelete(made, by=by)
    names = ["engagement.recorded", "engagement.deleted", "engagement.undeleted"]
    assert list(Event.objects.order_by("id").values_list("name", flat=True)) == names


def test_a_live_contact_is_closed_before_it_is_deleted(by: User) -> None:
    agent = ready(make_agent())
    interaction = make_live(make_queue(members=[agent]))
    with pytest.raises(NotAllowed):
        operations.delete(interaction, by=by)
    live.delete(interaction, by=by)
    gone = EngagementInteraction.with_deleted.get(pk=interaction.pk)
    assert gone.stage == "ended"
    assert gone.deleted_at is not None
    assert agent.channels.get(channel="voice").load == 0


def test_recording_takes_few_statements(by: User, django_assert_max_num_queries: Any) -> None:
    wanted = [draft([NewAttendee({"external_attendee_id": "x", "start_date_time": START})], [NewTopic({"name": "y"})])]
    operations.record(draft(), by=by)  # reads the catalogue
    with django_assert_max_num_queries(4):  # interaction, attendees, topics, event
        operations.record(wanted[0], by=by)
