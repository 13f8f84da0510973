"""What a stay asks for, and how long the queue is that it joins."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.agents.models import Skill
from apps.queues import demands, operations
from apps.queues.models import QueueEntry, QueueSkill, QueueTally
from apps.queues.operations import stays
from tests.builders import make_live, make_queue

pytestmark = pytest.mark.usefixtures("in_scope")

T0 = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)


def skill(name: str) -> Skill:
    return Skill.objects.create(name=name)


def asked(entry: QueueEntry, seconds: int) -> dict[int, int]:
    return dict(demands.levels(entry.skills, timedelta(seconds=seconds)))


def test_levels_fall_while_the_customer_waits() -> None:
    queue, french = make_queue(), skill("French")
    for after_s, level in ((60, 0), (0, 5), (30, 3)):
        QueueSkill.objects.create(queue=queue, skill=french, after_s=after_s, level=level)
    entry = QueueEntry.objects.get(interaction=make_live(queue, at=T0))
    assert [asked(entry, seconds) for seconds in (0, 29, 30, 59, 60)] == [
        {french.pk: 5},
        {french.pk: 5},
        {french.pk: 3},
        {french.pk: 3},
        {},
    ]
    assert demands.next_step(entry, T0) == T0 + timedelta(seconds=30)
    assert demands.next_step(entry, T0 + timedelta(seconds=60)) is None


def test_levels_never_rise_and_the_first_counts_from_the_beginning() -> None:
    queue, french = make_queue(), skill("French")
    for after_s, level in ((10, 4), (20, 6), (30, 2)):
        QueueSkill.objects.create(queue=queue, skill=french, after_s=after_s, level=level)
    entry = QueueEntry.objects.get(interaction=make_live(queue, at=T0))
    assert entry.skills == [{"skill": french.pk, "steps": [[0, 4], [30, 2]]}]


def test_a_contact_keeps_its_own_skills_in_the_next_queue() -> None:
    first, second, french, billing = make_queue(), make_queue(), skill("French"), skill("Billing")
    QueueSkill.objects.create(queue=first, skill=french, level=2)
    QueueSkill.objects.create(queue=first, skill=french, after_s=60, level=1)
    QueueSkill.objects.create(queue=second, skill=billing, level=1)
    live = make_live()
    entry = operations.enqueue(live, first, by=None, skills={french.pk: 8}, priority=7)
    assert entry.priority == 7
    assert [asked(entry, seconds) for seconds in (0, 60)] == [{french.pk: 8}, {french.pk: 1}]
    moved = operations.move(live, second, by=None)
    assert asked(moved, 60) == {french.pk: 8, billing.pk: 1}


def test_stays_that_ask_for_the_same_are_known_by_one_key() -> None:
    queue, french = make_queue(), skill("French")
    QueueSkill.objects.create(queue=queue, skill=french, level=2)
    one, same = (QueueEntry.objects.get(interaction=make_live(queue)) for _ in range(2))
    other = QueueEntry.objects.get(interaction=make_live(make_queue()))
    assert one.demand == same.demand != other.demand


def test_the_queues_length_counts_whoever_came_and_went() -> None:
    queue, other = make_queue(), make_queue()
    first, second = make_live(queue), make_live(queue)
    make_live(other)
    operations.abandon(first)
    operations.move(second, other, by=None)
    make_live(queue)
    assert list(QueueEntry.objects.order_by("id").values_list("length_at_entry", flat=True)) == [1, 2, 1, 2, 1]
    assert [stays.waiting(each) for each in (queue, other)] == [1, 2]


def test_many_tallies_become_one_and_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stays, "_TALLIES", 3)
    queue = make_queue()
    for _ in range(5):
        make_live(queue)
    assert stays.waiting(queue) == 5
    stays.waiting(queue)
    assert QueueTally.objects.filter(queue=queue).count() <= 3
    assert stays.waiting(queue) == 5
