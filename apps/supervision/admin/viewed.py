"""Views with a name and chosen columns for the lists of the set-up: the same as the lists of records have."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import flatten, label_for_field
from django.contrib.admin.views.main import ORDER_VAR
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.common.storable import unstorable
from apps.saved_views import operations
from apps.supervision.admin.paged import PagedList
from apps.supervision.records import views as pages
from apps.supervision.records.asked import CONTROLS, Asked, asked_of
from apps.supervision.records.columns import Heading, SetupList
from apps.supervision.records.listing import Applied

_SECRET = re.compile("password|secret|token|certificate")
_LONGEST_KEY = 18  # digits
_NO_COLUMN = (models.JSONField, models.TextField)


class ViewedList(PagedList):
    """A list whose addresses keep the view and the columns, and say so when no filter is left of a view."""

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        found: dict[str, Any] = super().get_filters_params(params)
        return {name: value for name, value in found.items() if name not in CONTROLS}

    def get_query_string(self, new_params: Any = None, remove: Any = None) -> str:
        query = QueryDict(super().get_query_string(new_params, remove).removeprefix("?"), mutable=True)
        if ORDER_VAR in query:
            query[ORDER_VAR] = ".".join(map(self._named, str(query[ORDER_VAR]).split(".")))
        if not set(query) - set(CONTROLS):
            query["all"] = "1"
        return f"?{query.urlencode()}"

    def get_ordering(self, request: HttpRequest, queryset: Any) -> list[str]:
        """Django counts columns; addresses and views name them, so that they bear other columns."""
        if given := self.params.get(ORDER_VAR):
            self.params[ORDER_VAR] = ".".join(map(self._counted, given.split(".")))
        found: list[str] = super().get_ordering(request, queryset)
        return found

    def _named(self, part: str) -> str:
        sign, number = "-" * part.startswith("-"), part.removeprefix("-")
        is_column = number.isascii() and number.isdecimal() and int(number[:9]) < len(self.list_display)
        return f"{sign}{self.list_display[int(number)]}" if is_column else part

    def _counted(self, part: str) -> str:
        sign, name = "-" * part.startswith("-"), part.removeprefix("-")
        return f"{sign}{self.list_display.index(name)}" if name in self.list_display else part


class Viewed:
    """A list by its reader's wishes. Columns can be what the list shows at first, and the form's plain fields."""

    has_views = True
    list_max_show_all = 0  # `all` says that there are no filters

    def get_urls(self) -> list[URLPattern]:
        screen: Any = self
        name = f"{screen.opts.app_label}_{screen.opts.model_name}"
        guard = screen.admin_site.admin_view
        own = [
            path("columns/", guard(self.columns_view), name=f"{name}_columns"),
            path("views/", guard(self.views_view), name=f"{name}_views"),
        ]
        return [*(own if self.has_views else ()), *super().get_urls()]  # type: ignore[misc]

    def columns_view(self, request: HttpRequest) -> HttpResponse:
        """Which columns the list has."""
        self._guard(request)
        return pages.columns(request, self.listed(request))

    def views_view(self, request: HttpRequest) -> HttpResponse:
        """The views of the list."""
        self._guard(request)
        given = request.GET
        applied = self._applied(request)
        request.GET = given
        return pages.views(request, self.listed(request), applied)

    def listed(self, request: HttpRequest) -> SetupList:
        screen: Any = self
        first = [str(name) for name in screen.list_display]
        plain = {field.name for field in screen.opts.concrete_fields if _is_plain(field)}
        fields = [name for name in flatten(screen.get_fields(request)) if name in plain and name not in first]
        headings = [Heading(name, _label(screen, name), 9) for name in (*first, *fields)]
        plural = str(screen.opts.verbose_name_plural)
        return SetupList(screen.opts.label_lower, plural, screen.model, {each.name: each for each in headings}, first)

    def asked(self, request: HttpRequest) -> Asked:
        """What the address, or the view that it names, asks for; from then on the address says all of it."""
        there: Asked | None = getattr(request, "asked", None)
        if there is None:
            there = asked_of(self.listed(request), request.GET, by=_by(request))
            request.asked = there  # type: ignore[attr-defined]
            request.GET = _spelled_out(there)  # type: ignore[assignment]
        return there

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[PagedList]:
        return ViewedList if self.has_views else PagedList

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        if unstorable(dict(request.GET.lists())):
            raise IncorrectLookupParameters
        if self.has_views:
            self.asked(request)
        return super().get_changelist_instance(request)  # type: ignore[misc]

    def get_list_display(self, request: HttpRequest) -> Any:
        """What somebody chose; the column that leads to the row's own page always stands first."""
        screen: Any = self
        there: Any = super().get_list_display(request)  # type: ignore[misc]
        names = [heading.name for heading in self.asked(request).headings] if self.has_views else []
        if not names or names == [str(name) for name in screen.list_display]:
            return there
        lead = next(iter(screen.list_display_links or ()), there[0])
        editable = [name for name in there if name == screen.ordering_field]
        return list(dict.fromkeys([lead, *names, *editable]))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if "e" in request.GET:  # where Django leads from a filter that it cannot read
            messages.error(request, gettext("A filter could not be read. This is the list without filters."))
            return redirect(f"{request.path}?all=1")
        beside: dict[str, Any] = {}
        if self.has_views:
            user = _by(request)
            found = self.asked(request)
            beside = {
                "asked": found,
                "views": list(operations.visible_to(user, found.listed.name)),
                **{f"{name}_url": f"{request.path}{name}/{found.address()}" for name in ("views", "columns")},
            }
        answer: HttpResponse = super().changelist_view(request, {**(extra_context or {}), **beside})  # type: ignore[misc]
        return answer

    def response_action(self, request: HttpRequest, queryset: "models.QuerySet[Any]") -> HttpResponse | None:
        """Nothing is done to what no row can be, and to all that are found only where the list offers that."""
        screen: Any = self
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(key.isascii() and key.isdecimal() and len(key) <= _LONGEST_KEY for key in chosen):
            messages.error(request, gettext("No such row."))
            return None
        is_for_all = screen.action_form.base_fields["select_across"].to_python(request.POST.get("select_across"))
        if is_for_all and not screen.get_changelist_instance(request).offers_all:
            messages.error(request, gettext("This cannot be done to all at once: tick the rows that are meant."))
            return None
        answer: HttpResponse | None = super().response_action(request, queryset)  # type: ignore[misc]
        return answer

    def _guard(self, request: HttpRequest) -> None:
        screen: Any = self
        if not screen.has_view_permission(request):
            raise PermissionDenied

    def _applied(self, request: HttpRequest) -> list[Applied]:
        """The filters in words."""
        screen: Any = self
        try:
            found = screen.get_changelist_instance(request)
        except IncorrectLookupParameters:
            return []
        said = [(gettext("Search"), found.query)] if found.query else []
        for spec in found.filter_specs:
            chosen = [each["display"] for each in list(spec.choices(found))[1:] if each.get("selected")]
            said += [(str(spec.title), str(each)) for each in chosen]
        return [Applied(label, value, "") for label, value in said]


def _spelled_out(asked: Asked) -> QueryDict:
    query = asked.filters.copy()
    if asked.view:
        query["view"] = str(asked.view.uuid)
    for name in CONTROLS:
        if name != "view" and name in asked.given:
            query.setlist(name, asked.given.getlist(name))
    return query


def _is_plain(field: Any) -> bool:
    return (
        field.editable
        and not field.is_relation
        and not isinstance(field, _NO_COLUMN)
        and not _SECRET.search(field.name)
    )


def _label(screen: Any, name: str) -> str:
    label = str(label_for_field(name, screen.model, screen))
    return label[:1].upper() + label[1:]


def _by(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
