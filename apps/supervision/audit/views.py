"""The audit log: filters, pages by key, and the same as a file."""

from collections.abc import Iterator, Sequence
from typing import Any, cast
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.common.errors import Forbidden
from apps.common.words import later as _
from apps.exports.columns import Column, Kind, Row
from apps.exports.sources import Table, register
from apps.supervision.audit.reading import KINDS, Asked, Line, Log, log
from apps.supervision.exporting import EXPORT_FORMS, export
from apps.supervision.site import site
from apps.tenants.scope import scope, tenant

SOURCE = "audit"
_WINDOW = 500  # lines in one transaction
_COLUMNS = (
    Column("at", _("When"), Kind.TIME),
    Column("who", _("Who")),
    Column("what", _("What")),
    Column("about", _("Object")),
    Column("details", _("Details")),
)


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    if not permits(cast(User, request.user), Permission.AUDIT_LOG_READ):
        raise PermissionDenied
    asked = Asked.of(request.GET)
    found = log(asked, request.GET.get("before", ""))
    people = User.objects.filter(tenant=tenant()).order_by("full_name").values_list("pk", "full_name")
    context = {
        "title": gettext("Audit log"),
        "log": found,
        "asked": request.GET,
        "kinds": [(name, kind.label) for name, kind in KINDS.items()],
        "people": [(str(key), name) for key, name in people],
        "older": _older(request.GET, found),
        "query": _query(request.GET),
        "exports": EXPORT_FORMS,
    }
    request.current_app = site.name
    return TemplateResponse(request, "supervision/audit.html", {**site.each_context(request), **context})


@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, form: str) -> HttpResponseBase:
    """What the filters leave, as a file."""
    user = cast(User, request.user)
    if not permits(user, Permission.AUDIT_LOG_READ):
        raise PermissionDenied
    return export(request, SOURCE, audit_table(request.GET, user), form)


def audit_table(query: QueryDict, by: User) -> Table:
    """Raises Forbidden unless the role of `by` may read the log."""
    if not permits(by, Permission.AUDIT_LOG_READ):
        raise Forbidden(gettext("the audit log is not for you"))
    asked = Asked.of(query)

    def windows() -> Iterator[Sequence[Row]]:
        place, more = "", True
        while more:
            with scope(by.tenant), timezone.override(by.zone):
                found = log(asked, place, _WINDOW)
            yield [_row(line) for line in found.lines]
            place, more = found.older, bool(found.older)

    def count(most: int | None) -> int:
        """As far as it matters: whether there are more than so many."""
        place, total = "", 0
        while most is None or total <= most:
            found = log(asked, place, _WINDOW)
            total, place = total + len(found.lines), found.older
            if found.looked_to and most is not None:
                return most + 1  # to look through all of it is for a job
            if not place:
                break
        return total

    return Table("audit-log", gettext("Audit log"), _COLUMNS, windows, count)


def _row(line: Line) -> Row:
    details = "; ".join(
        f"{name}: {before} → {after}" if before else f"{name}: {after}" for name, before, after in line.details
    )
    return [line.at, line.who, line.what, line.about, details]


def _query(query: QueryDict) -> str:
    return urlencode({name: value for name, value in query.items() if value and name != "before"})


def _older(query: QueryDict, found: Log) -> str:
    kept: dict[str, Any] = {name: value for name, value in query.items() if value and name != "before"}
    return f"?{urlencode({**kept, 'before': found.older})}" if found.older else ""


register(SOURCE, audit_table)
