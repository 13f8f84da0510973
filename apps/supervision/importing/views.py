"""Bringing history in: a file, what its columns become, a trial without writing, and then the job."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.common.errors import SwitchroomError
from apps.imports import mapping, reading
from apps.imports.fields import choices
from apps.imports.working import KIND
from apps.jobs import files
from apps.jobs.operations import start
from apps.supervision.admin.forms import sentence
from apps.supervision.exporting import JOBS
from apps.supervision.site import site

_SUFFIXES = (".csv", *reading.JSON_SUFFIXES)
_SHOWN = 60  # characters of a value


@dataclass(frozen=True)
class Shown:
    """A column of the file, with the first of its values."""

    name: str
    values: Sequence[str]
    becomes: str


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take the file, and go on to its columns."""
    sent = request.FILES.get("file")
    if request.method == "POST":
        if sent is None or Path(sent.name or "").suffix.lower() not in _SUFFIXES:
            messages.error(request, gettext("Choose a file that ends in .csv or .jsonl."))
            return redirect(request.path)
        reference, path = files.new(_user(request).tenant, Path(sent.name or "").suffix.lower())
        with path.open("wb") as file:
            for piece in sent.chunks():
                file.write(piece)
        request.session["import"] = {"file": reference, "name": (sent.name or "")[:150]}
        return redirect("admin:imports_importedinteraction_columns")
    return _page(request, "supervision/import.html", {"title": gettext("Import history")})


@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest) -> HttpResponse:
    """Say what the columns become; `dry` tries, anything else brings the rows in."""
    sent = request.session.get("import", {})
    path = files.found(_user(request).tenant, sent.get("file", ""))
    if path is None:
        raise Http404
    try:
        header, rows = reading.header(path), reading.sample(path)
    except SwitchroomError as refused:
        messages.error(request, sentence(str(refused)))
        return redirect("admin:imports_importedinteraction_changelist")
    if request.method == "POST":
        document = _document(request, header)
        try:
            mapping.checked(document, header=header)
            dry = "dry" in request.POST
            parameters = {**sent, "mapping": document, "dry": dry}
            title = gettext("Trial import of {name}") if dry else gettext("Import of {name}")
            start(KIND, parameters, by=_user(request), title=title.format(name=sent["name"]))
            return redirect(JOBS)
        except SwitchroomError as refused:
            messages.error(request, sentence(str(refused)))
    known = list(choices())
    context = {
        "title": gettext("Import {name}").format(name=sent["name"]),
        "columns": [_shown(name, rows, request.POST, known) for name in header],
        "choices": known,
        "zone": request.POST.get("zone", _user(request).tenant.time_zone),
        "form": request.POST.get("form", ""),
        "rest": request.POST.get("rest", '{"constants": {"CommunicationChannel": "Voice Call", "Type": "Inbound"}}'),
    }
    return _page(request, "supervision/import_columns.html", context)


def _document(request: HttpRequest, header: Sequence[str]) -> Any:
    """The mapping that was filled in; what cannot be read is left for the check to refuse."""
    chosen = {name: request.POST.get(f"column:{name}", "") for name in header}
    document = {
        "columns": {name: becomes for name, becomes in chosen.items() if becomes},
        "timeZone": request.POST.get("zone", ""),
        "timeFormat": request.POST.get("form", ""),
    }
    try:
        rest = json.loads(request.POST.get("rest") or "{}")
    except ValueError:
        rest = None
    return {**rest, **document} if isinstance(rest, dict) else None


def _shown(name: str, rows: Sequence[Mapping[str, Any]], posted: Any, known: Sequence[tuple[str, str]]) -> Shown:
    values = [str(row.get(name, ""))[:_SHOWN].encode(errors="replace").decode() for row in rows]
    return Shown(name, values, posted.get(f"column:{name}", _guess(name, known)))


def _guess(name: str, known: Sequence[tuple[str, str]]) -> str:
    """The field of this name or label."""
    plain = _plain(name)
    return next((each for each, label in known if plain in (_plain(each), _plain(label))), "")


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.lower()))


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    request.current_app = site.name
    return TemplateResponse(request, template, {**site.each_context(request), **context})
