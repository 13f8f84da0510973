"""Queries written once for the process give what the ORM gives, to each tenant its own."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.engagements.models import EngagementInteraction
from apps.queues.models import QueueEntry
from apps.tenants.scope import scope
from apps.tenants.selecting import Select
from tests.builders import make_live, make_queue

WAITING = Select(
    lambda queue, stage: QueueEntry.objects.select_related("interaction", "queue").filter(
        queue_id=queue, interaction__stage=stage, left_at=None
    ),
    numbers=["queue"],
    texts=["stage"],
)
CONTACT = Select(lambda key: EngagementInteraction.objects.filter(pk=key), numbers=["key"])


@pytest.fixture
def queue(in_scope):
    return make_queue("Support")


def test_rows_and_what_belongs_to_them_come_as_from_the_orm(queue):
    made = [make_live(queue=queue, user_data={"n": number}) for number in range(2)]
    with CaptureQueriesContext(connection) as asked:
        found = WAITING(queue=queue.pk, stage="queued")
        assert [entry.interaction for entry in found] == made
        assert [entry.interaction.user_data for entry in found] == [{"n": 0}, {"n": 1}]
        assert {entry.queue.name for entry in found} == {"Support"}
    assert len(asked) == 1
    expected = EngagementInteraction.objects.get(pk=made[0].pk)
    fields = [field.attname for field in EngagementInteraction._meta.concrete_fields]
    read = CONTACT.first(key=made[0].pk)
    assert {name: getattr(read, name) for name in fields} == {name: getattr(expected, name) for name in fields}


def test_values_differ_from_time_to_time(queue):
    made = make_live(queue=queue)
    assert WAITING(queue=queue.pk, stage="handled") == []
    assert WAITING(queue=queue.pk + 1, stage="queued") == []
    assert CONTACT.first(key=made.pk + 1) is None


def test_each_tenant_finds_its_own(queue, other_tenant):
    made = make_live(queue=queue)
    with scope(other_tenant):
        assert CONTACT.first(key=made.pk) is None
        assert WAITING(queue=queue.pk, stage="queued") == []
    assert CONTACT.first(key=made.pk) == made
