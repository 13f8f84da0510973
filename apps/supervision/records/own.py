"""Views with a name, chosen columns and files of a list that is neither of records nor of the set-up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.exports.sources import Table, register
from apps.saved_views import operations
from apps.supervision.exporting import EXPORT_FORMS, export
from apps.supervision.records import views
from apps.supervision.records.asked import Asked, asked_of
from apps.supervision.records.columns import Heading, SetupList, chosen
from apps.supervision.records.listing import Applied


@dataclass(frozen=True)
class OwnList:
    """`may_see` says who reads it, `said` its filters in words, `table` what they leave of it as a file."""

    listed: SetupList
    source: str  # of the table, for jobs
    may_see: Callable[[User], bool]
    said: Callable[[QueryDict], Sequence[tuple[str, str]]]
    table: Callable[[QueryDict, User], Table]

    def urls(self, guard: Any) -> list[URLPattern]:
        name = views.name_of(self.listed).removeprefix("admin:")
        return [
            path("columns/", guard(self.columns_view), name=f"{name}_columns"),
            path("views/", guard(self.views_view), name=f"{name}_views"),
            path("table.<str:form>", guard(self.table_view), name=f"{name}_table"),
        ]

    def asked(self, request: HttpRequest) -> Asked:
        """What the address asks for; raises PermissionDenied to whom the list shows nothing."""
        user = views.user_of(request)
        if not self.may_see(user):
            raise PermissionDenied
        return asked_of(self.listed, request.GET, by=user)

    def wishes(self, asked: Asked, by: User) -> dict[str, Any]:
        """For a page that includes `records/_wishes.html`."""
        return {
            "asked": asked,
            "views": list(operations.visible_to(by, self.listed.name)),
            **{f"{each}_url": f"{each}/{asked.address()}" for each in ("views", "columns")},
            "exports": [(f"table.{form}{asked.address()}", label) for form, label in EXPORT_FORMS],
        }

    def columns_view(self, request: HttpRequest) -> HttpResponse:
        self.asked(request)
        return views.columns(request, self.listed)

    def views_view(self, request: HttpRequest) -> HttpResponse:
        said = self.said(self.asked(request).filters)
        return views.views(request, self.listed, [Applied(label, value, "") for label, value in said])

    def table_view(self, request: HttpRequest, form: str) -> HttpResponseBase:
        answer: HttpResponseBase = _table(request, self, form)
        return answer

    def headings(self, query: QueryDict) -> Sequence[Heading]:
        """The columns that a file is asked for."""
        return chosen(self.listed, [name for name in query.get("columns", "").split(",") if name])

    def register(self) -> None:
        register(self.source, self.table)


@require_http_methods(["GET", "HEAD", "POST"])
def _table(request: HttpRequest, own: OwnList, form: str) -> HttpResponseBase:
    """What the list finds, in the columns that it has."""
    asked = own.asked(request)
    query = asked.filters.copy()
    query["columns"] = ",".join(heading.name for heading in asked.headings)
    request.GET = query  # type: ignore[assignment]  # what a job is told as well
    return export(request, own.source, own.table(query, views.user_of(request)), form)
