"""The contract's test numbers (cxengage 13.3), digit for digit, and what else a statistic is asked for."""

from typing import Any

import pytest

from apps.agents.models import Agent, SpanState
from apps.queues.models import Queue, SlaVersion
from apps.reporting import windows
from apps.reporting.statistics.asking import Ask, DoesNotApply, UnknownStatistic, Where
from apps.reporting.statistics.behind import rows_behind
from apps.reporting.statistics.catalogue import STATISTICS
from apps.reporting.statistics.evaluating import evaluate, table
from apps.reporting.statistics.intervals import AGENT_KEYS, AGENT_QUEUE_KEYS, QUEUE_KEYS
from tests.builders import make_agent, make_queue
from tests.reporting.history import BEGIN, History, at

pytestmark = pytest.mark.usefixtures("in_scope")

ANSWERED = (4.0, 8.2, 12.5, 16.0, 20.0, 20.001, 33.0, 45.0)
ABANDONED = (2.0, 5.0, 19.5, 60.0)


def measured_queue(**rule: Any) -> Queue:
    return make_queue(sla=SlaVersion.objects.create(name="Rule", **rule))


def entries_of_one_day(queue: Queue, history: History) -> None:
    agent = make_agent()
    for position, wait in enumerate(ANSWERED):
        begin = position * 300
        contact = history.contact(begin, begin + wait + 60)
        stay = history.stay(contact, queue, begin, begin + wait, "success")
        until = begin + wait + 60
        history.part(agent, contact, stay, begin, begin + wait, talk=begin + wait, left=until, ended=until)
    ways = [(wait, "abandon") for wait in ABANDONED] + [(90.0, "timeout"), (30.0, "callback")]
    for position, (wait, way) in enumerate(ways):
        begin = 4000 + position * 100
        contact = history.contact(begin, begin + wait, left=begin + wait, left_from="queue")
        history.stay(contact, queue, begin, begin + wait, way)


def test_the_contracts_numbers_of_a_queue() -> None:
    entries_of_one_day(measured_queue(), History())
    wanted = {
        ("calls-answered-in-sla-count", "count"): 5,
        ("service-level", "percent"): 55.56,
        ("service-level-abandons-positive", "percent"): 66.67,
        ("service-level-answered-only", "percent"): 62.5,
        ("service-level-abandons-negative", "percent"): 41.67,
        ("service-level-early-abandons-ignored", "percent"): 55.56,
        ("service-level-short-abandons-ignored", "percent"): 55.56,
        ("abandon-rate", "percent"): 28.57,
        ("abandon-rate-without-brief", "percent"): 16.67,
        ("time-to-answer", "avg"): 19_838,
        ("queue-abandon-time", "avg"): 21_625,
        ("queue-time", "avg"): 26_086,
        ("queue-time", "max"): 90_000,
        ("queue-time", "min"): 2_000,
        ("queue-time", "total"): 365_201,
        ("short-abandons-count", "count"): 3,
        ("abandons-in-sla-count", "count"): 3,
        ("queue-timeouts-count", "count"): 1,
        ("queue-callbacks-count", "count"): 1,
    }
    found = evaluate([name for name, _ in wanted], windows.day(BEGIN.date()))
    assert {key: figures[key[1]] for key, figures in zip(wanted, found, strict=True)} == wanted


@pytest.mark.parametrize(
    ("rule", "level"),
    [
        ({"abandon_threshold_s": 20}, 55.56),
        ({"abandon_threshold_s": 5}, 50.00),
        ({"abandon_type": SlaVersion.AbandonType.COUNT}, 41.67),
    ],
)
def test_the_contracts_numbers_under_other_rules(rule: Any, level: float) -> None:
    """Variant 5 is the rule with a smaller abandon threshold (cxengage 13.2)."""
    entries_of_one_day(measured_queue(**rule), History())
    found = evaluate(["service-level", "service-level-short-abandons-ignored"], windows.day(BEGIN.date()))
    assert found[0]["percent"] == level
    if "abandon_type" not in rule:
        assert found[1] == found[0]


AVERAGES_OF_AN_AGENT = {
    "resource-handle-time": 206_667,
    "resource-talk-time": 170_000,
    "resource-wrap-up-time": 25_000,
    "resource-customer-hold-time": 11_667,
    "resource-customer-hold-time-held": 17_500,
}


def an_hour_of_an_agent(agent: Agent, history: History) -> None:
    """As in cxengage 13.3."""
    history.spans(agent, (0, SpanState.READY), (3000, SpanState.NOT_READY), (3600, None))
    for begin, talk, held, wrap_up in ((100, 180, 20, 30), (600, 240, 0, 45), (1200, 90, 15, 0)):
        left = begin + talk + held
        contact = history.contact(begin, left + wrap_up)
        part = history.part(agent, contact, None, begin, begin, talk=begin, left=left, ended=left + wrap_up)
        if held:
            history.hold(part, begin + 10, begin + 10 + held)


def test_the_contracts_numbers_of_an_agent() -> None:
    agent, names = make_agent(), AVERAGES_OF_AN_AGENT
    an_hour_of_an_agent(agent, History())
    window = windows.day(BEGIN.date())
    (line,) = table([*names, "occupancy", "resource-logged-in-time", "resource-away-time"], window, by=["agent"])
    assert line.of == {"agent": agent.pk}
    assert {name: line.figures[name]["avg"] for name in names} == names
    assert line.figures["occupancy"] == {"percent": 20.67}
    assert line.figures["resource-logged-in-time"] == {"total": 3_600_000}
    assert line.figures["resource-away-time"] == {"total": 600_000}


def test_of_nothing_there_is_no_share_and_no_average() -> None:
    """X-57: null, not 0; a count of nothing is 0."""
    window = windows.day(BEGIN.date())
    empty = dict(zip(STATISTICS, evaluate(STATISTICS, window), strict=True))
    assert empty["service-level"] == {"percent": None}
    assert empty["queue-time"] == {"avg": None, "min": None, "max": None, "total": 0}
    assert empty["resources-idle-percentage"] == {"percent": None}
    assert empty["longest-wait-time"] == {"max": 0}
    assert empty["interaction-starts-count"] == {"count": 0}


def test_who_still_waits_counts_in_the_present_alone() -> None:
    queue, history = measured_queue(), History()
    history.stay(history.contact(0, 40), queue, 0, 40, "timeout")
    history.stay(history.contact(10, None), queue, 10, None, None)
    window, now = windows.day(BEGIN.date()), at(110)
    asked = [Ask("queue-time"), Ask("queue-length"), Ask("longest-wait-time", Where(queues=frozenset({queue.pk})))]
    today = evaluate(asked, window, at=now)
    assert today[0] == {"avg": 70_000, "min": 40_000, "max": 100_000, "total": 140_000}
    assert today[1:] == [{"count": 1}, {"max": 100_000}]
    assert evaluate(asked[:1], window, at=at(10**6))[0]["total"] == 40_000


def test_a_batch_is_narrowed_item_by_item() -> None:
    history, agents, queues = History(), [make_agent(), make_agent()], [measured_queue(), measured_queue()]
    for number, queue in enumerate([queues[0], queues[0], queues[1]]):
        contact = history.contact(number * 60, 600, direction="outbound" if number else "inbound")
        stay = history.stay(contact, queue, number * 60, number * 60 + 10, "success")
        begin = number * 60 + 10
        history.part(agents[number % 2], contact, stay, begin - 5, begin, talk=begin, left=500, ended=600)
    window = windows.day(BEGIN.date())
    first, outbound = frozenset({queues[0].pk}), frozenset({"outbound"})
    asked = [
        Ask("calls-answered-count"),
        Ask("calls-answered-count", Where(queues=first)),
        Ask("calls-answered-count", Where(queues=first, directions=outbound)),
        Ask("calls-answered-count", Where(agents=frozenset({agents[0].pk}))),
        Ask("queue-entries-count", Where(channels=frozenset({"email"}))),
    ]
    assert [figures["count"] for figures in evaluate(asked, window)] == [3, 2, 1, 2, 0]
    lines = table(["calls-answered-count", "queue-entries-count"], window, by=["queue"])
    assert {line.of["queue"]: line.figures["queue-entries-count"]["count"] for line in lines} == {
        queues[0].pk: 2,
        queues[1].pk: 1,
    }


def test_what_does_not_exist_or_does_not_apply_is_refused() -> None:
    window = windows.today()
    with pytest.raises(UnknownStatistic):
        evaluate(["queue-lenght"], window)
    with pytest.raises(DoesNotApply):
        Ask("queue-length", Where(agents=frozenset({1})))
    with pytest.raises(DoesNotApply):
        table(["occupancy"], window, by=["queue"])
    with pytest.raises(DoesNotApply):
        table(["queue-length"], window, by=["day"])


def test_every_count_opens_as_many_rows() -> None:
    queue, history, agent = measured_queue(), History(), make_agent()
    entries_of_one_day(queue, history)
    history.stay(history.contact(7000, None), queue, 7000, None, None)
    history.spans(agent, (0, SpanState.READY))
    window, now, mine = windows.day(BEGIN.date()), at(8000), Where(queues=frozenset({queue.pk}))
    asked = [
        Ask(name, mine if "queue" in each.dimensions else Where())
        for name, each in STATISTICS.items()
        if "count" in each.formulas and name != "longest-queue-count"
    ]
    counts = [figures["count"] for figures in evaluate(asked, window, at=now)]
    assert [len(rows_behind(ask, window, key="count", at=now)) for ask in asked] == counts
    assert sum(count > 0 for count in counts if count) > 15
    rows = rows_behind("queue-time", window, at=now)
    assert len(rows) == rows.count() == 15
    assert sum(row["measured"] or 0 for row in rows_behind("queue-time", window, key="max", at=now)) == 365_201 + 10**6
    assert rows[0]["queue_key"] == queue.pk
    assert rows_behind(Ask("resource-idle-time", Where(agents=frozenset({agent.pk}))), window, at=now).count() == 1


def test_each_key_of_the_intervals_is_a_statistic_that_is_known_so() -> None:
    kinds = {("queue",): QUEUE_KEYS, ("agent",): AGENT_KEYS, ("queue", "agent"): AGENT_QUEUE_KEYS}
    for by, keys in kinds.items():
        for name, value in keys.values():
            assert value in STATISTICS[name].formulas
            assert STATISTICS[name].dimensions.issuperset(by)
        names = dict.fromkeys(name for name, _ in keys.values())
        assert table(names, windows.day(BEGIN.date()), by=["quarter", *by]) == []
