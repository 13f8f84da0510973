"""Quarter hours and days are worked out anew from the journal, whole: doing it twice changes nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from apps.reporting.models import Grain, Rollup
from apps.reporting.statistics.catalogue import FACTS, KEPT
from apps.reporting.statistics.cells import Apart, grouped
from apps.reporting.statistics.measures import DIMENSIONS, Fact, Fold, Measure
from apps.reporting.statistics.presence import AGENT_TIME, STATEMENT
from apps.reporting.windows import QUARTER, Window, day, zone
from apps.tenants import scope

_TABLE = "reporting_rollup"
_FOLDS = {Fold.COUNT: "sum", Fold.SUM: "sum", Fold.LEAST: "min", Fold.MOST: "max"}
_SETS = ("agent is null", "agent is not null")  # each has an index of its own
_COLUMNS = ("tenant_id", "grain", "fact", "starts_at", *DIMENSIONS)


def roll(starts: Sequence[datetime], now: datetime) -> None:
    """Work these quarter hours out anew, and the days that they lie in as far as those are over. Sorted begins."""
    if not starts:
        return
    _clear(Grain.QUARTER, starts)
    for fact in FACTS.values():
        if fact is AGENT_TIME:
            _agent_times(starts, now)
        else:
            _rows(fact, _joined(starts), now)
    days = dict.fromkeys(day(start.astimezone(zone()).date()) for start in starts)
    roll_days([each for each in days if each.end <= now])


def roll_days(days: Sequence[Window]) -> None:
    """Sum these days up from their quarter hours."""
    if not days:
        return
    _clear(Grain.DAY, [each.start for each in days])
    folded = ", ".join(f"{_FOLDS[measure.fold]}({name})" for name, measure in KEPT.items())
    for agents in _SETS:
        _insert_days(days, folded, agents)


def _clear(grain: Grain, starts: Sequence[datetime]) -> None:
    for of_all in (True, False):
        Rollup.objects.filter(grain=grain, fact__in=FACTS, starts_at__in=starts, agent__isnull=of_all).delete()


def _insert_days(days: Sequence[Window], folded: str, agents: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            insert into {_TABLE} ({", ".join((*_COLUMNS, *KEPT))})
            select tenant_id, %(day)s, fact, days.starts, queue, agent, channel, direction, {folded}
            from unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) as days (starts, ends)
            join {_TABLE} on starts_at >= days.starts and starts_at < days.ends
            where tenant_id = %(tenant)s and grain = %(quarter)s and fact = any(%(facts)s) and {agents}
                and starts_at >= %(first)s and starts_at < %(last)s
            group by tenant_id, fact, days.starts, queue, agent, channel, direction
            """,
            {
                "tenant": scope.tenant_id(),
                "day": Grain.DAY,
                "quarter": Grain.QUARTER,
                "facts": list(FACTS),
                "first": min(each.start for each in days),
                "last": max(each.end for each in days),
                "starts": [each.start for each in days],
                "ends": [each.end for each in days],
            },
        )


def _joined(starts: Sequence[datetime]) -> list[Window]:
    """As few windows as possible."""
    found: list[Window] = []
    for start in starts:
        if found and found[-1].end == start:
            found[-1] = Window(found[-1].start, start + QUARTER)
        else:
            found.append(Window(start, start + QUARTER))
    return found


def _rows(fact: Fact, windows: Sequence[Window], now: datetime) -> None:
    """Rows of all agents; for a fact that knows agents, rows of each as well."""
    measures = [measure for measure in KEPT.values() if measure.fact is fact]
    every = tuple(name for name in DIMENSIONS if fact.has(name))
    for known in dict.fromkeys([tuple(name for name in every if name != "agent"), every]):
        grouping = grouped(fact, measures, windows, Apart("quarter", known), now)
        statement, parameters = grouping.query.sql_with_params()
        dimensions = [f"by_{name}" if name in known else "null" for name in DIMENSIONS]
        _insert(fact, measures, dimensions, [f"m_{each.name}" for each in measures], statement, parameters)


def _agent_times(starts: Sequence[datetime], now: datetime) -> None:
    measures = [measure for measure in KEPT.values() if measure.fact is AGENT_TIME]
    names = [measure.name for measure in measures]
    values: dict[str, Any] = {
        "tenant": scope.tenant_id(),
        "now": now,
        "starts": list(starts),
        "ends": [start + timedelta(minutes=15) for start in starts],
    }
    of_each = f"select starts as by_time, agent_id as by_agent, {', '.join(names)} from ({STATEMENT}) each"
    sums = ", ".join(f"sum({name}) as {name}" for name in names)
    of_all = f"select by_time, {sums} from ({of_each}) each group by by_time"
    with connection.cursor() as cursor:
        for agent, statement in (("null::bigint", of_all), ("by_agent", of_each)):
            cursor.execute(
                _insertion(AGENT_TIME, names, ["null::bigint", agent, "null", "null"], names, statement), values
            )


def _insert(
    fact: Fact,
    measures: Sequence[Measure],
    dimensions: Sequence[str],
    values: Sequence[str],
    statement: str,
    parameters: Sequence[Any],
) -> None:
    text = _insertion(fact, [each.name for each in measures], dimensions, values, statement)
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)


def _insertion(
    fact: Fact, names: Sequence[str], dimensions: Sequence[str], values: Sequence[str], statement: str
) -> str:
    return (
        f"insert into {_TABLE} ({', '.join((*_COLUMNS, *names))}) "
        f"select {scope.tenant_id()}, '{Grain.QUARTER}', '{fact.name}', by_time, {', '.join((*dimensions, *values))} "
        f"from ({statement}) rows"
    )
