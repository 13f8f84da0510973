"""The lists of records that people work with: which rows, in which orders, narrowed by what.

Screens, exports and bulk actions read them here, so that what somebody sees is what is written down or changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.agents.reach import Within
from apps.common.looking import Narrowed
from apps.common.paging import Order
from apps.common.words import later as _
from apps.engagements.field_filters import FieldFilterSet
from apps.engagements.filters import AttendeeFilter, CallFilter, InteractionFilter, TopicFilter
from apps.engagements.visibility import gathered, visible
from apps.objects import registry
from apps.objects.columns import columns_of
from apps.objects.registry import SObject


@dataclass(frozen=True)
class Sorting:
    label: str
    order: Order


_DAYS = {"opened_at": {"since", "until"}}
_OF_BIN = Order("deleted_at", "id")


@dataclass(frozen=True)
class RecordList:
    """`sortings` are what an index serves; the first is the list's own."""

    name: str
    filterset: type[FieldFilterSet]
    sortings: Mapping[str, Sorting]

    @property
    def sobject(self) -> SObject:
        return registry.named(self.filterset.object_name)

    @property
    def noun(self) -> str:
        """One of them, in the reader's language."""
        return gettext(self.sobject.label.removeprefix("Engagement ").lower())

    @property
    def plural(self) -> str:
        return gettext(self.english)

    @property
    def english(self) -> str:
        """Several of them, in the language of what is stored."""
        return self.sobject.plural.removeprefix("Engagement ").lower()

    def sorting(self, asked: Mapping[str, Any]) -> Order:
        """The order that the address asks for."""
        if is_bin(asked):
            return _OF_BIN
        return self.sortings.get(asked.get("order", ""), next(iter(self.sortings.values()))).order

    def seen_by(self, user: User, asked: Mapping[str, Any], reach: Within | None = None) -> "QuerySet[Any]":
        """What the user may see of it, of the recycle bin if the address asks for that."""
        if is_bin(asked):
            return visible(self.sobject, user, with_deleted=True, reach=reach).filter(deleted_at__isnull=False)
        return visible(self.sobject, user, reach=reach)

    def narrowed(self, asked: QueryDict, *, by: User, reach: Within | None = None) -> FieldFilterSet:
        return self.filterset(asked, queryset=self.seen_by(by, asked, reach))

    def found(self, asked: QueryDict, *, by: User) -> "QuerySet[Any]":
        """The rows that the filters leave; none if one of them cannot be read. In scope."""
        filters = self.narrowed(asked, by=by)
        found: QuerySet[Any] = filters.qs if filters.is_valid() else filters.queryset.none()
        return found

    def looked(self, asked: QueryDict, *, by: User) -> Narrowed:
        """The same rows for whoever reads them page by page: in the list's order, of all that there are."""
        return self.filtered(asked, by=by)[1]

    def filtered(self, asked: QueryDict, *, by: User) -> tuple[FieldFilterSet, Narrowed]:
        """The filters with what was asked of them, and what they leave."""
        reach = Within.looked_up(by)
        filters = self.narrowed(asked, by=by, reach=reach)
        if not filters.is_valid():
            nothing = filters.queryset.none()
            return filters, Narrowed(nothing, nothing)
        return filters, self._looked(filters, asked, by, reach)

    def _looked(self, filters: FieldFilterSet, asked: QueryDict, by: User, reach: Within) -> Narrowed:
        found: QuerySet[Any] = filters.qs
        given = {name for name, value in filters.form.cleaned_data.items() if value not in (None, "", [])}
        along = given & self._along(asked)
        if by.sees_everything and given == along:
            return Narrowed(found, found)
        rows = self.sobject.rows(with_deleted=is_bin(asked))
        rows = rows.filter(deleted_at__isnull=False) if is_bin(asked) else rows
        for name in along:  # else a page would begin to look before the first of them
            rows = filters.filters[name].filter(rows, filters.form.cleaned_data[name])
        return Narrowed(rows, found, gathered(self.sobject, by, found, reach))

    def _along(self, asked: Mapping[str, Any]) -> set[str]:
        """The filters by the moment that the list is in order of."""
        time = self.sorting(asked).time
        names = [column.name for column in columns_of(self.sobject).values() if column.path == time]
        return {f"{name}_{end}" for name in names for end in ("from", "to")} | _DAYS.get(time, set())


def is_bin(asked: Mapping[str, Any]) -> bool:
    return bool(asked.get("deleted"))


_CHANGED = Sorting(_("Changed last first"), Order("system_modstamp", "id"))
_WRITTEN = {
    "": Sorting(_("Newest first"), Order("created_date", "id")),
    "oldest": Sorting(_("Oldest first"), Order("created_date", "id", True)),
}

LISTS: Mapping[str, RecordList] = {
    each.name: each
    for each in (
        RecordList(
            "interactions",
            InteractionFilter,
            {
                "": Sorting(_("Newest first"), Order("opened_at", "uuid")),
                "oldest": Sorting(_("Oldest first"), Order("opened_at", "uuid", True)),
                "changed": _CHANGED,
            },
        ),
        RecordList("attendees", AttendeeFilter, {**_WRITTEN, "changed": _CHANGED}),
        RecordList("topics", TopicFilter, {**_WRITTEN, "changed": _CHANGED}),
        RecordList(
            "calls",
            CallFilter,
            {
                "": Sorting(_("Newest first"), Order("call_start_date_time", "id")),
                "oldest": Sorting(_("Oldest first"), Order("call_start_date_time", "id", True)),
                "changed": _CHANGED,
            },
        ),
    )
}
