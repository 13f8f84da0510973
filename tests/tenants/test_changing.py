"""Updates written once for the process change what the ORM would, of each tenant its own."""

from datetime import UTC, datetime

import pytest
from django.db.models import F

from apps.common.updating import columns_of, save, save_changed
from apps.engagements.models import EngagementInteraction
from apps.queues.models import QueueEntry
from apps.tenants.changing import Change
from apps.tenants.scope import scope
from tests.builders import make_live, make_queue

T0 = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)
RAISE = Change(
    lambda queue, channel, due: (
        QueueEntry.objects.filter(queue_id=queue, channel=channel, left_at=None),
        {"priority": F("priority") + 7, "overflow_at": due},
    ),
    numbers=["queue"],
    texts=["channel"],
    times=["due"],
    returning=["priority"],
)


@pytest.fixture
def queue(in_scope):
    return make_queue("Support", priority=3)


def test_rows_that_fit_are_changed_and_told_of(queue, other_tenant):
    make_live(queue=queue)
    assert RAISE(queue=queue.pk, channel="voice", due=T0) == 1
    assert RAISE.first(queue=queue.pk, channel="voice", due=None) == (17,)
    entry = QueueEntry.objects.get()
    assert (entry.priority, entry.overflow_at) == (17, None)
    assert RAISE.first(queue=queue.pk, channel="chat", due=T0) is None
    with scope(other_tenant):
        assert RAISE(queue=queue.pk, channel="voice", due=T0) == 0


def test_columns_are_saved_by_name_or_as_they_differ(queue):
    made = make_live(queue=queue)
    mine, theirs = (EngagementInteraction.objects.get(pk=made.pk) for _ in range(2))
    before = columns_of(mine)
    theirs.subject, theirs.customer = "Theirs", "Anna"
    save(theirs, "subject")
    mine.status, mine.user_data = None, {**mine.user_data, "a": [1, None, "ä"]}
    save_changed(mine, before)
    save_changed(mine, columns_of(mine))
    found = EngagementInteraction.objects.get(pk=made.pk)
    assert (found.subject, found.status, found.user_data["a"]) == ("Theirs", None, [1, None, "ä"])
    assert found.customer == made.customer
