"""A week of simulated traffic, across the night in which clocks go forward: roll-ups and raw rows say the same."""

from datetime import UTC, date, datetime, timedelta

from apps.queues.invariants import violations
from apps.reporting import windows
from apps.reporting.rollups.reading import cut
from apps.reporting.rollups.rebuilding import rebuild
from apps.reporting.statistics.catalogue import STATISTICS
from apps.reporting.statistics.evaluating import evaluate
from apps.tenants.models import Tenant
from tests.reporting.agreeing import KINDS, agree
from tests.reporting.week import CASES, Week

MONDAY = datetime(2026, 3, 22, 23, tzinfo=UTC)  # midnight in Berlin
FORWARD = datetime(2026, 3, 29, 1, tzinfo=UTC)  # 02:00 becomes 03:00
LATER = MONDAY + timedelta(days=9)


def _traffic(week: Week) -> None:
    for day in range(7):
        for number, (hour, hours) in enumerate([(0, 23), (10, 11)]):
            week.plan(MONDAY + timedelta(days=day, hours=hour), week.shift(week.agents[(day + number) % 3], hours))
    for number, case in enumerate(CASES.values()):
        week.plan(MONDAY + timedelta(hours=week.some(1, 150)), case(week))
        week.plan(FORWARD + timedelta(minutes=week.some(-50, 20) + number), case(week))  # many at once
    week.run()


def test_every_statistic_of_a_week_is_the_same_from_roll_ups_and_raw_rows(in_scope: Tenant) -> None:
    in_scope.time_zone = "Europe/Berlin"
    in_scope.save()
    week = Week(MONDAY, seed=6)
    _traffic(week)
    assert violations(in_scope) == []
    list(rebuild(in_scope, end=LATER))
    whole = windows.days(date(2026, 3, 23), date(2026, 3, 31))
    assert cut(whole, finely=False).days
    agree(whole, KINDS, at=LATER)
    names = [name for name, each in STATISTICS.items() if not each.is_now]
    told = dict(zip(names, evaluate(names, whole, at=LATER), strict=True))
    expected = {
        "interaction-starts-count": week.did["started"],
        "abandons-before-queue-count": week.did["gone in the menu"],
        "queue-abandons-count": week.did["gave up"],
        "work-accepted-count": week.did["accepted"],
        "work-rejected-count": week.did["rejected"],
        "work-missed-count": week.did["missed"],
        "customer-holds-count": week.did["held"] + week.did["warm"] + week.did["called off"],
        "consult-time": week.did["warm"],
    }
    assert {name: told[name]["count"] for name in expected} == expected
    assert week.did.keys() >= {"put back", "parked", "callbacks", "transferred", "closed", "called off"}
