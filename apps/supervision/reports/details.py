"""The row reports: interactions as they went, read by key, however many; on a page, as a file, by mail."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Exists, OuterRef, TextChoices
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.agents.models import Channel
from apps.common import clock
from apps.common.display import span
from apps.common.errors import FieldProblem, Forbidden, Invalid, Problem
from apps.common.paging import Page, page_of
from apps.engagements.lifecycle import Stage
from apps.engagements.lists import LISTS
from apps.engagements.models import Direction
from apps.exports.columns import Column, Kind, Row
from apps.exports.sources import Table, register
from apps.reporting.journal import load
from apps.supervision.interactions.listing import rows_of, with_queue
from apps.supervision.interactions.table import Told
from apps.supervision.reports.detail_columns import KINDS, DetailKind, Part
from apps.tenants.scope import scope

PAGE = 50  # interactions
_WINDOW = 500
_DAYS = 7
_LIST = LISTS["interactions"]
_IN_SECONDS = ", s"


@dataclass(frozen=True)
class DetailRow:
    key: int
    name: str
    mark: str  # why it is flagged; empty: it is not
    cells: Sequence[tuple[Column, Any]]


@dataclass(frozen=True)
class Details:
    kind: DetailKind
    headings: Sequence[tuple[str, bool]]  # and whether numbers stand below
    form: forms.Form
    rows: Sequence[DetailRow]
    newest: str
    older: str


def with_days(query: QueryDict) -> QueryDict:
    """The last seven days of the reader, unless others are asked for."""
    asked = query.copy()
    today = timezone.localtime(clock.now()).date()
    for name, day in (("since", today - timedelta(days=_DAYS - 1)), ("until", today)):
        if not asked.get(name):
            asked[name] = str(day)
    return asked


def details(name: str, query: QueryDict, *, by: User) -> Details:
    """A page, newest first, in a fixed number of queries. None of it where a limit cannot be read: the form says so."""
    kind, asked = KINDS[name], with_days(query)
    found, form = _found(kind, asked, by)
    page = Page([], None, None) if found is None else _page(found, PAGE, query.get("after"))
    rows = [
        DetailRow(told.one.pk, str(told.one.name), told.one.flag_label if told.one.flag_type else "", cells)
        for told, cells in _cells(kind, page, form)
    ]
    shown = [column for column, _ in kind.columns[2:]]
    kept = {name: value for name, value in query.items() if name != "after"}
    return Details(
        kind,
        [(column.heading.removesuffix(_IN_SECONDS), column.kind in (Kind.NUMBER, Kind.INTEGER)) for column in shown],
        form,
        rows,
        f"?{urlencode(kept)}" if query.get("after") else "",
        f"?{urlencode({**kept, 'after': page.older})}" if page.older else "",
    )


def _found(kind: DetailKind, asked: QueryDict, by: User) -> tuple[Any, forms.Form]:
    """The interactions, None if a limit cannot be read; and the form. Reports by agent know missed offers, too."""
    filters = _LIST.narrowed(asked, by=by)
    if not filters.is_valid():
        return None, filters.form
    agent = filters.form.cleaned_data["agent"]
    if agent is None or not kind.is_of_parts:
        return filters.qs, filters.form
    others = asked.copy()
    del others["agent"]
    offered = Exists(agent.offers.filter(interaction=OuterRef("pk")))
    return _LIST.narrowed(others, by=by).qs.filter(offered), filters.form


def _page(found: Any, size: int, after: str | None) -> Page:
    return page_of(with_queue(found), _LIST.sorting({}), size=size, older_than=after)


def _rows(kind: DetailKind, page: Page, form: forms.Form) -> Iterator[tuple[Told, Any]]:
    agent = form.cleaned_data.get("agent") if form.is_valid() else None
    for row, journal in zip(rows_of(page.rows), load(page.rows), strict=True):
        told = Told(row, journal)
        for each in kind.rows(told):
            if agent is None or not isinstance(each, Part) or each.offer.agent_id == agent.pk:
                yield told, each


def _cells(kind: DetailKind, page: Page, form: forms.Form) -> Iterator[tuple[Told, list[tuple[Column, Any]]]]:
    """Without the mark and the name, which the page shows in its own way."""
    for told, row in _rows(kind, page, form):
        yield told, [(column, _shown(column, value(row))) for column, value in kind.columns[2:]]


_WORDS: Mapping[str, type[TextChoices]] = {"channel": Channel, "direction": Direction, "stage": Stage}


def _shown(column: Column, value: Any) -> Any:
    """On the page; a file has the words that clients know."""
    if (known := _WORDS.get(column.key)) and value in known.values:
        return known(value).label
    return str(span(value)) if value is not None and column.heading.endswith(_IN_SECONDS) else value


def details_table(name: str, query: QueryDict, by: User) -> Table:
    """As the page, whole. In scope. Raises Forbidden, and Invalid for limits that cannot be read."""
    if not may_read(by):
        raise Forbidden(gettext("reports are not for you"))
    kind, asked = KINDS[name], with_days(query)
    whole, form = _found(kind, asked, by)
    if whole is None:
        raise Invalid(*(FieldProblem(Problem.MALFORMED, ["query"], str(each[0])) for each in form.errors.values()))

    def windows() -> Iterator[Sequence[Row]]:
        after: str | None = None
        while True:
            with scope(by.tenant), timezone.override(by.zone):
                found, limits = _found(kind, asked, by)
                page = _page(found, _WINDOW, after)
                rows = [[value(row) for _, value in kind.columns] for _, row in _rows(kind, page, limits)]
            yield rows
            after = page.older
            if after is None:
                return

    def count(most: int | None) -> int:
        """Of interactions: what they are told in is not counted ahead."""
        found = whole.order_by()
        return int((found if most is None else found[: most + 1]).count())

    return Table(name, kind.title, [column for column, _ in kind.columns], windows, count)


def may_read(user: User) -> bool:
    return permits(user, Permission.ASSIGNED_REPORTS_READ) and user.has_perm("engagements.view_engagementinteraction")


TITLES: Mapping[str, str] = {name: kind.title for name, kind in KINDS.items()}
for _name in KINDS:
    register(_name, partial(details_table, _name))
