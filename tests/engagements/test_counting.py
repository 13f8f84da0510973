"""Day counters: whatever befalls interactions, they say what counting the rows says."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Q, Sum

from apps.agents.models import Agent, AgentSession
from apps.engagements import counting
from apps.engagements.counting import Counted
from apps.engagements.models import EngagementInteraction, Hook, InteractionTally
from apps.engagements.models.marks import ATTRIBUTE, LINK_KINDS, link_key
from apps.queues.invariants import violations
from apps.queues.models import Disposition, ExitType, Flow, QueueEntry, Segment, WorkOffer
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_agent, make_queue, make_user, ready

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


def everything() -> counting.Census:
    return counting.census(EngagementInteraction.objects.all(), Counted(), None, None)


def check(condition: Q, start: datetime | None, end: datetime | None) -> None:
    """Total and every page are those of walking through the rows."""
    rows = EngagementInteraction.objects.filter(condition).order_by("-opened_at", "-uuid")
    rows = rows.filter(opened_at__gte=start) if start else rows
    rows = rows.filter(opened_at__lt=end) if end else rows
    found = counting.census(rows.order_by(), Counted(condition), start, end)
    keys = list(rows.values_list("pk", flat=True))
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
    before = everything()
    InteractionTally.objects.first().delete()  # type: ignore[union-attr]
    assert everything() != before
    call_command("recount_interactions")
    assert everything() == before


def make_worked(number: int) -> tuple[list[EngagementInteraction], list[Any], list[Agent], list[Disposition]]:
    """Interactions with a leg, and whom and what they may come to."""
    make_many(number, random.Random(7))
    agents = [ready(make_agent(), "voice", at=MARCH) for _ in range(3)]
    made = list(EngagementInteraction.objects.order_by("pk"))
    Segment.objects.bulk_create(Segment(interaction=each, number=0, cause="start", started_at=MARCH) for each in made)
    names = ("Sold", "Lost", "Later")
    return made, [make_queue() for _ in range(3)], agents, [Disposition.objects.create(name=name) for name in names]


def stay(interaction: EngagementInteraction, queue: Any) -> QueueEntry:
    ended = {"left_at": MARCH, "exit_type": ExitType.SUCCESS}
    values: Any = {"channel": "voice", "entry_type": "ivr", "entered_at": MARCH, "length_at_entry": 1, **ended}
    return QueueEntry(interaction=interaction, segment=interaction.segments.get(), queue=queue, **values)


def part(interaction: EngagementInteraction, agent: Agent, hour: int, outcome: Disposition | None) -> WorkOffer:
    at = MARCH + timedelta(hours=hour)
    times: Any = dict.fromkeys(("offered_at", "answered_at", "talk_started_at", "left_at", "ended_at"), at)
    values: Any = {"state": "ended", "outcome": "accepted", "session": AgentSession.objects.get(agent=agent), **times}
    return WorkOffer(
        interaction=interaction, segment=interaction.segments.get(), agent=agent, disposition=outcome, **values
    )


def link(interaction: EngagementInteraction, number: int) -> Hook:
    kind = ("zendesk", "crm", ATTRIBUTE)[number % 3]
    return Hook(
        interaction=interaction, type=kind, sub_type="s", record_id=str(number), name=f"n{number % 2}", at=MARCH
    )


def marks_of(interaction: EngagementInteraction) -> set[tuple[str, str]]:
    """Worked out row by row, without the database's help."""
    found = {("queue", str(each.queue_id)) for each in interaction.queue_entries.all()}
    parts = sorted(interaction.offers.all(), key=lambda each: (each.offered_at, each.pk))
    found |= {("agent", str(each.agent_id)) for each in parts}
    found |= {("disposition", str(each.disposition_id)) for each in [p for p in parts if p.disposition_id][-1:]}
    for each in interaction.hooks.all():
        kinds = [kind for kind in LINK_KINDS if each.type == ATTRIBUTE or "record_id" not in kind]
        found |= {(kind, link_key([getattr(each, column) for column in kind.split()])) for kind in kinds}
    return found


def check_marks() -> None:
    wanted = Counter(
        (each.opened_at.date(), each.channel, each.flag_type, *mark)
        for each in EngagementInteraction.objects.prefetch_related("queue_entries", "offers", "hooks")
        for mark in marks_of(each)
    )
    tallies = InteractionTally.objects.exclude(kind="").values_list("day", "channel", "flag_type", "kind", "key")
    found = tallies.annotate(count=Sum("delta")).filter(count__gt=0)
    assert {tuple(mark): count for *mark, count in found} == wanted


def test_whatever_befalls_what_stands_beside_interactions_their_marks_are_counted(in_scope: Tenant) -> None:
    """Many at once and one by one; moved to another interaction, as a merge does; gone before it or with it."""
    dice = random.Random(5)
    made, queues, agents, outcomes = make_worked(30)
    QueueEntry.objects.bulk_create(stay(dice.choice(made), dice.choice(queues)) for _ in range(50))
    WorkOffer.objects.bulk_create(
        part(dice.choice(made), dice.choice(agents), dice.randrange(9), dice.choice([*outcomes, None]))
        for _ in range(70)
    )
    Hook.objects.bulk_create(link(each, number) for each in made[:12] for number in dice.sample(range(9), 3))
    check_marks()
    stay(made[0], queues[0]).save()
    part(made[0], agents[0], 5, None).save()
    part(made[1], agents[1], 5, outcomes[1]).save()

    def some(model: Any) -> Any:
        return model.objects.filter(pk__in=dice.sample(list(model.objects.values_list("pk", flat=True)), 9))

    steps: list[tuple[Any, dict[str, Any]]] = [
        (QueueEntry, {"queue": queues[1]}),
        (QueueEntry, {"interaction": made[3]}),
        (WorkOffer, {"interaction": made[4]}),
        (WorkOffer, {"disposition": outcomes[0]}),
        (WorkOffer, {"disposition": None}),
        (WorkOffer, {"disposition": outcomes[2], "interaction": made[5], "agent": agents[2]}),
        (WorkOffer, {"offered_at": MARCH - timedelta(hours=1)}),
        (Hook, {"name": "other"}),
        (EngagementInteraction, {"opened_at": MARCH + timedelta(days=9), "flag_type": "Stuck"}),
        (EngagementInteraction, {"deleted_at": MARCH}),
    ]
    for model, values in steps:
        some(model).update(**values)
        check_marks()
    EngagementInteraction.with_deleted.update(deleted_at=None)
    for model in (QueueEntry, WorkOffer, Hook, EngagementInteraction):
        some(model).delete()
        check_marks()
    assert [each for each in violations(in_scope) if "counted" in each.rule] == []
    InteractionTally.objects.filter(kind="agent").delete()
    assert any("mark" in each.rule for each in violations(in_scope))
    call_command("recount_interactions")
    check_marks()


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
        assert everything().total == 1
    assert [each.delta for each in InteractionTally.objects.all()] == [1]
    with scope(other_tenant):
        assert everything().total == 1


def test_what_is_summed_up_is_left_alone(in_scope: Tenant) -> None:
    """However many kinds a day has: reading writes nothing then."""
    for _ in range(2):
        InteractionTally.objects.bulk_create(
            InteractionTally(day=MARCH.date(), channel=f"channel {kind}", delta=1) for kind in range(70)
        )
        assert everything().total == sum(InteractionTally.objects.values_list("delta", flat=True))
        found = set(InteractionTally.objects.values_list("pk", flat=True))
        assert len(found) == 70
        assert everything().total == sum(InteractionTally.objects.values_list("delta", flat=True))
        assert set(InteractionTally.objects.values_list("pk", flat=True)) == found
