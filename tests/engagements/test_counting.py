"""Day counters: whatever befalls interactions, they say what counting the rows says."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Q

from apps.engagements import counting
from apps.engagements.models import EngagementInteraction, InteractionTally
from apps.queues.models import Flow
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_user

pytestmark = pytest.mark.django_db
MARCH = datetime(2026, 3, 1, tzinfo=UTC)


def make_many(number: int, dice: random.Random) -> None:
    """Interactions of five days and several kinds, many at the very same moments, some on the edge of a day."""
    user = make_user()
    flows = [Flow.objects.create(name=name, developer_name=name) for name in ("One", "Two")]
    EngagementInteraction.objects.bulk_create(
        EngagementInteraction(
            owner=user,
            created_by=user,
            last_modified_by=user,
            start_date_time=MARCH,
            opened_at=MARCH + timedelta(hours=dice.randrange(120)),
            communication_channel="Voice Call",
            channel=dice.choice(("voice", "chat")),
            direction=dice.choice(("inbound", "outbound", None)),
            flow=dice.choice((*flows, None)),
            flag_type=dice.choice(("Stuck", None, None)),
        )
        for _ in range(number)
    )


def check(condition: Q, start: datetime | None, end: datetime | None) -> None:
    """Total and every page are those of walking through the rows."""
    rows = EngagementInteraction.objects.filter(condition).order_by("-opened_at", "-uuid")
    rows = rows.filter(opened_at__gte=start) if start else rows
    rows = rows.filter(opened_at__lt=end) if end else rows
    found, keys = counting.census(condition, start, end), list(rows.values_list("pk", flat=True))
    assert found.total == len(keys)
    for offset in range(0, len(keys), 7):
        until, inside = found.locate(offset)
        page = rows.filter(opened_at__lt=until) if until else rows
        assert list(page.values_list("pk", flat=True)[inside : inside + 10]) == keys[offset : offset + 10]


def test_totals_and_offsets_are_those_of_the_rows(in_scope: Tenant) -> None:
    """Made, corrected, put into the recycle bin and out again, gone: before and after rows are summed up."""
    dice = random.Random(4)
    make_many(90, dice)
    everybody = EngagementInteraction.with_deleted
    some = [dice.sample(range(90), 20) for _ in range(4)]
    keys = list(everybody.order_by("pk").values_list("pk", flat=True))
    chosen: list[Any] = [everybody.filter(pk__in=[keys[each] for each in part]) for part in some]
    chosen[0].update(opened_at=MARCH + timedelta(hours=30), start_date_time=MARCH)
    chosen[1].update(deleted_at=MARCH)
    chosen[2].update(deleted_at=None, channel="email", flag_type=None)
    chosen[3].delete()
    for each in everybody.all()[:9]:  # one by one, as live operations write
        everybody.filter(pk=each.pk).update(direction="internal")
    conditions = (Q(), Q(channel__in=["voice"], flag_type=None), Q(flow__name="One"), Q(direction="internal"))
    ranges = (
        (None, None),
        (MARCH + timedelta(hours=30), None),
        (None, MARCH + timedelta(days=2)),
        (MARCH + timedelta(days=1), MARCH + timedelta(hours=77, minutes=1)),
        (MARCH + timedelta(hours=25), MARCH + timedelta(hours=47)),
        (MARCH + timedelta(days=1), MARCH + timedelta(days=1)),
    )
    for condition in conditions:
        for start, end in ranges:
            check(condition, start, end)
    before = counting.census(Q(), None, None)
    InteractionTally.objects.first().delete()  # type: ignore[union-attr]
    assert counting.census(Q(), None, None) != before
    call_command("recount_interactions")
    assert counting.census(Q(), None, None) == before


def test_many_rows_of_a_day_become_few(in_scope: Tenant, other_tenant: Tenant) -> None:
    """Reading sums up, and of the tenant in scope alone."""
    with scope(other_tenant):
        make_many(1, random.Random(1))
    make_many(1, random.Random(1))
    one = EngagementInteraction.objects.get()
    for hour in range(24, 64):
        EngagementInteraction.objects.filter(pk=one.pk).update(channel=f"channel {hour}", opened_at=MARCH)
    assert InteractionTally.objects.count() > 64
    for _ in range(2):
        assert counting.census(Q(), None, None).total == 1
    assert [each.delta for each in InteractionTally.objects.all()] == [1]
    with scope(other_tenant):
        assert counting.census(Q(), None, None).total == 1


def test_what_is_summed_up_is_left_alone(in_scope: Tenant) -> None:
    """However many kinds a day has: reading writes nothing then."""
    for _ in range(2):
        InteractionTally.objects.bulk_create(
            InteractionTally(day=MARCH.date(), channel=f"channel {kind}", delta=1) for kind in range(70)
        )
        assert counting.census(Q(), None, None).total == sum(InteractionTally.objects.values_list("delta", flat=True))
        found = set(InteractionTally.objects.values_list("pk", flat=True))
        assert len(found) == 70
        assert counting.census(Q(), None, None).total == sum(InteractionTally.objects.values_list("delta", flat=True))
        assert set(InteractionTally.objects.values_list("pk", flat=True)) == found
