"""What a list of the administration screens shows, as a table to take away."""

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import BadRequest, FieldDoesNotExist
from django.db import models
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.common.errors import Forbidden
from apps.common.paging import POSITIONS
from apps.common.storable import unstorable
from apps.exports.columns import Column, Kind, Row
from apps.exports.sources import Table
from apps.tenants.scope import scope

WINDOW = 500  # rows in one transaction

_KINDS: Sequence[tuple[type[Any], Kind]] = (
    (models.DateTimeField, Kind.TIME),
    (models.DateField, Kind.DATE),
    (models.BooleanField, Kind.BOOLEAN),
    (models.IntegerField, Kind.INTEGER),
    (models.FloatField, Kind.NUMBER),
    (models.DecimalField, Kind.NUMBER),
    (models.JSONField, Kind.JSON),
)
_PAGE = ("p", "e", *POSITIONS)  # which page is shown, not what is listed


def listed(screen: Any, asked: QueryDict, by: User) -> Table:
    """The list's columns and the rows that its filters leave, in its order. In scope.

    Raises Forbidden to whom the screen shows nothing, BadRequest for filters that cannot be read.
    """
    request = _request(asked, by)
    if not screen.has_view_permission(request):
        raise Forbidden(gettext("this list is not for you"))
    try:
        found = screen.get_changelist_instance(request).queryset
    except IncorrectLookupParameters:
        raise BadRequest(gettext("a filter cannot be read")) from None
    names = [name for name in screen.get_list_display(request) if name != "action_checkbox"]

    def count(most: int | None) -> int:
        return int((found if most is None else found[: most + 1]).count())

    def windows() -> Iterator[Sequence[Row]]:
        with scope(by.tenant):
            keys = array("q", found.prefetch_related(None).values_list("pk", flat=True).iterator())
        for start in range(0, len(keys), WINDOW):
            wanted = keys[start : start + WINDOW]
            with scope(by.tenant), timezone.override(by.zone):
                there = {row.pk: row for row in found.filter(pk__in=wanted.tolist())}
                rows = [_row(screen, names, there[key]) for key in wanted if key in there]
            yield rows

    title = str(screen.opts.verbose_name_plural)
    columns = [Column("id", gettext("Id")), *(_column(screen, name) for name in names)]
    return Table(screen.opts.model_name, title[:1].upper() + title[1:], columns, windows, count)


def _request(asked: QueryDict, by: User) -> HttpRequest:
    """As if the person looked at the list; a job has no request of its own."""
    request = HttpRequest()
    request.method, request.user = "GET", by
    filters: Any = asked.copy()
    for name in _PAGE:
        filters.pop(name, None)
    if unstorable(dict(filters.lists())):
        raise BadRequest(gettext("a filter cannot be read"))
    filters.setdefault("all", "1")  # not with a view to begin with: a job is told all of it
    request.GET = filters
    request.is_taken_away = True  # type: ignore[attr-defined]
    return request


def _column(screen: Any, name: str) -> Column:
    heading = str(label_for_field(name, screen.model, screen))
    return Column(name, heading[:1].upper() + heading[1:], _kind(screen, name))


def _kind(screen: Any, name: str) -> Kind:
    try:
        field = screen.model._meta.get_field(name)
    except FieldDoesNotExist:
        shown = getattr(screen, name, None) or getattr(screen.model, name, None)
        return Kind.BOOLEAN if getattr(shown, "boolean", False) else Kind.TEXT
    if getattr(field, "choices", None) or field.is_relation:
        return Kind.TEXT
    return next((kind for of, kind in _KINDS if isinstance(field, of)), Kind.TEXT)


def _row(screen: Any, names: Sequence[str], row: Any) -> Row:
    return [str(getattr(row, "public_id", row.pk)), *(_value(screen, name, row) for name in names)]


def _value(screen: Any, name: str, row: Any) -> Any:
    field, _, value = lookup_field(name, row, screen)
    if field is not None and getattr(field, "choices", None):
        value = getattr(row, f"get_{name}_display")()
    if _kind(screen, name) is not Kind.TEXT:
        return value
    text = "" if value is None else strip_tags(str(value)) if hasattr(value, "__html__") else str(value)
    return None if text in ("", "–") else text
