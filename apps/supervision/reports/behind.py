"""The rows that a number of a report was made of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db.models import TextChoices
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from apps.accounts.models import User
from apps.agents.models import Agent, Channel
from apps.common.display import span
from apps.engagements.models import Direction, EngagementInteraction
from apps.queues.models import Queue
from apps.reporting.statistics.asking import Ask, DoesNotApply, UnknownStatistic, Where
from apps.reporting.statistics.behind import rows_behind
from apps.reporting.statistics.bounds import Bounds
from apps.reporting.statistics.definition import Statistic
from apps.reporting.statistics.evaluating import evaluate
from apps.reporting.windows import Window
from apps.supervision.reports.asked import LONGEST_DAYS
from apps.supervision.reports.lines import shown

PAGE = 100


@dataclass(frozen=True)
class BehindRow:
    contact: EngagementInteraction | None
    moment: datetime | None
    queue: str
    agent: str
    measured: str


@dataclass(frozen=True)
class Behind:
    statistic: Statistic
    value: str
    window: Window
    count: int
    rows: Sequence[BehindRow]
    earlier: str
    later: str


def behind(query: QueryDict, *, by: User) -> Behind:
    """A page of them, newest first. Raises SuspiciousOperation for an address that no report made."""
    try:
        window = Window(_time(query, "start"), _time(query, "end"))
        ask = Ask(query.get("statistic", ""), _where(query))
        page = max(0, int(query.get("page", "0")))
        if not timedelta() < window.end - window.start <= timedelta(days=LONGEST_DAYS + 1):
            raise ValueError("window")
    except (UnknownStatistic, DoesNotApply, ValueError, OverflowError) as error:
        raise SuspiciousOperation("no report leads here") from error
    if page > 1_000_000:
        raise SuspiciousOperation("no report leads here")
    ask = replace(ask, where=Bounds.of(by).narrow(ask.where, ask.statistic.dimensions))
    (figures,) = evaluate([ask], window)
    value = figures[ask.statistic.main]
    found = rows_behind(ask, window)
    count = found.count()
    rows = list(found[page * PAGE : (page + 1) * PAGE])
    return Behind(
        ask.statistic,
        "–" if value is None else shown(ask.statistic.unit, value),
        window,
        count,
        _rows(rows, by),
        _page(query, page - 1) if page else "",
        _page(query, page + 1) if count > (page + 1) * PAGE else "",
    )


def _rows(rows: Sequence[Any], by: User) -> list[BehindRow]:
    contacts = EngagementInteraction.objects.visible_to(by).in_bulk({row["contact_key"] for row in rows} - {None})
    queues = Queue.objects.in_bulk({row["queue_key"] for row in rows} - {None})
    agents = Agent.objects.select_related("user").in_bulk({row["agent_key"] for row in rows} - {None})
    return [
        BehindRow(
            contacts.get(row["contact_key"]),
            row["moment"],
            str(queues.get(row["queue_key"], "")),
            str(agents.get(row["agent_key"], "")),
            "" if row["measured"] is None else str(span(row["measured"] / 1000)),
        )
        for row in rows
    ]


def _time(query: QueryDict, name: str) -> datetime:
    at = parse_datetime(query.get(name, ""))
    if at is None or at.tzinfo is None:
        raise ValueError(name)
    return at


def _where(query: QueryDict) -> Where:
    return Where(
        queues=_numbers(query.get("queue")),
        agents=_numbers(query.get("agent")),
        channels=_words(query.get("channel"), Channel),
        directions=_words(query.get("direction"), Direction),
    )


def _numbers(text: str | None) -> frozenset[int] | None:
    if text is None:
        return None
    numbers = frozenset(int(each) for each in text.split(",") if each.isascii() and each.isdecimal())
    if not numbers or max(numbers) >= 2**63:
        raise ValueError(text)
    return numbers


def _words(text: str | None, known: type[TextChoices]) -> frozenset[str] | None:
    return None if text is None else frozenset(str(known(word)) for word in text.split(","))


def _page(query: QueryDict, page: int) -> str:
    asked = query.copy()
    asked["page"] = str(page)
    return f"?{asked.urlencode()}"
