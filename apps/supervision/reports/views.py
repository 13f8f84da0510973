"""The report page, and what is behind a number."""

from collections.abc import Callable
from typing import Any, cast

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.audit.models import Action
from apps.audit.noting import note
from apps.common.errors import Forbidden, Invalid
from apps.reporting import windows
from apps.supervision.admin.forms import sentence
from apps.supervision.exporting import EXPORT_FORMS, export
from apps.supervision.reports.asked import BY_CHOICES, Asked, ReportForm, with_defaults
from apps.supervision.reports.behind import behind
from apps.supervision.reports.chart import chart
from apps.supervision.reports.details import TITLES, details, details_table, may_read
from apps.supervision.reports.heat import HeatForm, heat_map
from apps.supervision.reports.lines import report
from apps.supervision.reports.staffing.screen import screen
from apps.supervision.reports.staffing.table import SOURCE as STAFFING
from apps.supervision.reports.staffing.table import staffing_table
from apps.supervision.reports.table import SOURCE, report_table
from apps.supervision.site import site


def _for_readers(view: Callable[..., HttpResponseBase]) -> Any:
    def allowed(request: HttpRequest, **given: Any) -> HttpResponseBase:
        if not permits(cast(User, request.user), Permission.ASSIGNED_REPORTS_READ):
            raise PermissionDenied
        return view(request, **given)

    return site.admin_view(allowed)


def _reports(request: HttpRequest) -> HttpResponse:
    form = ReportForm(with_defaults(request.GET))
    found = None
    if form.is_valid():
        try:
            found = report(Asked.of(form, cast(User, request.user)))
        except Forbidden as refused:
            form.add_error("about", sentence(str(refused)))
    by = dict(BY_CHOICES).get(form["by"].value(), "")
    context = {
        "title": gettext("Reports"),
        "form": form,
        "report": found,
        "by": by,
        "chart": chart(found) if found else None,
    }
    context |= {"exports": EXPORT_FORMS, "query": request.GET.urlencode(), "source": SOURCE}
    return _page(request, "supervision/reports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def _table(request: HttpRequest, form: str) -> HttpResponseBase:
    """The figures as a file."""
    try:
        return export(request, SOURCE, report_table(with_defaults(request.GET), cast(User, request.user)), form)
    except Invalid as refused:
        raise BadRequest(str(refused)) from None


def _details(request: HttpRequest, name: str) -> HttpResponse:
    """A row report."""
    user = cast(User, request.user)
    if not may_read(user):
        raise PermissionDenied
    found = details(name, request.GET, by=user)
    note(Action.ROWS_OPENED, by=user, kind="report", details={"asked": f"{name}?{request.GET.urlencode()}"[:2000]})
    context = {"title": found.kind.title, "found": found, "here": name, "exports": EXPORT_FORMS}
    context |= {
        "query": request.GET.urlencode(),
        "source": name,
        "export": f"supervision:{name}-export",
    }
    return _page(request, "supervision/report_details.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def _details_table(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """The same as a file."""
    user = cast(User, request.user)
    if not may_read(user):
        raise PermissionDenied
    try:
        return export(request, name, details_table(name, request.GET, user), form)
    except Invalid as refused:
        raise BadRequest(str(refused)) from None


def _heat(request: HttpRequest) -> HttpResponse:
    form = HeatForm(with_defaults(request.GET))
    found = heat_map(form, cast(User, request.user)) if form.is_valid() else None
    context = {"title": gettext("Hours of the week"), "form": form, "heat": found, "is_asked": form.is_valid()}
    return _page(request, "supervision/report_heat.html", context)


def _staffing(request: HttpRequest) -> HttpResponse:
    context = {"title": gettext("Staffing"), "exports": EXPORT_FORMS, "query": request.GET.urlencode()}
    return _page(request, "supervision/report_staffing.html", context | screen(request.GET, cast(User, request.user)))


@require_http_methods(["GET", "HEAD", "POST"])
def _staffing_table(request: HttpRequest, form: str) -> HttpResponseBase:
    """The week as a file."""
    try:
        return export(request, STAFFING, staffing_table(request.GET, cast(User, request.user)), form)
    except Invalid as refused:
        raise BadRequest(str(refused)) from None


def _rows(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    found = behind(request.GET, by=user)
    note(Action.ROWS_OPENED, by=user, kind="report", details={"asked": request.GET.urlencode()[:2000]})
    return _page(request, "supervision/report_rows.html", {"title": found.statistic.label, "behind": found})


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    request.current_app = site.name
    whole = {**site.each_context(request), "zone": windows.zone(), "details": TITLES, **context}
    return TemplateResponse(request, template, whole)


_SEEN = (_reports, _heat, _staffing, _rows)
reports, heat, staffing, rows = (_for_readers(require_safe(view)) for view in _SEEN)
_AWAY = (_table, _staffing_table, _details_table)
table, staffing_export, details_export = (_for_readers(view) for view in _AWAY)
row_report = _for_readers(require_safe(_details))
