"""Jobs: how far each is, its file, and stopping it."""

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import User
from apps.bulk import operations as bulk
from apps.common.errors import SwitchroomError
from apps.jobs import files
from apps.jobs.models import Job, JobState
from apps.jobs.operations import cancel, visible_to
from apps.privacy.operations import may_take
from apps.supervision.admin.forms import sentence
from apps.supervision.background.listing import LIST, found, sees_all
from apps.supervision.exporting import JOBS
from apps.supervision.site import site

_SIGNS = {JobState.DONE: "ok", JobState.FAILED: "bad", JobState.RUNNING: "accent"}


@dataclass(frozen=True)
class Shown:
    job: Job
    has_file: bool

    @property
    def percent(self) -> int | None:
        one = self.job
        return None if one.total is None else (one.done * 100 // one.total if one.total else 100)

    @property
    def sign(self) -> str:
        return _SIGNS.get(JobState(self.job.state), "")

    @property
    def is_stopping(self) -> bool:
        return self.job.is_open and self.job.is_unwanted


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """A page of the jobs; `part` asks for the rows alone, as the page does every second while one is open."""
    user = cast(User, request.user)
    asked = LIST.asked(request)
    page = found(asked.filters, user, given=request.GET)
    shown = [Shown(job, files.found(user.tenant, job.file) is not None) for job in page.rows]
    here = {name: request.GET[name] for name in ("older_than", "newer_than") if request.GET.get(name)}
    part = {
        "jobs": shown,
        "is_open": any(each.job.is_open for each in shown),
        "asked": asked,
        "again": asked.address(part="rows", **here),
    }
    if "part" in request.GET:
        return TemplateResponse(request, "supervision/_jobs.html", part)
    beside = {
        "title": gettext("Jobs"),
        "states": JobState.choices,
        "sees_all": sees_all(user),
        "newer": asked.address(newer_than=page.newer) if page.newer else "",
        "older": asked.address(older_than=page.older) if page.older else "",
        "is_looked": page.looked_to is not None,
        **LIST.wishes(asked, user),
    }
    return _page(request, "supervision/jobs.html", {**part, **beside})


@require_POST
def stop(request: HttpRequest, key: UUID) -> HttpResponse:
    job = _found(request, key)
    try:
        cancel(job, by=cast(User, request.user))
    except SwitchroomError as refused:
        messages.error(request, sentence(str(refused)))
    told_by_record = job.kind in (bulk.KIND, bulk.UNDOING)
    return redirect("admin:bulk_bulkrow_progress", job.uuid) if told_by_record else redirect(JOBS)


@require_safe
def download(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The file that a job made, to whom the job is shown."""
    job, user = _found(request, key), cast(User, request.user)
    path = files.found(user.tenant, job.file) if may_take(job, user) else None
    if path is None:
        raise Http404
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=job.file_name)
    answer["Cache-Control"] = "no-store"
    return answer


def _found(request: HttpRequest, key: UUID) -> Job:
    return get_object_or_404(visible_to(cast(User, request.user)), uuid=key)


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    request.current_app = site.name
    return TemplateResponse(request, template, {**site.each_context(request), **context})
