"""Doing something to all that a list finds: what will happen, how far it is, and what became of each record."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.bulk.actions import as_text, settable
from apps.bulk.models import BulkRow, Outcome
from apps.bulk.operations import KIND, UNDOING, begin, can_undo, undo
from apps.bulk.reporting import table
from apps.bulk.task import Task
from apps.bulk.working import counts
from apps.common.errors import Forbidden, Invalid, NotFound, SwitchroomError
from apps.engagements.forms.fields import label_of
from apps.engagements.lists import LISTS, RecordList
from apps.exports.forms import FORMS
from apps.exports.working import send
from apps.jobs.models import Job
from apps.jobs.operations import visible_to
from apps.supervision.admin.forms import sentence
from apps.supervision.background.views import Shown
from apps.supervision.exporting import EXPORT_FORMS
from apps.supervision.records.asked import asked_of
from apps.supervision.records.views import name_of, page, titled, user_of

_MOST_SHOWN = 100  # records on the page of what was done; the file has all
_MOST_PICKED = 500


@dataclass(frozen=True)
class Told:
    """A job of this kind as its page tells it."""

    shown: Shown
    counts: list[tuple[str, str, int]]
    rows: list[tuple[BulkRow, str, str]]  # with what it said before and afterwards
    outcome: str

    @property
    def job(self) -> Job:
        return self.shown.job


@require_http_methods(["GET", "POST"])
def bulk(request: HttpRequest, listed: RecordList) -> HttpResponse:
    """How many it will be and what will happen to them; POST begins it."""
    user = user_of(request)
    asked = asked_of(listed, request.GET, by=user)
    filters = _without(asked.filters, "action", "pick", "field")
    back = f"{reverse(f'{name_of(listed)}_changelist')}?{filters or 'all=1'}"
    picked = _picked(request)
    if picked is None:
        messages.error(request, gettext("The rows that were ticked cannot be read. Nothing was done."))
        return redirect(back)
    task = Task(
        listed.name,
        request.GET.get("action", ""),
        filters,
        picked,
        request.GET.get("field", ""),
        {name: str(value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"},
    )
    try:
        task.authorise(user)
        action = task.action
        needs_field = action.name == "set" and task.field_name not in settable(listed)
        form = None if needs_field else task.form(request.POST if request.method == "POST" else None)
    except (Forbidden, NotFound):
        raise Http404 from None
    if request.method == "POST" and form is not None:
        try:
            job = begin(task, by=user)
        except Invalid:
            pass  # the form says what is wrong
        except SwitchroomError as refused:
            messages.error(request, sentence(str(refused)))
        else:
            return redirect("admin:bulk_bulkrow_progress", job.uuid)
    count, is_all = task.count(user)
    context = {
        "title": action.label,
        "action": action,
        "form": form,
        "fields": sorted((label_of(column), name) for name, column in settable(listed).items()) if needs_field else [],
        "count": count,
        "is_more": not is_all,
        "noun": listed.noun if count == 1 else listed.plural,
        "hidden": [(name, value) for name, values in request.GET.lists() for value in values if name != "field"],
        "list_title": titled(listed),
        "back": back,
    }
    is_wrong = form is not None and bool(form.errors)
    return page(request, "supervision/records/bulk.html", context, 422 if is_wrong else 200)


@require_safe
def progress(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far it is and what became of the records; `part` asks for that alone, as the page does while it is open."""
    job = _found(request, key)
    outcome = request.GET.get("outcome", "")
    rows = BulkRow.objects.filter(job=job)
    if outcome in Outcome.values:
        rows = rows.filter(outcome=outcome)
    told = [(name, Outcome(name).label, number) for name, number in counts(job).items()]
    context = {
        "title": job.title,
        "told": Told(
            Shown(job, False),
            told,
            [(row, _said(row.before), _said(row.after)) for row in rows.order_by("-pk")[:_MOST_SHOWN]],
            outcome,
        ),
        "can_undo": not job.is_open and can_undo(job),
        "exports": EXPORT_FORMS,
        "most": _MOST_SHOWN,
        "list_url": _list_url(job),
    }
    name = "_progress" if "part" in request.GET else "progress"
    return page(request, f"supervision/records/{name}.html", context)


@require_safe
def report(request: HttpRequest, key: UUID, form: str) -> HttpResponseBase:
    """What became of each record, as a file; also of a job that was stopped."""
    if form not in FORMS:
        raise Http404
    return send(table(_found(request, key)), form, QueryDict(), by=user_of(request))


@require_POST
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    job = _found(request, key)
    try:
        again = undo(job, by=user_of(request))
    except SwitchroomError as refused:
        messages.error(request, sentence(str(refused)))
        return redirect("admin:bulk_bulkrow_progress", job.uuid)
    return redirect("admin:bulk_bulkrow_progress", again.uuid)


def _found(request: HttpRequest, key: UUID) -> Job:
    return get_object_or_404(visible_to(user_of(request)).filter(kind__in=(KIND, UNDOING)), uuid=key)


def _said(value: Any) -> str:
    return "–" if value in (None, "") else as_text(value)


def _picked(request: HttpRequest) -> list[int] | None:
    """The rows that were ticked; an empty list means all that are found, None that it does not say which."""
    given = request.GET.getlist("pick")
    is_read = all(text.isascii() and text.isdecimal() and len(text) < 19 for text in given)
    return [int(text) for text in given] if is_read and len(given) <= _MOST_PICKED else None


def _without(filters: QueryDict, *names: str) -> str:
    query = filters.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()


def _list_url(job: Job) -> str:
    parameters: Any = job.parameters
    listed = LISTS.get(parameters.get("list_name", ""))
    return reverse(f"{name_of(listed)}_changelist") if listed else ""
