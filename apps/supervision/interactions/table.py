"""Interactions with their figures to take away, as CSV or JSON lines, written while they are read, however many."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from django.http import QueryDict

from apps.accounts.models import User
from apps.common import paging
from apps.engagements.filters import InteractionFilter
from apps.engagements.models import EngagementInteraction
from apps.reporting import figures
from apps.reporting.journal import Journal, load
from apps.reporting.spans import between
from apps.supervision.interactions.export import csv_row
from apps.supervision.interactions.listing import Row, rows_of, with_queue
from apps.tenants.scope import scope

WINDOW = 500  # interactions in one transaction


@dataclass(frozen=True)
class Told:
    """One interaction as the list shows it, with its journal, on the viewer's clock."""

    row: Row
    journal: Journal
    zone: tzinfo

    @property
    def one(self) -> EngagementInteraction:
        return self.row.interaction

    def at(self, moment: datetime | None) -> str | None:
        return moment.astimezone(self.zone).isoformat(timespec="milliseconds") if moment else None


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def _duration(told: Told) -> float | None:
    """The record's own, in whole seconds (M-05)."""
    one = told.one
    return _seconds(between(one.start_date_time, one.end_date_time)) if one.end_date_time else None


def _waited(told: Told) -> float | None:
    waits = [figures.queue_time(entry) for entry in told.journal.entries]
    return _seconds(sum(wait for wait in waits if wait is not None)) if waits else None


def _wrap_up(told: Told) -> float | None:
    return _seconds(sum(figures.agent_wrap_up_time(offer) or 0 for offer in told.journal.offers) or None)


# Key in JSON -> the heading in CSV, and the value. Lengths are seconds; what a figure is, `reporting` alone says.
COLUMNS: Mapping[str, tuple[str, Callable[[Told], Any]]] = {
    "name": ("Interaction", lambda told: told.one.name),
    "id": ("Id", lambda told: told.one.public_id),  # type: ignore[attr-defined]
    "started": ("Started", lambda told: told.at(told.one.opened_at)),
    "ended": ("Ended", lambda told: told.at(told.one.closed_at)),
    "startDateTime": ("Record begins", lambda told: told.at(told.one.start_date_time)),
    "endDateTime": ("Record ends", lambda told: told.at(told.one.end_date_time)),
    "channel": ("Channel", lambda told: told.one.channel),
    "direction": ("Direction", lambda told: told.one.direction),
    "status": ("Status", lambda told: told.one.status),
    "stage": ("Stage", lambda told: told.one.stage),
    "customer": ("Customer", lambda told: told.row.customer),
    "number": ("Number or address", lambda told: told.row.number),
    "queue": ("Queue", lambda told: told.row.queue),
    "agent": ("Handler or owner", lambda told: told.row.who),
    "durationSeconds": ("Duration, s", _duration),
    "interactionSeconds": ("With wrap-up, s", lambda told: _seconds(figures.interaction_time(told.journal))),
    "waitedSeconds": ("Waited in queues, s", _waited),
    "conversationSeconds": ("Conversation, s", lambda told: _seconds(figures.conversation_time(told.journal))),
    "talkSeconds": ("Talk, s", lambda told: _seconds(figures.talk_time(told.journal))),
    "holds": ("Holds", lambda told: len(figures.customer_holds(told.journal))),
    "holdSeconds": ("Hold, s", lambda told: _seconds(figures.customer_hold_time(told.journal))),
    "wrapUpSeconds": ("Wrap-up, s", _wrap_up),
    "transfers": ("Transfers", lambda told: figures.customer_transfers(told.journal) or 0),
    "offers": ("Offers", lambda told: sum(offer.queue_entry_id is not None for offer in told.journal.offers)),
    "sentiment": ("Sentiment", lambda told: told.one.sentiment),
}
_TIMES = ("started", "ended", "startDateTime", "endDateTime")


@dataclass(frozen=True)
class Form:
    content_type: str
    begin: Callable[[tzinfo], str]
    line: Callable[[Told], str]


def _csv_begins(zone: tzinfo) -> str:
    """The mark in front tells spreadsheets that it is UTF-8; the clock is named with each time."""
    names = (f"{heading} ({zone})" if key in _TIMES else heading for key, (heading, _) in COLUMNS.items())
    return "\ufeff" + csv_row(*names)


def _csv(told: Told) -> str:
    values = (value(told) for _, value in COLUMNS.values())
    return csv_row(*("" if value is None else str(value) for value in values))


def _json_begins(zone: tzinfo) -> str:
    return json.dumps({"timeZone": str(zone)}) + "\n"


def _json(told: Told) -> str:
    return json.dumps({key: value(told) for key, (_, value) in COLUMNS.items()}, ensure_ascii=False) + "\n"


FORMS = {
    "csv": Form("text/csv; charset=utf-8", _csv_begins, _csv),
    "jsonl": Form("application/jsonl; charset=utf-8", _json_begins, _json),
}


def table(asked: QueryDict, *, by: User, form: Form, only: int | None = None) -> Iterator[str]:
    """The file: what the list's filters leave, newest first, or one interaction. Raises nothing half-way.

    Each window is a transaction of its own, that begins where the last one ended, so that a long file holds none open.
    """
    yield form.begin(by.zone)
    position: str | None = None
    while True:
        with scope(by.tenant):
            page = paging.newest_first(
                _found(asked, by, only), time="opened_at", tie="uuid", size=WINDOW, older_than=position
            )
            lines = [form.line(told) for told in _told(page.rows, by.zone)]
        yield "".join(lines)
        if page.older is None:
            return
        position = page.older


def _found(asked: QueryDict, by: User, only: int | None) -> Any:
    visible = with_queue(EngagementInteraction.objects.visible_to(by))
    if only is not None:
        return visible.filter(pk=only)
    filters = InteractionFilter(asked, queryset=visible)
    return filters.qs if filters.is_valid() else visible.none()


def _told(interactions: Sequence[Any], zone: tzinfo) -> Iterator[Told]:
    for row, journal in zip(rows_of(interactions), load(interactions), strict=True):
        yield Told(row, journal, zone)
