"""Writing many contacts down: each as if it came alone."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.attendees.models import EngagementAttendee
from apps.common.errors import Invalid, Problem
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations import NewAttendee, NewInteraction, NewTopic, record
from apps.engagements.operations.many import record_many
from apps.events.models import Event
from apps.tenants.models import Tenant
from apps.topics.models import EngagementTopic
from tests.builders import make_user

pytestmark = pytest.mark.usefixtures("in_scope")
START = "2025-09-08T08:15:00.000Z"


@pytest.fixture
def by(in_scope: Tenant) -> User:
    return make_user("integration")


def draft(**values: Any) -> NewInteraction:
    return NewInteraction({"start_date_time": START, "communication_channel": "Voice Call", **values})


def problems(outcomes: list[EngagementInteraction | Invalid]) -> list[Problem | None]:
    return [each.problems[0].problem if isinstance(each, Invalid) else None for each in outcomes]


def test_the_bad_ones_hinder_nobody(by: User) -> None:
    record(draft(external_identifier="held"), by=by)
    outcomes = record_many(
        [
            draft(external_identifier="a", reason="first"),
            draft(start_date_time="never"),
            draft(external_identifier="held"),
            draft(external_identifier="a", reason="second"),
            draft(communication_channel="Smoke"),
            draft(),
        ],
        by=by,
    )
    duplicate = Problem.DUPLICATE
    assert problems(outcomes) == [None, Problem.MALFORMED, duplicate, duplicate, Problem.NOT_IN_PICKLIST, None]
    assert EngagementInteraction.objects.get(external_identifier="a").reason == "first"
    assert EngagementInteraction.objects.count() == Event.objects.count() == 3
    assert [outcomes[0], outcomes[5]] == list(EngagementInteraction.objects.order_by("id"))[1:]


def test_each_is_as_if_recorded_alone(by: User) -> None:
    def full() -> NewInteraction:
        return NewInteraction(
            {"start_date_time": START, "communication_channel": "Web Chat", "phone_number": "020 7946 0123"},
            attendees=[NewAttendee({"external_attendee_id": "x", "start_date_time": START})],
            topics=[NewTopic({"name": "Fees"}), NewTopic({"name": "Cards"})],
            mapped_state="Completed",
        )

    alone, (first, second) = record(full(), by=by), record_many([full(), full()], by=by)
    columns = ("status", "mapped_state", "phone_key", "channel", "customer", "opened_at", "owner_id", "created_by_id")
    for each in (first, second):
        assert isinstance(each, EngagementInteraction)
        assert [getattr(each, name) for name in columns] == [getattr(alone, name) for name in columns]
        assert each.name == f"EI-{each.pk:09}"
        assert sorted(row.name for row in each.topics.all()) == ["Cards", "Fees"]
        assert [row.internal_attendee_id for row in each.attendees.order_by("id")] == [None, by.pk]
    assert [event.interaction_id for event in Event.objects.order_by("id")] == [alone.pk, first.pk, second.pk]


def test_a_fixed_number_of_queries(by: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    owner = make_user("agent")
    record_many([draft()], by=by)  # the definitions are read once
    for number in (10, 200):
        drafts = [
            NewInteraction(
                {**draft().values, "external_identifier": f"{number}-{each}", "owner": owner.public_id},
                attendees=[NewAttendee({"internal_attendee": by.public_id, "start_date_time": START})],
                topics=[NewTopic({"name": "Fees"})],
            )
            for each in range(number)
        ]
        # owners, identifiers, savepoint, interactions, release, attendees, topics, events
        with django_assert_num_queries(8):
            outcomes = record_many(drafts, by=by)
        assert problems(outcomes) == [None] * number
    assert EngagementTopic.objects.count() == 210
    assert EngagementAttendee.objects.count() == 421
