"""The audit log: filters, pages by key, and the same as a file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.audit.models import AuditEntry
from apps.common.errors import Forbidden
from apps.common.paging import POSITIONS
from apps.common.words import later as _
from apps.exports.columns import Column, Kind, Row
from apps.exports.sources import Table
from apps.supervision.audit.reading import KINDS, Asked, Line, log
from apps.supervision.records.columns import Heading, SetupList
from apps.supervision.records.own import OwnList
from apps.supervision.site import site
from apps.tenants.scope import scope, tenant

SOURCE = "audit"
_WINDOW = 500  # lines in one transaction
_HEADINGS = (
    Heading("at", _("When"), 7),
    Heading("who", _("Who"), 10),
    Heading("what", _("What"), 10),
    Heading("about", _("Object"), 14),
    Heading("details", _("Details"), 20),
)


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    asked = LOG.asked(request)
    older_than, newer_than = (request.GET.get(name, "") for name in POSITIONS)
    found = log(Asked.of(asked.filters), older_than=older_than, newer_than=newer_than)
    people = User.objects.filter(tenant=tenant()).order_by("full_name").values_list("pk", "full_name")
    context = {
        "title": gettext("Audit log"),
        "log": found,
        "kinds": [(name, kind.label) for name, kind in KINDS.items()],
        "people": [(str(key), name) for key, name in people],
        "newer": asked.address(newer_than=found.newer) if found.newer else "",
        "older": asked.address(older_than=found.older) if found.older else "",
        **LOG.wishes(asked, cast(User, request.user)),
    }
    request.current_app = site.name
    return TemplateResponse(request, "supervision/audit.html", {**site.each_context(request), **context})


def audit_table(query: QueryDict, by: User) -> Table:
    """Raises Forbidden unless the role of `by` may read the log."""
    if not permits(by, Permission.AUDIT_LOG_READ):
        raise Forbidden(gettext("the audit log is not for you"))
    asked, headings = Asked.of(query), LOG.headings(query)
    names = [each.name for each in headings]

    def windows() -> Iterator[Sequence[Row]]:
        place: str | None = ""
        while place is not None:
            with scope(by.tenant), timezone.override(by.zone):
                found = log(asked, older_than=place, size=_WINDOW)
            yield [[_VALUES[name](line) for name in names] for line in found.lines]
            place = found.older

    def count(most: int | None) -> int:
        """As far as it matters: whether there are more than so many."""
        place, total = "", 0
        while most is None or total <= most:
            found = log(asked, older_than=place, size=_WINDOW)
            total, place = total + len(found.lines), found.older or ""
            if found.looked_to and most is not None:
                return most + 1  # to look through all of it is for a job
            if not place:
                break
        return total

    return Table("audit-log", gettext("Audit log"), [_column(each) for each in headings], windows, count)


def _column(heading: Heading) -> Column:
    return Column(heading.name, heading.label, Kind.TIME if heading.name == "at" else Kind.TEXT)


def _details(line: Line) -> str:
    return "; ".join(
        f"{name}: {before} → {after}" if before else f"{name}: {after}" for name, before, after in line.details
    )


_VALUES: Mapping[str, Callable[[Line], Any]] = {
    **{each.name: attrgetter(each.name) for each in _HEADINGS},
    "details": _details,
}


def _said(query: QueryDict) -> list[tuple[str, str]]:
    asked = Asked.of(query)
    who = User.objects.filter(tenant=tenant(), pk=asked.who).first() if asked.who else None
    told = [
        (gettext("Who"), who.name if who else ""),
        (gettext("What"), str(KINDS[asked.kind].label) if asked.kind else ""),
        (gettext("Object"), asked.what),
        (gettext("From"), query.get("since", "")),
        (gettext("To"), query.get("until", "")),
    ]
    return [(label, value) for label, value in told if value]


LOG = OwnList(
    SetupList(
        AuditEntry._meta.label_lower,
        _("entries of the audit log"),
        AuditEntry,
        {each.name: each for each in _HEADINGS},
        [each.name for each in _HEADINGS],
    ),
    SOURCE,
    lambda user: permits(user, Permission.AUDIT_LOG_READ),
    _said,
    audit_table,
)
LOG.register()
