"""The answer to who wants a list as a file: the file, or a job that makes it."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.common.errors import NotAllowed
from apps.common.words import figure
from apps.exports.forms import FORMS
from apps.exports.sources import Table
from apps.exports.working import is_long, send, send_later
from apps.supervision.admin.forms import sentence
from apps.supervision.site import site

EXPORT_FORMS = [(name, form.label) for name, form in FORMS.items()]
JOBS = "admin:jobs_job_changelist"


def export(request: HttpRequest, name: str, table: Table, form: str) -> HttpResponseBase:
    """GET sends a short table straight away, and asks about a long one; POST begins the job that makes its file."""
    answer: HttpResponseBase = _export(request, name, table, form)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def _export(request: HttpRequest, name: str, table: Table, form: str) -> HttpResponseBase:
    if form not in FORMS:
        raise Http404
    user = cast(User, request.user)
    if request.method == "POST":
        if not user.has_perm("jobs.add_job"):
            raise PermissionDenied
        try:
            send_later(name, table, form, request.GET, by=user)
        except NotAllowed as refused:
            messages.error(request, sentence(str(refused)))
        return redirect(JOBS)
    if not is_long(table):
        return send(table, form, request.GET, by=user)
    request.current_app = site.name
    context = {
        "title": gettext("Export: {title}").format(title=table.title),
        "form": FORMS[form],
        "at_once": figure(settings.EXPORT_AT_ONCE),
    }
    return TemplateResponse(request, "supervision/export.html", {**site.each_context(request), **context})
