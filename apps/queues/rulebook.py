"""The rules that an administrator set up for contacts: hours, overflow, flows. Read once per process and version."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from apps.agents.capacities import Said, said
from apps.common import clock
from apps.queues.models import BusinessHours, FlowRule, Holiday, OverflowRule, Queue, QueueSkill
from apps.queues.week import Span, Week
from apps.tenants import scope

_TENANTS_KEPT = 256


@dataclass(frozen=True)
class RuleBook:
    """One version of a tenant's rules, by keys. The rows are shared by all threads: read them, never change them."""

    weeks: Mapping[int, Week]  # business hours
    queue_weeks: Mapping[int, Week]  # queues that have business hours
    overflow: Mapping[int, Sequence[OverflowRule]]  # queues that have rules
    needs: Mapping[int, Sequence[QueueSkill]]  # queues whose work needs skills, in the order of skill and time
    flow_rules: Mapping[int | None, Sequence[FlowRule]]  # active ones by flow; None: entry rules
    capacities: Mapping[str, Said]  # channels of which an administrator said how much is taken at once


def current() -> RuleBook:
    """The rules of the tenant in scope, as its `catalogue_version` says."""
    tenant = scope.tenant()
    return _read(tenant.pk, tenant.catalogue_version)


def closed_queues(at: datetime | None = None) -> frozenset[int]:
    """Keys of the queues outside their business hours: nothing is offered out of these. Costs no query."""
    at = at or clock.now()
    return frozenset(key for key, week in current().queue_weeks.items() if not week.is_open(at))


def is_closed(queue: Queue, at: datetime | None = None) -> bool:
    week = current().queue_weeks.get(queue.pk)
    return week is not None and not week.is_open(at or clock.now())


def week_of(hours: BusinessHours) -> Week:
    """As its rows stand now."""
    days: dict[int, list[Span]] = defaultdict(list)
    for interval in hours.intervals.all():
        days[interval.weekday].append((interval.opens, interval.closes))
    dates: dict[Any, list[Span]] = {}
    yearly: dict[Any, list[Span]] = {}
    for day in hours.holidays.days.all() if hours.holidays else ():
        spans = _of_day(day, dates, yearly)
        if day.opens is not None and day.closes is not None:
            spans.append((day.opens, day.closes))
    return Week(ZoneInfo(hours.time_zone), days, dates, yearly)


def _of_day(day: Holiday, dates: dict[Any, list[Span]], yearly: dict[Any, list[Span]]) -> list[Span]:
    if day.is_yearly:
        return yearly.setdefault((day.date.month, day.date.day), [])
    return dates.setdefault(day.date, [])


@lru_cache(maxsize=_TENANTS_KEPT)
def _read(tenant_id: int, version: int) -> RuleBook:
    hours = BusinessHours.objects.select_related("holidays").prefetch_related("intervals", "holidays__days")
    weeks = {each.pk: week_of(each) for each in hours}
    overflow: dict[int, list[OverflowRule]] = defaultdict(list)
    for rule in OverflowRule.objects.all():
        overflow[rule.queue_id].append(rule)
    needs: dict[int, list[QueueSkill]] = defaultdict(list)
    for need in QueueSkill.objects.order_by("skill", "after_s"):
        needs[need.queue_id].append(need)
    flow_rules: dict[int | None, list[FlowRule]] = defaultdict(list)
    for each in FlowRule.objects.filter(is_active=True).prefetch_related("conditions", "skills"):
        flow_rules[each.flow_id].append(each)
    kept = Queue.objects.filter(hours__isnull=False).values_list("pk", "hours_id")
    queue_weeks = {queue: weeks[key] for queue, key in kept}
    return RuleBook(weeks, queue_weeks, dict(overflow), dict(needs), dict(flow_rules), said())
