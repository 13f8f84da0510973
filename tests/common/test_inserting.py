"""Rows that go in by one statement are as good as those of the ORM."""

from typing import Any

import pytest
from uuid6 import uuid7

from apps.common.inserting import insert
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


def test_a_new_interaction_knows_its_name() -> None:
    live = make_live()
    live.pk, live.uuid = None, uuid7()
    insert([live])
    assert live.name == f"EI-{live.pk:09}"
    assert EngagementInteraction.objects.get(pk=live.pk).customer == live.customer


def test_nothing_to_insert(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        insert([])
