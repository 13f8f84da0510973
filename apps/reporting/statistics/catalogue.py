"""Every statistic by its name: one list for screens, dialects, reports and exports."""

from collections.abc import Mapping

from apps.reporting.statistics import of_agents, of_contacts, of_queues
from apps.reporting.statistics.definition import Statistic
from apps.reporting.statistics.measures import Fact, Measure

STATISTICS: Mapping[str, Statistic] = {
    each.name: each for each in (*of_contacts.STATISTICS, *of_queues.STATISTICS, *of_agents.STATISTICS)
}

MEASURES: Mapping[str, Measure] = {
    measure.name: measure for statistic in STATISTICS.values() for measure in statistic.measures
}
KEPT: Mapping[str, Measure] = {name: measure for name, measure in MEASURES.items() if not measure.is_now}  # rolled up
FACTS: Mapping[str, Fact] = {measure.fact.name: measure.fact for measure in KEPT.values()}
