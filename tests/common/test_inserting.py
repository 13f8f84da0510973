"""Rows that go in by one statement are as good as those of the ORM."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from uuid6 import uuid7

from apps.common.inserting import insert
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.topics.models import EngagementTopic
from tests.builders import make_live

pytestmark = pytest.mark.usefixtures("in_scope")


def test_keys_and_generated_columns_are_filled_in(django_assert_num_queries: Any) -> None:
    live = make_live()
    by = {"owner": live.owner, "created_by": live.owner, "last_modified_by": live.owner}
    topics = [
        EngagementTopic(name=name, engagement=live, custom_fields={"a__c": [name, None]}, **by) for name in ("x", "y")
    ]
    with django_assert_num_queries(1):
        insert(topics)
    assert [(topic.is_deleted, topic._state.adding) for topic in topics] == [(False, False)] * 2
    for topic in topics:
        found = EngagementTopic.objects.get(pk=topic.pk)
        assert (found.name, found.custom_fields) == (topic.name, topic.custom_fields)
    topics[0].name = "z"
    topics[0].save()
    assert EngagementTopic.objects.filter(name="z").count() == 1


def test_one_row_and_many_are_written_alike() -> None:
    values = {
        "start_date_time": datetime(2025, 9, 8, 8, 15, tzinfo=UTC),
        "satisfaction_score": Decimal("4.50"),
        "reason": "quotes \"', % (s) and ünïcode \U0001f600\n",
        "user_data": {"list": [1, None, {"deep": "\t"}], "text": "'"},
        "is_attendee_verified": True,
        "stage": Stage.RECORDED,
    }
    live = make_live()
    columns = [field.attname for field in EngagementInteraction._meta.concrete_fields]
    known = {name: getattr(live, name) for name in columns if name not in ("id", "name", "duration", "is_deleted")}
    rows = [EngagementInteraction(**{**known, **values, "uuid": uuid7()}) for _ in range(4)]
    insert(rows[:1])
    insert(rows[1:])
    found = list(EngagementInteraction.objects.filter(reason=values["reason"]).order_by("id"))
    assert found == rows
    made = {"id", "uuid", "name"}
    for each in found:
        assert {name: getattr(each, name) for name in values} == values
        assert all(getattr(each, name) == getattr(found[0], name) for name in columns if name not in made)


def test_a_new_interaction_knows_its_name() -> None:
    live = make_live()
    live.pk, live.uuid = None, uuid7()
    insert([live])
    assert live.name == f"EI-{live.pk:09}"
    assert EngagementInteraction.objects.get(pk=live.pk).customer == live.customer


def test_nothing_to_insert(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        insert([])
