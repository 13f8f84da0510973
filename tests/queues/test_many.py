"""Many records written over and deleted at once: each as if it came alone (core-model M-10, M-24)."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.attendees.models import EngagementAttendee
from apps.common.errors import Invalid, NotFound, Problem
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations import Changes, NewAttendee, NewInteraction, NewTopic
from apps.engagements.operations import delete as hide
from apps.engagements.operations.many import add_many, delete_parts, record_many, revise_parts
from apps.events.models import Event
from apps.queues.operations import delete_many, revise_many
from apps.tenants.models import Tenant
from apps.topics.models import EngagementTopic
from apps.voice_calls.models import VoiceCall
from tests.builders import make_live, make_queue, make_user

pytestmark = pytest.mark.usefixtures("in_scope")
START = "2025-09-08T08:15:00Z"


@pytest.fixture
def by(in_scope: Tenant) -> User:
    return make_user("admin")


def recorded(by: User, number: int, **values: Any) -> list[EngagementInteraction]:
    """Contacts with a topic each."""
    values = {"start_date_time": START, "communication_channel": "Voice Call", **values}
    drafts = [NewInteraction(values, topics=[NewTopic({"name": f"{each}"})]) for each in range(number)]
    return [row for row in record_many(drafts, by=by) if isinstance(row, EngagementInteraction)]


def problem(outcome: Any) -> Problem | type | None:
    return outcome.problems[0].problem if isinstance(outcome, Invalid) else None


def told() -> list[tuple[str, Any]]:
    """The events so far, forgotten afterwards."""
    found = [(each.name, each.data["changes"]) for each in Event.objects.order_by("id")]
    Event.objects.all().delete()
    return found


def test_the_bad_changes_hinder_nobody(by: User) -> None:
    first, second, third, gone = recorded(by, 4)
    (held,) = recorded(by, 1, external_identifier="held")
    hide(gone, by=by)
    told()
    outcomes = revise_many(
        [
            Changes({"status": "Completed", "external_identifier": "a"}, row=first),
            Changes({"end_date_time": "2025-09-07T08:15:00Z"}, row=second),
            Changes({"reason": "x"}, row=gone),
            Changes({"external_identifier": "held", "reason": "y"}, row=third),
            Changes({"external_identifier": "held"}, row=held),
        ],
        by=by,
    )
    assert [problem(each) for each in outcomes] == [None, Problem.CONTRADICTION, None, Problem.DUPLICATE, None]
    assert isinstance(outcomes[2], NotFound)
    for row in (first, second, third):
        row.refresh_from_db()
    assert (first.status, first.mapped_state, first.external_identifier) == ("Completed", "Completed", "a")
    assert (second.end_date_time, third.reason) == (None, None)
    assert first.last_modified_by_id == by.pk
    [(name, changes)] = told()  # what changes nothing is not told
    assert name == "engagement.changed"
    assert changes["EngagementInteraction"]["columns"]["status"] == [None, "Completed"]


def test_live_contacts_among_others(by: User) -> None:
    """A Status that stands for Completed ends a live one (M-15); deleting closes it first (M-24)."""
    live, second = make_live(make_queue()), make_live(make_queue())
    (record,) = recorded(by, 1)
    told()
    revise_many([Changes({"status": "Completed"}, row=row) for row in (record, live)], by=by)
    live.refresh_from_db()
    assert (live.stage, live.status) == ("ended", "Completed")
    assert [name for name, _ in told()].count("engagement.closed") == 1
    assert delete_many([second, record, live], by=by) == [second, record, live]
    assert not EngagementInteraction.objects.exists()
    assert sorted(name for name, _ in told()) == ["engagement.closed", *["engagement.deleted"] * 3]


def test_what_is_deleted_goes_with_its_parts(by: User) -> None:
    rows = recorded(by, 3)
    outcomes = delete_many(rows[:2], by=by)
    assert outcomes == rows[:2]
    for model in (EngagementTopic, EngagementAttendee):
        assert {each.engagement_id for each in model.objects.all()} == {rows[2].pk}
        instants = {each.deleted_at for each in model.with_deleted.exclude(deleted_at=None)}
        assert instants == {EngagementInteraction.with_deleted.get(pk=rows[0].pk).deleted_at}
    assert all(isinstance(each, NotFound) for each in delete_many(rows[:2], by=by))


def test_parts_are_added_to_contacts_and_to_their_calls(by: User) -> None:
    (contact,) = recorded(by, 1)
    told()
    call = VoiceCall.objects.create(
        interaction=contact, owner_user=by, created_by=by, last_modified_by=by, call_start_date_time=contact.opened_at
    )
    agent = make_user("agent")
    attendee = {"start_date_time": START, "internal_attendee": by.public_id}
    outcomes = add_many(
        [
            NewAttendee({**attendee, "engagement": contact.public_id}),
            NewAttendee({**attendee, "engagement": call.public_id}),
            NewAttendee({**attendee, "engagement": "9eI00000000zzzz"}),
            NewAttendee(attendee),
            NewAttendee({"start_date_time": START, "engagement": contact.public_id}),
        ],
        by=by,
    )
    missing, required = Problem.NO_SUCH_RECORD, Problem.REQUIRED
    assert [problem(each) for each in outcomes] == [None, None, missing, required, required]
    assert [each.voice_call_id for each in contact.attendees.order_by("id")] == [None, None, call.pk]
    assert [(name, changes["EngagementAttendee"]["event"]) for name, changes in told()] == [
        ("engagement.changed", "created")
    ] * 2
    (unseen,) = add_many([NewTopic({"engagement": contact.public_id, "name": "x"})], by=agent)
    assert problem(unseen) == missing


def test_parts_are_written_over_and_taken_away(by: User) -> None:
    contact, other = recorded(by, 2)
    topics = [
        row
        for row in add_many([NewTopic({"engagement": contact.public_id, "name": name}) for name in "abc"], by=by)
        if isinstance(row, EngagementTopic)
    ]
    told()
    outcomes = revise_parts(
        [
            Changes({"name": "z", "engagement": other.public_id}, row=topics[0]),
            Changes({"parent_topic": topics[2].public_id}, row=topics[1]),
            Changes({"parent_topic": topics[1].public_id}, row=topics[2]),  # would stand below itself
        ],
        by=by,
    )
    assert [problem(each) for each in outcomes] == [None, None, Problem.CONTRADICTION]
    topics[0].refresh_from_db()
    assert (topics[0].name, topics[0].engagement_id) == ("z", other.pk)
    assert len(told()) == 2
    assert delete_parts(topics[:2], by=by) == topics[:2]
    assert [changes["EngagementTopic"]["event"] for _, changes in told()] == ["deleted"] * 2
    gone = revise_parts([Changes({"name": "z"}, row=topics[0])], by=by) + delete_parts(topics[:1], by=by)
    assert all(isinstance(each, NotFound) for each in gone)


def test_a_fixed_number_of_queries(by: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in (10, 100):
        rows = recorded(by, number)
        topics = list(EngagementTopic.objects.filter(engagement__in=rows))
        changes = [Changes({"external_identifier": f"{number}-{row.pk}"}, row=row) for row in rows]
        with django_assert_num_queries(6):  # lock, identifiers, savepoint, update, release, events
            revise_many(changes, by=by)
        with django_assert_num_queries(4):  # contacts, lock, insert, events
            add_many([NewTopic({"engagement": row.public_id, "name": "x"}) for row in rows], by=by)
        with django_assert_num_queries(4):  # lock both, update, events
            revise_parts([Changes({"name": "y"}, row=topic) for topic in topics], by=by)
        with django_assert_num_queries(4):  # lock both, update, events
            delete_parts(topics, by=by)
        with django_assert_num_queries(5):  # lock, update, both kinds of parts, events
            delete_many(rows, by=by)
