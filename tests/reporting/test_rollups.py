"""What is read from roll-ups is what the journal says: for every statistic, told apart by anything."""

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from apps.agents.models import Agent, AgentSession, SpanState
from apps.common import clock
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.queues.models import HoldKind, Outcome, Queue, QueueEntry, SlaVersion, Workbin, WorkOffer
from apps.reporting import figures, windows
from apps.reporting.journal import load
from apps.reporting.models import Rollup, RollupMark, RollupState
from apps.reporting.rollups.following import cut_days_anew, follow
from apps.reporting.rollups.reading import cut
from apps.reporting.rollups.rebuilding import rebuild
from apps.reporting.statistics.asking import Ask, Where
from apps.reporting.statistics.behind import rows_behind
from apps.reporting.statistics.catalogue import KEPT, STATISTICS
from apps.reporting.statistics.evaluating import evaluate, values_of
from apps.reporting.statistics.formulas import Average, Extreme, Share
from apps.reporting.statistics.measures import AGENT, DIMENSIONS, Fold
from apps.reporting.windows import Window
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_agent, make_live, make_queue, ready
from tests.reporting.agreeing import KINDS, agree, lines
from tests.reporting.history import History

BEGIN = datetime(2026, 3, 27, 20, tzinfo=UTC)  # a day before the clocks of Berlin go forward
HOURS = 60
SOME: list[list[str]] = [["queue"], ["day", "agent"]]
LATER = BEGIN + timedelta(days=9)


def _write(seed: int, tenant: Tenant) -> None:
    """Two days and a half of contacts at random, some with everything that can happen to one."""
    chance, history = random.Random(seed), History(BEGIN)
    rules = (SlaVersion.AbandonType.IGNORE, SlaVersion.AbandonType.COUNT)
    queues = [make_queue(sla=SlaVersion.objects.create(abandon_type=rule, abandon_threshold_s=5)) for rule in rules]
    queues.append(make_queue(sla=None))
    agents = [make_agent() for _ in range(3)]
    for agent in agents:
        times = sorted(chance.uniform(0, HOURS * 3600) for _ in range(8))
        states = [chance.choice([SpanState.READY, SpanState.NOT_READY, None]) for _ in times]
        history.spans(agent, *zip(times, states, strict=True))
    for _ in range(40):
        _contact(chance, history, queues, agents)


def _contact(chance: random.Random, history: History, queues: list[Queue], agents: list[Agent]) -> None:
    def after(at: float, most: float = 40) -> float:
        return round(at + chance.choice([0, 0.001, 5, 20, 20.001, chance.uniform(0, most)]), 3)

    begin = round(chance.uniform(0, HOURS * 3600), 3)
    channel, direction = chance.choice(["voice", "chat"]), chance.choice(["inbound", "outbound"])
    contact, at = history.contact(begin, begin, channel=channel, direction=direction), after(begin)
    for number in range(chance.randint(0, 3)):
        queue, entered = chance.choice([*queues[:1], *queues]), at
        stay_leg = history.leg(contact, at, at, number=number + 1, cause="transfer", by_agent=agents[0])
        at = after(at, 4000)
        way = chance.choice(["success", "success", "success", "abandon", "timeout", "callback", "interaction-end"])
        stay = history.stay(contact, queue, entered, at, way, segment=stay_leg, length_at_entry=chance.randint(1, 5))
        if chance.random() < 0.5:
            outcome = chance.choice(["rejected", "timed_out", "cancelled"])
            history.part(agents[0], contact, stay, entered, at, outcome, segment=stay_leg)
        if way == "success":
            talk = after(at)
            left = after(talk, 4000)
            ended, agent = after(left, 2000), agents[number]
            part = history.part(agent, contact, stay, entered, at, talk=talk, left=left, ended=ended, segment=stay_leg)
            for kind in chance.sample(list(HoldKind), chance.randint(0, 2)):
                start = talk + (left - talk) * chance.random()
                history.hold(part, start, start + (left - start) * chance.random(), kind)
            at = chance.choice([ended, (talk + left) / 2])  # the next one may come while this one is there
    end = max([at, *(_seconds(row.ended_at) for row in contact.offers.all())])
    contact.closed_at, contact.customer_left_at = history.at(after(end)), history.at(at)
    contact.customer_left_from = chance.choice(["flow", "queue", "hold", "talk"])
    contact.satisfaction_score = chance.choice([None, 3, 4.5])
    contact.save()


def _seconds(at: datetime) -> float:
    return (at - BEGIN).total_seconds()


@pytest.mark.parametrize(("seed", "zone"), [(1, "Europe/Berlin"), (2, "Asia/Kathmandu")])
def test_roll_ups_and_journal_agree(in_scope: Tenant, seed: int, zone: str) -> None:
    in_scope.time_zone = zone
    in_scope.save()
    _write(seed, in_scope)
    whole, ragged = (
        windows.days(date(2026, 3, 26), date(2026, 3, 31)),
        Window(BEGIN + timedelta(hours=1, minutes=7, seconds=3), BEGIN + timedelta(hours=50, minutes=21)),
    )
    list(rebuild(in_scope, end=LATER))
    pieces = cut(whole, finely=False)
    assert pieces.days
    assert cut(ragged, finely=False).rest[0].start == ragged.start
    agree(whole, KINDS if zone == "Europe/Berlin" else SOME, at=LATER)
    agree(ragged, SOME, at=LATER)
    kept = _kept()
    list(rebuild(in_scope, BEGIN, LATER))  # twice is once
    assert _kept() == kept
    in_scope.time_zone = "America/St_Johns"
    assert cut(whole, finely=False).days == []  # they were cut at other midnights
    cut_days_anew(RollupState.objects.get())
    agree(windows.days(date(2026, 3, 26), date(2026, 3, 31)), SOME, at=LATER)


def _kept() -> list[str]:
    return sorted(map(str, Rollup.objects.values_list("grain", "fact", "starts_at", *DIMENSIONS, *KEPT)))


def test_sums_are_those_of_the_figures_of_each_contact(in_scope: Tenant) -> None:
    """One rule, told twice: of one contact by `figures`, of many by the database."""
    _write(3, in_scope)
    journals = load(EngagementInteraction.objects.all())
    parts = [(journal, part) for journal in journals for part in journal.offers]
    talks = [(journal, part) for journal, part in parts if part.talk_started_at]
    stays = [(journal, stay) for journal in journals for stay in journal.entries]
    held = [figures.agent_hold_time(*pair) for pair in talks]
    expected: dict[tuple[str, str], int] = {
        ("interaction-time", "total"): _sum(map(figures.interaction_time, journals)),
        ("conversation-time", "total"): _sum(map(figures.conversation_time, journals)),
        ("customer-hold-time", "total"): _sum(map(figures.customer_hold_time, journals)),
        ("resource-initiated-customer-hold-time", "total"): _sum(map(figures.agent_initiated_hold_time, journals)),
        ("customer-holds-count", "count"): sum(len(figures.customer_holds(journal)) for journal in journals),
        ("abandons-before-queue-count", "count"): sum(map(figures.ivr_abandoned, journals)),
        ("customer-hold-abandons-count", "count"): sum(map(figures.hold_abandoned, journals)),
        ("queue-time", "total"): _sum(figures.queue_time(stay) for _, stay in stays),
        ("queue-abandon-time", "total"): _sum(figures.queue_abandon_time(stay) for _, stay in stays),
        ("abandons-missed-count", "count"): sum(figures.sla_abandoned(stay) for _, stay in stays),
        ("time-to-answer", "total"): _sum(
            figures.sla_time(journal, stay) for journal, stay in stays if not figures.queue_abandoned(stay)
        ),
        ("resource-conversation-time", "total"): _sum(figures.agent_conversation_time(part) for _, part in talks),
        ("resource-talk-time", "total"): _sum(figures.agent_talk_time(*pair) for pair in talks),
        ("resource-customer-hold-time", "total"): _sum(held),
        ("resource-customer-hold-time", "count"): sum(time is not None for time in held),
        ("resource-wrap-up-time", "total"): _sum(figures.agent_wrap_up_time(part) for _, part in talks),
        ("resource-handle-time", "total"): _sum(figures.agent_handle_time(part) for _, part in talks),
        ("work-accept-time", "total"): _sum(figures.answer_time(part, Outcome.ACCEPTED) for _, part in parts),
    }
    found = evaluate((name for name, _ in expected), Window(BEGIN - timedelta(days=1), LATER), at=LATER)
    assert {key: line[key[1]] for key, line in zip(expected, found, strict=True)} == expected
    assert all(expected.values())


def test_every_number_opens_the_rows_it_is_made_of(in_scope: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a statistic is, counts have as many rows, and times rows that add up; of a fraction either part."""
    _write(4, in_scope)
    _go_on()
    window = Window(BEGIN + timedelta(hours=1, minutes=7), BEGIN + timedelta(hours=50, minutes=21, seconds=3))
    opened: dict[str, int] = defaultdict(int)
    one = Where(agents=frozenset({Agent.objects.earliest("pk").pk}))
    for at, of in ((LATER, one), (LATER, Where()), (BEGIN + timedelta(hours=30), Where())):  # also while it goes on
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        for name, each in STATISTICS.items():
            if of == Where() or AGENT in each.dimensions:
                opened[name] += _opened(Ask(name, of), window)
    assert sum(rows > 0 for rows in opened.values()) > len(STATISTICS) - 6  # what chance has left out


def _go_on() -> None:
    """One in the flow, one who waits, one who talks; agents who are ready, not ready, busy."""
    history, queue, begin = History(BEGIN), Queue.objects.earliest("pk"), HOURS * 3600
    agents = [make_agent() for _ in range(3)]
    for agent, state in zip(agents, (SpanState.READY, SpanState.NOT_READY, SpanState.BUSY), strict=True):
        history.spans(agent, (begin, state))
        AgentSession.objects.filter(agent=agent).update(ended_at=None)
    history.contact(begin, None)
    history.stay(history.contact(begin, None, stage="queued"), queue, begin, None, None)
    talking = history.contact(begin, None, stage="handled", handler=agents[2])
    stay = history.stay(talking, queue, begin, begin + 5, "success")
    history.part(agents[2], talking, stay, begin, begin + 5, talk=begin + 6)


def _opened(ask: Ask, window: Window) -> int:
    """How many rows its numbers open, each checked against what it was worked out from."""
    values, count = values_of(ask, window), 0
    for key, formula in ask.statistic.formulas.items():
        for above in (False, True) if isinstance(formula, Average | Share) else (False,):
            terms = formula.rows(above=above)
            rows = list(rows_behind(ask, window, key=key, above=above))
            count += len(rows)
            folds = {each.fold for each in terms.plus}
            if isinstance(formula, Extreme):
                measured = [row["measured"] for row in rows if row["measured"] is not None]
                chosen = min if folds == {Fold.LEAST} else max
                assert chosen(measured, default=formula.empty) == formula.of(values), (ask, key)
            elif folds == {Fold.COUNT}:
                assert not terms.minus
                assert len(rows) == terms.total(values), (ask, key, above)
            else:
                assert folds == {Fold.SUM}
                assert _sum(row["measured"] for row in rows) == terms.total(values), (ask, key, above)
    return count


def _sum(times: Iterable[int | None]) -> int:
    return sum(time or 0 for time in times)


def test_a_calendar_day_is_as_long_as_the_clock_makes_it(in_scope: Tenant) -> None:
    in_scope.time_zone = "Europe/Berlin"
    lengths = {date(2026, 3, 28): 24, date(2026, 3, 29): 23, date(2026, 10, 25): 25}
    for day, hours in lengths.items():
        assert windows.day(day).end - windows.day(day).start == timedelta(hours=hours)
        assert len(windows.quarters(windows.day(day))) == hours * 4
    in_scope.time_zone = "Africa/Cairo"  # where the clock skips midnight
    assert windows.day(date(2026, 4, 24)).start == windows.day(date(2026, 4, 23)).end


@pytest.mark.django_db(transaction=True)
def test_roll_ups_follow_what_happens_and_what_is_corrected(tenant: Tenant) -> None:
    """Through the operations, a day ago: every way of a contact; then a time that was wrong, and a deletion."""
    at = clock.now() - timedelta(days=1)
    with scope(tenant):
        History(at).contact(-3600, -3000)
    _follow(tenant)
    with scope(tenant):
        assert RollupState.objects.get().until > at + timedelta(hours=23)
        agents, contacts = _a_day(at)
    _follow(tenant)
    window = Window(at - timedelta(hours=2), at + timedelta(hours=3))
    with scope(tenant):
        before = _same(window)
        for name in ("queue-abandons-count", "work-rejected-count", "work-missed-count", "work-cancelled-count"):
            assert before[name] == {"count": 1}, name
        assert before["consult-time"]["count"] == 1
        late = QueueEntry.objects.filter(exit_type="abandon").get()
        QueueEntry.objects.filter(pk=late.pk).update(left_at=late.left_at + timedelta(minutes=40))
    _follow(tenant)
    with scope(tenant):
        assert RollupMark.objects.count() == 0
        after = _same(window)
        assert after["queue-abandon-time"]["total"] == before["queue-abandon-time"]["total"] + 40 * 60_000
        operations.delete(contacts[0], by=agents[0].user)
    _follow(tenant)
    with scope(tenant):
        assert _same(window)["interaction-starts-count"]["count"] == before["interaction-starts-count"]["count"] - 1


def _follow(tenant: Tenant) -> None:
    for _ in range(4):  # a visit does not do all of a long past
        follow(tenant)


def _same(window: Window) -> Any:
    now = clock.now()
    (told,) = lines(window, [], rows_only=True, at=now)
    assert lines(window, [], rows_only=False, at=now) == [told]
    assert cut(window, finely=False).quarters
    return told.figures


def _a_day(at: datetime) -> tuple[list[Agent], list[Any]]:
    """Pulled after a refusal and a miss, transferred warm, parked and pulled, put back, and abandoned."""

    def then(minutes: float) -> datetime:
        return at + timedelta(minutes=minutes)

    agents = [make_agent(), make_agent()]
    queue = make_queue(members=agents)
    ready(agents[0], at=at)
    call = make_live(queue, at=then(1))
    operations.reject(call, by=agents[0], at=then(2))
    ready(agents[1], at=then(3))
    operations.time_out(_offer(call), at=then(4))
    first, second = agents
    operations.pull(call, by=first, at=then(5))
    operations.hold(call, by=first, at=then(6))
    operations.resume(call, by=first, at=then(7))
    operations.start_transfer(call, second, by=first, at=then(8))
    operations.accept(call, by=second, at=then(9))
    operations.complete_transfer(call, by=first, at=then(11))
    operations.hang_up(call, by=second, at=then(13))
    for agent in agents:
        operations.complete(call, by=agent, at=then(19))
    gone = make_live(queue, at=then(20))
    operations.abandon(gone, at=then(21))
    chat = make_live(queue, channel="chat", at=then(30))
    taker = operations.accept(chat, by=_offer(chat).agent, at=then(31)).agent
    workbin = Workbin.objects.create(name="Mine", kind="agent", agent=taker)
    operations.park(chat, workbin, by=taker, at=then(32))
    operations.pull(chat, by=second, at=then(48))
    operations.requeue(chat, by=second, at=then(50))
    operations.complete(chat, by=operations.accept(chat, by=_offer(chat).agent, at=then(51)).agent, at=then(70))
    return agents, [call, gone, chat]


def _offer(contact: Any) -> WorkOffer:
    return contact.offers.get(state="offered")
