"""Reports by mail: when, what and to whom, and what came of the last one."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import dateformat, timezone
from django.utils.translation import gettext
from unfold.widgets import UnfoldAdminSelectWidget

from apps.accounts.models import User
from apps.common.words import later as _
from apps.exports import mailing
from apps.exports.models import MailedReport
from apps.supervision.admin.base import OperationAdmin
from apps.supervision.admin.forms import SetupForm
from apps.supervision.reports.details import TITLES
from apps.supervision.reports.table import SOURCE
from apps.supervision.site import site

SOURCES = {SOURCE: _("Figures"), **TITLES}
_DAYS = ("since", "until", "after")


class MailedReportForm(SetupForm):
    named = "name"
    source = forms.ChoiceField(label=_("Report"), choices=list(SOURCES.items()), widget=UnfoldAdminSelectWidget)

    def clean_query(self) -> str:
        """Without the days, which are counted back from the day of sending."""
        asked = str(self.cleaned_data["query"]).partition("?")[2] or str(self.cleaned_data["query"])
        return urlencode([(name, value) for name, value in parse_qsl(asked) if name not in _DAYS])


@admin.register(MailedReport, site=site)
class MailedReportAdmin(OperationAdmin):
    form = MailedReportForm
    can_erase = True
    list_display = ("name", "what", "every", "next", "last", "result", "owner_name", "is_active")
    search_fields = ("name",)
    readonly_fields = ("owner_name", "next", "last", "result")
    fieldsets = (
        (None, {"fields": ("name", "source", "query", "covers", "form", "recipients")}),
        (_("When"), {"fields": ("every", "weekday", "month_day", "at", "time_zone", "is_active")}),
        (_("So far"), {"fields": ("owner_name", "next", "last", "result")}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        assert isinstance(request.user, User)
        return mailing.visible_to(request.user)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new one begins with the report that somebody looks at, on the reader's own clock, and to the reader."""
        assert isinstance(request.user, User)
        given = {name: value for name, value in request.GET.items() if name in ("source", "query")}
        return {"time_zone": str(request.user.zone), "recipients": request.user.email, **given}

    @admin.display(description=_("Report"))
    def what(self, row: MailedReport) -> str:
        return SOURCES.get(row.source, row.source)

    @admin.display(description=_("Rights of"))
    def owner_name(self, row: MailedReport) -> str:
        return row.owner.name if row.owner_id else "–"

    @admin.display(description=_("Next"), ordering="next_at")
    def next(self, row: MailedReport) -> str:
        return _told(row.next_at) if row.is_active else "–"

    @admin.display(description=_("Last"), ordering="last_at")
    def last(self, row: MailedReport) -> str:
        return _told(row.last_at)

    @admin.display(description=_("What came of it"))
    def result(self, row: MailedReport) -> str:
        return gettext("Failed: {outcome}").format(outcome=row.outcome) if row.has_failed else row.outcome or "–"

    def write(self, row: Any, *, by: User) -> None:
        mailing.configure_mailed_report(row, by=by)

    def erase(self, row: Any, *, by: User) -> None:
        mailing.remove_mailed_report(row, by=by)


def _told(at: Any) -> str:
    return dateformat.format(timezone.localtime(at), gettext("j M Y, H:i")) if at else "–"
