"""The rows that a number of a report was made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db.models import TextChoices
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext, ngettext

from apps.accounts.models import User
from apps.agents.models import Agent, Channel
from apps.agents.reach import agents_within
from apps.common.display import span
from apps.common.storable import unstorable
from apps.common.words import figure
from apps.common.words import later as _
from apps.engagements.models import Direction, EngagementInteraction
from apps.queues.models import Queue
from apps.reporting.statistics.asking import Ask, DoesNotApply, UnknownStatistic, Where
from apps.reporting.statistics.behind import Place, number_behind, page_behind
from apps.reporting.statistics.bounds import Bounds
from apps.reporting.statistics.definition import Statistic
from apps.reporting.statistics.evaluating import values_of
from apps.reporting.statistics.formulas import Average, Share
from apps.reporting.statistics.regrouping import Slot, values_in
from apps.reporting.statistics.traits import TRAITS, Trait, values_with
from apps.reporting.windows import Window
from apps.supervision.reports.asked import FIRST_YEAR, LAST_YEAR, LONGEST_DAYS, SETS, TRAIT_NAMES
from apps.supervision.reports.changes import shown

PAGE = 100
MOST_DIGITS = 18  # of a key
HOURS = 24
_ABOVE = "above"  # in an address: what stands above the line of a fraction
_FRACTIONS = {Share: (_("Counted"), _("Out of")), Average: (_("Added up"), _("Divided by"))}


@dataclass(frozen=True)
class BehindRow:
    contact: EngagementInteraction | None
    moment: datetime | None
    queue: str
    agent: str
    measured: str


@dataclass(frozen=True)
class Side:
    """One part of a fraction: what is counted or added up, or what that is divided by."""

    label: str
    address: str
    is_shown: bool


@dataclass(frozen=True)
class Behind:
    statistic: Statistic
    value: str
    window: Window
    slot: str  # which hours of it, or contacts, if not all
    count: str
    rows: Sequence[BehindRow]
    sides: Sequence[Side]
    newest: str
    older: str


def behind(query: QueryDict, *, by: User) -> Behind:
    """A page of them, newest first. Raises SuspiciousOperation for an address that no report made."""
    try:
        window = Window(_time(query, "start"), _time(query, "end"))
        ask = Ask(query.get("statistic", ""), _where(query))
        after, slot = _place(query.get("after", "")), _slot(query.get("slot"))
        trait, told = _trait(query, ask), ask.statistic
        if not timedelta() < window.end - window.start <= timedelta(days=LONGEST_DAYS + 1):
            raise ValueError("window")
        if not FIRST_YEAR <= window.start.year <= window.end.year <= LAST_YEAR:
            raise ValueError("year")
    except (UnknownStatistic, DoesNotApply, ValueError, OverflowError) as error:
        raise SuspiciousOperation(gettext("no report leads here")) from error
    ask = replace(ask, where=Bounds.of(by).narrow_for(told, ask.where))
    values = _values(ask, window, slot, trait)
    value = ask.statistic.formulas[ask.statistic.main].of(values)
    sides = _sides(query, ask.statistic)
    above = bool(sides) and _ABOVE in query
    number = number_behind(ask, window, values, above=above)
    also = trait.only if trait else None
    found = page_behind(ask, window, size=PAGE + 1, above=above, after=after, slot=slot, also=also)
    rows = found[:PAGE]
    if number is None and not after and len(found) <= PAGE:
        number = len(found)
    return Behind(
        ask.statistic,
        "–" if value is None else shown(ask.statistic.unit, value),
        window,
        slot_name(slot) if slot else _trait_name(trait) if trait else "",
        gettext("{PAGE}+ rows").format(PAGE=figure(PAGE))
        if number is None
        else ngettext("{number} row", "{number} rows", number).format(number=figure(number)),
        _rows(rows, by),
        sides,
        _page(query, None) if after else "",
        _page(query, Place.of(rows[-1])) if len(found) > PAGE else "",
    )


def _sides(query: QueryDict, statistic: Statistic) -> list[Side]:
    labels = _FRACTIONS.get(type(statistic.formulas[statistic.main]))
    if labels is None:
        return []
    asked = query.copy()
    for name in (_ABOVE, "after"):
        asked.pop(name, None)
    here = f"?{asked.urlencode()}"
    is_above = _ABOVE in query
    return [
        Side(str(labels[0]), f"{here}&{_ABOVE}=1", is_above),
        Side(str(labels[1]), here, not is_above),
    ]


def _rows(rows: Sequence[Any], by: User) -> list[BehindRow]:
    """Of a contact beyond somebody's reach, which counts for a queue within it, no other agent is told."""
    contacts = EngagementInteraction.objects.visible_to(by).in_bulk({row["contact_key"] for row in rows} - {None})
    queues = Queue.objects.in_bulk({row["queue_key"] for row in rows} - {None})
    agents = Agent.objects.select_related("user").in_bulk({row["agent_key"] for row in rows} - {None})
    own = set(agents_within(by).filter(pk__in=agents).values_list("pk", flat=True))
    return [
        BehindRow(
            contacts.get(row["contact_key"]),
            row["moment"],
            str(queues.get(row["queue_key"], "")),
            str(agents.get(row["agent_key"], "")) if row["agent_key"] in own or row["contact_key"] in contacts else "",
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


def _values(ask: Ask, window: Window, slot: Slot | None, trait: Trait | None) -> Mapping[str, Any]:
    if trait:
        return values_with(ask, window, trait)
    return values_in(ask, window, slot) if slot else values_of(ask, window)


def _trait(query: QueryDict, ask: Ask) -> Trait | None:
    """As `lines` writes it, of what the reports tell. Raises ValueError."""
    name = next((each for each in TRAITS if each in query), query.get("without"))
    if name is None:
        return None
    value = query.get(name)
    if (
        name not in TRAITS
        or not any(ask.name in names for names in SETS.values())
        or "slot" in query
        or unstorable(value)
    ):
        raise ValueError(name)
    return Trait(name, value)


def _trait_name(trait: Trait) -> str:
    return f"{TRAIT_NAMES[trait.name]}: {gettext('none') if trait.value is None else trait.value}"


def _slot(text: str | None) -> Slot | None:
    """An hour of the week, as `3-09`. Raises ValueError."""
    if text is None:
        return None
    weekday, hour = text[:4].split("-", 1)
    slot = Slot(int(weekday), int(hour))
    if not 1 <= slot.weekday <= len(WEEKDAYS) or not 0 <= slot.hour < HOURS:
        raise ValueError(text)
    return slot


def slot_name(slot: Slot) -> str:
    return gettext("{day_name}, {hour:02}:00 to {number:02}:00").format(
        day_name=WEEKDAYS[slot.weekday - 1], hour=slot.hour, number=slot.hour + 1
    )


def _words(text: str | None, known: type[TextChoices]) -> frozenset[str] | None:
    return None if text is None else frozenset(str(known(word)) for word in text.split(","))


def _page(query: QueryDict, after: Place | None) -> str:
    asked = query.copy()
    asked.pop("after", None)
    if after:
        moment = "" if after.moment is None else after.moment.isoformat()
        asked["after"] = f"{moment}~{after.nth}~{after.row_key}"
    return f"?{asked.urlencode()}"


def _place(text: str) -> Place | None:
    """As `_page` writes it. Raises ValueError."""
    if not text:
        return None
    moment, part, key = text.split("~")
    at = parse_datetime(moment) if moment else None
    if max(len(part), len(key)) > MOST_DIGITS or (moment and (at is None or at.tzinfo is None)):
        raise ValueError(text)
    return Place(at, int(part), int(key))
