"""Pages of the set-up's lists by key: each begins behind a row, in whatever order the list is.

Keys are read first and alone; what rows are shown with is joined to those of one page.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import Col, OrderBy
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, IsNull, LessThan, LessThanOrEqual
from django.http import HttpRequest
from django.utils.timezone import is_naive
from unfold.views import ChangeList

from apps.common.paging import POSITIONS
from apps.common.storable import unstorable

_COUNTED_TO = 1_000


class Pages:
    """Stands where the screens' library expects to count pages."""

    template_name = "supervision/setup/_pages.html"


class PagedList(ChangeList):
    """`older` and `newer` are the addresses that lead on and back; rows are counted as far as `_COUNTED_TO`."""

    older = newer = ""
    is_counted = True

    def __init__(self, request: HttpRequest, *arguments: Any) -> None:
        self.start, self.end = (request.GET.get(name) for name in POSITIONS)
        super().__init__(request, *arguments)

    @property
    def offers_all(self) -> bool:
        """Whether something may be done to all that are found, on other pages too: where all are counted."""
        return self.is_counted and not self.model_admin.list_disable_select_all

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        for name in POSITIONS:  # of this page only: no filter and no link goes on with them
            self.params.pop(name, None)
            self.filter_params.pop(name, None)
        found: dict[str, Any] = super().get_filters_params(params)
        return found

    def get_results(self, request: HttpRequest) -> None:
        page = _Keys.of(self.queryset, self.list_per_page).page(self.start, self.end)
        self.result_list = self.queryset.filter(pk__in=page.keys)
        self.older = self.get_query_string({"older_than": page.older}) if page.older else ""
        self.newer = self.get_query_string({"newer_than": page.newer}) if page.newer else ""
        self.is_counted, self.result_count = not (self.older or self.newer), len(page.keys)
        if self.model_admin.show_full_result_count:
            counted = self.queryset.order_by()[: _COUNTED_TO + 1].count()
            self.is_counted = counted <= _COUNTED_TO
            if self.is_counted:
                self.result_count = counted  # more than the page has: that is what the screens' library offers all by
        self.show_full_result_count, self.full_result_count = False, None
        self.show_admin_actions = bool(page.keys)
        self.multi_page = self.can_show_all = False  # no page has a number
        self.paginator = Pages()


@dataclass(frozen=True)
class _Page:
    keys: Sequence[Any]
    newer: str | None
    older: str | None


@dataclass(frozen=True)
class _Term:
    """One key of the order."""

    value: Any
    is_descending: bool
    has_nulls_last: bool
    may_be_null: bool

    @classmethod
    def of(cls, order: OrderBy, found: "QuerySet[Any]") -> "_Term":
        resolved: Any = order.expression.resolve_expression(found.query.chain())
        is_own = isinstance(resolved, Col) and resolved.alias == found.query.get_initial_alias()
        nulls_last = bool(order.nulls_last or not (order.nulls_first or order.descending))
        return cls(order.expression, order.descending, nulls_last, not is_own or resolved.target.null)

    def order(self, backwards: bool) -> OrderBy:
        last = self.has_nulls_last != backwards
        nulls = {"nulls_last" if last else "nulls_first": True} if self.may_be_null else {}
        return OrderBy(self.value, descending=self.is_descending != backwards, **nulls)

    def beyond(self, value: Any, backwards: bool) -> Q:
        """That a row with a value stands behind one with this value, which is not empty."""
        lookup = LessThan if self.is_descending != backwards else GreaterThan
        return Q(lookup(self.value, value))

    def from_there(self, value: Any, backwards: bool) -> Q:
        lookup = LessThanOrEqual if self.is_descending != backwards else GreaterThanOrEqual
        return Q(lookup(self.value, value))

    def same(self, value: Any) -> Q:
        return Q(IsNull(self.value, True)) if value is None else Q(Exact(self.value, value))

    def other(self, value: Any, backwards: bool) -> Q | None:
        """Empty ones behind a value, or values behind the empty ones; none if they stand in front."""
        if not self.may_be_null or (value is None) == (self.has_nulls_last != backwards):
            return None
        return Q(IsNull(self.value, value is not None))


@dataclass(frozen=True)
class _Keys:
    found: "QuerySet[Any]"
    terms: Sequence[_Term]
    size: int

    @classmethod
    def of(cls, found: "QuerySet[Any]", size: int) -> "_Keys":
        names = found.query.order_by or found.model._meta.ordering
        orders = [order for name in names for order in _spelled_out(found.model, name)]
        return cls(found, [_Term.of(order, found) for order in orders], size)

    def page(self, start: str | None, end: str | None) -> _Page:
        """As `common.paging.page_of`: a position that cannot be read is the beginning."""
        if place := self._read(start):
            return self._on(place)
        if place := self._read(end):
            rows = self._rows(place, backwards=True)
            if len(rows) > self.size:
                rows = rows[self.size - 1 :: -1]
                return _Page([row[0] for row in rows], _position(rows[0]), _position(rows[-1]))
        return self._on(None)

    def _on(self, start: Sequence[Any] | None) -> _Page:
        rows = self._rows(start)
        shown = rows[: self.size]
        newer = _position(shown[0]) if start and shown else None
        return _Page([row[0] for row in shown], newer, _position(shown[-1]) if len(rows) > self.size else None)

    def _rows(self, start: Sequence[Any] | None, *, backwards: bool = False) -> list[Any]:
        """Of one more than a page, the key and the values of the terms."""
        ordered = self.found.order_by(*(term.order(backwards) for term in self.terms))
        values = ordered.values_list("pk", *(term.value for term in self.terms))
        rows: list[Any] = []
        for condition in self._beyond(start, backwards) if start else [Q()]:
            if len(rows) <= self.size:
                rows += values.filter(condition)[: self.size + 1 - len(rows)]
        return rows

    def _beyond(self, place: Sequence[Any], backwards: bool) -> Iterator[Q]:
        """Bounded by the first term, which an index may serve; what is empty in it and what is not are read apart."""
        rest: Q | None = None
        for term, value in reversed(list(zip(self.terms[1:], place[1:], strict=True))):
            found = term.beyond(value, backwards) if value is not None else Q(pk__in=[])
            if (other := term.other(value, backwards)) is not None:
                found |= other
            rest = found | (term.same(value) & rest) if rest is not None else found
        first, value = self.terms[0], place[0]
        if value is None:
            yield first.same(None) & (rest if rest is not None else Q(pk__in=[]))
        elif rest is None:
            yield first.beyond(value, backwards)
        else:
            yield first.from_there(value, backwards) & (first.beyond(value, backwards) | rest)
        if (other := first.other(value, backwards)) is not None:
            yield other

    def _read(self, position: str | None) -> list[Any] | None:
        names = [f"key_{number}" for number in range(len(self.terms))]
        kept = self.found.annotate(**dict(zip(names, (term.value for term in self.terms), strict=True)))
        try:
            given = json.loads(position or "")
            if not isinstance(given, list) or len(given) != len(names):
                return None
            fields = [kept.query.annotations[name].output_field for name in names]
            place = [_given(field, value) for field, value in zip(fields, given, strict=True)]
        except (ValueError, TypeError, OverflowError, RecursionError, ArithmeticError, ValidationError):
            return None
        return place


def _given(field: Any, value: Any) -> Any:
    found = None if value is None else field.to_python(value)
    if unstorable(found) or (isinstance(found, datetime) and is_naive(found)):
        raise ValueError
    return found


def _position(row: Sequence[Any]) -> str:
    return json.dumps(row[1:], default=str, ensure_ascii=False, separators=(",", ":"))


def _spelled_out(model: Any, name: Any) -> Iterator[OrderBy]:
    """A relation stands for the order of what it leads to, as in a query."""
    if not isinstance(name, str):
        yield name if isinstance(name, OrderBy) else OrderBy(name)
        return
    path, is_descending = name.removeprefix("-"), name.startswith("-")
    related = _related(model, path)
    if related is None:
        yield OrderBy(F(path), descending=is_descending)
        return
    for each in related._meta.ordering:
        beyond = f"{path}{LOOKUP_SEP}{each.removeprefix('-')}"
        sign = "-" if is_descending != each.startswith("-") else ""
        yield from _spelled_out(model, f"{sign}{beyond}")


def _related(model: Any, path: str) -> Any:
    """What the path leads to, if that has an order of its own."""
    if path == "pk" or path.endswith("_id"):
        return None
    try:
        field = get_fields_from_path(model, path)[-1]
    except FieldDoesNotExist:
        return None
    related = field.related_model if field.is_relation else None
    return related if related is not None and related._meta.ordering else None
