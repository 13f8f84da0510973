"""Interactions with their figures to take away, read a window at a time, however many."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.common.errors import Forbidden
from apps.common.looking import Narrowed, page_within
from apps.common.words import later as _
from apps.engagements.lists import LISTS
from apps.engagements.models import EngagementInteraction
from apps.exports.columns import Column, Kind
from apps.exports.columns import Row as Values
from apps.exports.sources import Table, register
from apps.objects.columns import Column as Field
from apps.reporting import figures
from apps.reporting.journal import Journal, load
from apps.reporting.spans import between
from apps.supervision.interactions.listing import Row, rows_of, with_queue
from apps.supervision.records.cells import column_for, values_of
from apps.supervision.records.columns import chosen
from apps.tenants.scope import scope

SOURCE = "interactions"
WINDOW = 500  # interactions in one transaction


@dataclass(frozen=True)
class Told:
    """One interaction as the list shows it, with its journal."""

    row: Row
    journal: Journal

    @property
    def one(self) -> EngagementInteraction:
        return self.row.interaction


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


_T, _N, _I = Kind.TIME, Kind.NUMBER, Kind.INTEGER

# Lengths are seconds; what a figure is, `reporting` alone says.
COLUMNS: Sequence[tuple[Column, Callable[[Told], Any]]] = (
    (Column("name", _("Interaction")), lambda told: told.one.name),
    (Column("id", _("Id")), lambda told: told.one.public_id),  # type: ignore[attr-defined]
    (Column("externalIdentifier", _("External identifier")), lambda told: told.one.external_identifier),
    (Column("started", _("Started"), _T), lambda told: told.one.opened_at),
    (Column("ended", _("Ended"), _T), lambda told: told.one.closed_at),
    (Column("startDateTime", _("Record begins"), _T), lambda told: told.one.start_date_time),
    (Column("endDateTime", _("Record ends"), _T), lambda told: told.one.end_date_time),
    (Column("channel", _("Channel")), lambda told: told.one.channel),
    (Column("direction", _("Direction")), lambda told: told.one.direction),
    (Column("status", _("Status")), lambda told: told.one.status),
    (Column("stage", _("Stage")), lambda told: told.one.stage),
    (Column("customer", _("Customer")), lambda told: told.row.customer),
    (Column("number", _("Number or address")), lambda told: told.row.number),
    (Column("queue", _("Queue")), lambda told: told.row.queue),
    (Column("agent", _("Handler or owner")), lambda told: told.row.who),
    (Column("durationSeconds", _("Duration, s"), _N), _duration),
    (
        Column("interactionSeconds", _("With wrap-up, s"), _N),
        lambda told: _seconds(figures.interaction_time(told.journal)),
    ),
    (Column("waitedSeconds", _("Waited in queues, s"), _N), _waited),
    (
        Column("conversationSeconds", _("Conversation, s"), _N),
        lambda told: _seconds(figures.conversation_time(told.journal)),
    ),
    (Column("talkSeconds", _("Talk, s"), _N), lambda told: _seconds(figures.talk_time(told.journal))),
    (Column("holds", _("Holds"), _I), lambda told: len(figures.customer_holds(told.journal))),
    (Column("holdSeconds", _("Hold, s"), _N), lambda told: _seconds(figures.customer_hold_time(told.journal))),
    (Column("wrapUpSeconds", _("Wrap-up, s"), _N), _wrap_up),
    (Column("transfers", _("Transfers"), _I), lambda told: figures.customer_transfers(told.journal) or 0),
    (
        Column("offers", _("Offers"), _I),
        lambda told: sum(offer.queue_entry_id is not None for offer in told.journal.offers),
    ),
    (Column("sentiment", _("Sentiment")), lambda told: told.one.sentiment),
    (Column("flag", _("Flag")), lambda told: told.one.flag_type),
)


def interactions_table(asked: QueryDict, by: User, *, only: EngagementInteraction | None = None) -> Table:
    """What the list's filters leave of what `by` may see, newest first; or one interaction. In scope."""
    if not by.has_perm("engagements.view_engagementinteraction"):
        raise Forbidden(gettext("interactions are for supervisors and administrators"))

    fields = _fields(asked) if only is None else []

    def count(most: int | None) -> int:
        found = _found(asked, by, only)
        if most is None:
            return int(found.found.order_by().count())
        number, is_all = found.at_most(most, LISTS["interactions"].sorting(asked))
        return number if is_all else most + 1

    return Table(
        name=only.name if only else "interactions",
        title=gettext("Interaction {name}").format(name=only.name) if only else gettext("Interactions"),
        columns=[*(column for column, _ in COLUMNS), *map(column_for, fields)],
        windows=lambda: _windows(asked, by, only, fields),
        count=count,
    )


register(SOURCE, interactions_table)


def _fields(asked: QueryDict) -> list[Field]:
    """The documented fields among the columns that the list has."""
    names = [name for name in asked.get("columns", "").split(",") if name]
    return [heading.column for heading in chosen(LISTS["interactions"], names) if heading.column] if names else []


def _windows(
    asked: QueryDict, by: User, only: EngagementInteraction | None, fields: Sequence[Field]
) -> Iterator[Sequence[Values]]:
    """Each begins where the last one ended."""
    listed = LISTS["interactions"]
    position: str | None = None
    while True:
        with scope(by.tenant), timezone.override(by.zone):  # the days of the filters are the viewer's
            found = _found(asked, by, only)
            page = page_within(found, listed.sorting(asked), size=WINDOW, older_than=position, shown=with_queue)
            beside = values_of(listed.sobject, fields, page.rows)
            rows = [
                [*(value(told) for _, value in COLUMNS), *own]
                for told, own in zip(_told(page.rows), beside, strict=True)
            ]
        yield rows
        if page.older is None:
            return
        position = page.older


def _found(asked: QueryDict, by: User, only: EngagementInteraction | None) -> Narrowed:
    if only is None:
        return LISTS["interactions"].looked(asked, by=by)
    one = EngagementInteraction.objects.visible_to(by).filter(pk=only.pk)
    return Narrowed(one, one)


def _told(interactions: Sequence[Any]) -> Iterator[Told]:
    for row, journal in zip(rows_of(interactions), load(interactions), strict=True):
        yield Told(row, journal)
