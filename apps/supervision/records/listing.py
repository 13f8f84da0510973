"""One page of a list of records, as its reader wants it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from apps.accounts.models import User
from apps.bulk.actions import Action, actions_for
from apps.common.looking import page_within
from apps.engagements.field_filters import FieldFilterSet
from apps.engagements.lists import RecordList
from apps.saved_views import operations as views
from apps.saved_views.models import SavedView
from apps.supervision.interactions.listing import Row, rows_of, with_queue
from apps.supervision.records.asked import Asked, asked_of
from apps.supervision.records.cells import Cell, cells_of
from apps.supervision.records.columns import Heading

PAGE_SIZE = 50


@dataclass(frozen=True)
class Line:
    """One record. `told` is what the house's own columns tell of an interaction."""

    record: Any
    address: str
    cells: Sequence[tuple[Heading, Cell | None]]
    told: Row | None


@dataclass(frozen=True)
class Applied:
    """One filter in use, and the list without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True)
class Listing:
    listed: RecordList
    asked: Asked
    rows: Sequence[Line]
    filterset: FieldFilterSet
    applied: Sequence[Applied]
    newer: str | None
    older: str | None
    looked_to: datetime | None
    views: Sequence[SavedView]
    actions: Sequence[Action]
    may_change: bool

    @property
    def query(self) -> str:
        """Of this page as it stands, for the way back."""
        return self.asked.given.urlencode()

    @property
    def wide(self) -> float:
        """How wide the table is at least, in rem; nothing if it is to take what there is."""
        headings = self.asked.headings
        return 10.5 + sum(each.width for each in headings) if any(each.column for each in headings) else 0

    @property
    def of_fields(self) -> Sequence[Any]:
        return self.filterset.of_fields

    @property
    def has_field_filters(self) -> bool:
        return any(field.name in self.asked.filters for field in self.of_fields)

    @property
    def sortings(self) -> Sequence[tuple[str, str, bool]]:
        now = self.asked.filters.get("order", "")
        return [(name, each.label, name == now) for name, each in self.listed.sortings.items()]


def listing(listed: RecordList, given: QueryDict, *, by: User) -> Listing:
    """The page of what `by` may see that the address asks for. Takes the same number of queries whatever it holds."""
    asked = asked_of(listed, given, by=by)
    filterset, found = listed.filtered(asked.filters, by=by)
    page = page_within(
        found,
        listed.sorting(asked.filters),
        shown=with_queue if listed.name == "interactions" else None,
        size=PAGE_SIZE,
        older_than=given.get("older_than"),
        newer_than=given.get("newer_than"),
    )
    meta = listed.sobject.model._meta
    may_change = by.has_perm(f"{meta.app_label}.change_{meta.model_name}")
    return Listing(
        listed=listed,
        asked=asked,
        rows=_lines(listed, asked, page.rows, may_change),
        filterset=filterset,
        applied=_applied(filterset, asked),
        newer=asked.address(newer_than=page.newer) if page.newer else None,
        older=asked.address(older_than=page.older) if page.older else None,
        looked_to=page.looked_to,
        views=list(views.visible_to(by, listed.name)),
        actions=actions_for(listed, of_bin=asked.is_bin) if may_change and by.has_perm("jobs.add_job") else [],
        may_change=may_change and not asked.is_bin,
    )


def _lines(listed: RecordList, asked: Asked, rows: Sequence[Any], may_change: bool) -> list[Line]:
    columns = [heading.column for heading in asked.headings if heading.column]
    cells = cells_of(listed.sobject, columns, rows)
    told: Sequence[Row | None] = rows_of(rows) if listed.name == "interactions" else [None] * len(rows)
    return [
        Line(row, address_of(listed, row, asked, may_change), _beside(asked.headings, iter(each)), one)
        for row, each, one in zip(rows, cells, told, strict=True)
    ]


def _beside(headings: Sequence[Heading], cells: Any) -> list[tuple[Heading, Cell | None]]:
    return [(heading, next(cells) if heading.column else None) for heading in headings]


def address_of(listed: RecordList, row: Any, asked: Asked | None = None, may_change: bool = True) -> str:
    """The page where the record is told of; nothing for one in the recycle bin. Parts have forms: who may not change
    them is led to their interaction."""
    if row.deleted_at is not None:
        return ""
    name = "admin:engagements_engagementinteraction"
    if listed.name == "interactions":
        came_from = QueryDict(mutable=True)
        came_from["list"] = asked.given.urlencode() if asked else ""
        beside = f"?{came_from.urlencode()}" if came_from["list"] else ""
        return reverse(f"{name}_change", args=[row.pk]) + beside
    if not may_change:
        return _beside_its_contact(f"{name}_change", listed.name, row)
    if listed.name == "calls":
        return reverse("admin:voice_calls_voicecall_change", args=[row.pk])
    return reverse(f"{name}_edit_{listed.name}", args=[row.engagement_id, row.pk])


def _beside_its_contact(name: str, part: str, row: Any) -> str:
    key = row.interaction_id if part == "calls" else row.engagement_id
    return f"{reverse(name, args=[key])}?tab={'call' if part == 'calls' else part}" if key else ""


def _applied(filterset: FieldFilterSet, asked: Asked) -> list[Applied]:
    if not filterset.is_valid():
        return []
    found = []
    for name, value in filterset.form.cleaned_data.items():
        if value not in (None, "", []):
            field = filterset.form.fields[name]
            shown = dict(getattr(field, "choices", ())).get(value) if isinstance(value, str) else None
            found.append(Applied(str(field.label), str(shown or value), asked.address(**{name: None})))
    return found
