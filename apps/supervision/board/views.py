"""The board's page, its parts, the sheets of what stands on it, and what is done there."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.common.errors import SwitchroomError
from apps.supervision.board import acts
from apps.supervision.board.asked import Asked
from apps.supervision.board.refusals import refusal
from apps.supervision.board.seen import agents_of, contacts_of, queues_of
from apps.supervision.board.sheets import AgentSheet, QueueSheet, WorkSheet
from apps.supervision.board.whole import Board
from apps.supervision.site import site

_PARTS = ("alerts", "now", "queues", "agents")


def _for_watchers(view: Callable[..., HttpResponse]) -> Any:
    @wraps(view)
    def allowed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not permits(_user(request), Permission.VIEW_ALL_REALTIME_DASHBOARDS):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return gzip_page(never_cache(site.admin_view(allowed)))  # two hundred queues shrink to a thirtieth


@require_safe
def _board(request: HttpRequest) -> HttpResponse:
    asked = Asked.of(request.GET.dict(), _user(request))
    context = {"title": gettext("Live board"), "board": Board(asked)}
    if asked.is_wall:
        return render(request, "supervision/board/wall.html", context)
    return _page(request, "supervision/board/board.html", context)


@require_safe
def _parts(request: HttpRequest) -> HttpResponse:
    """The whole board as it is now, each part to replace its element by id."""
    return HttpResponse(_parts_of(request, Asked.of(request.GET.dict(), _user(request))))


@require_http_methods(["GET", "HEAD", "POST"])
def _work(request: HttpRequest, key: UUID) -> HttpResponse:
    user = _user(request)
    contact = get_object_or_404(contacts_of(user).select_related("handler__user", "workbin"), uuid=key)
    if request.method == "POST":
        return _act(request, contact, acts.WORK)
    return _sheet(request, "work", contact.name, WorkSheet(contact, user))


@require_http_methods(["GET", "HEAD", "POST"])
def _agent(request: HttpRequest, key: int) -> HttpResponse:
    user = _user(request)
    agent = get_object_or_404(agents_of(user), pk=key)
    if request.method == "POST":
        return _act(request, agent, acts.AGENT)
    return _sheet(request, "agent", str(agent), AgentSheet(agent, user))


@require_http_methods(["GET", "HEAD", "POST"])
def _queue(request: HttpRequest, key: int) -> HttpResponse:
    user = _user(request)
    queue = get_object_or_404(queues_of(user), pk=key)
    if request.method == "POST":
        return _act(request, queue, acts.QUEUE)
    return _sheet(request, "queue", queue.name, QueueSheet(queue, user))


def _act(request: HttpRequest, on: Any, known: Mapping[str, acts.Act]) -> HttpResponse:
    """One act; what it refuses is undone as a whole, and said."""
    if request.POST.get("act") not in known:
        raise Http404
    notice: dict[str, Any]
    try:
        with transaction.atomic():
            done = acts.perform(known, on, request.POST, _user(request))
        notice = {"says": done.says, "undo": done.undo, "address": request.path, "level": "ok"}
    except SwitchroomError as error:
        notice = {"says": refusal(on, error), "level": "warn"}
    asked = _asked_before(request)
    if _by_script(request):
        said = render_to_string("supervision/board/notice.html", {"notice": notice, "oob": True}, request)
        return HttpResponse(said + _parts_of(request, asked), headers={"HX-Trigger": "acted"})
    messages.add_message(request, messages.SUCCESS if notice["level"] == "ok" else messages.WARNING, notice["says"])
    return HttpResponseRedirect(asked.address, status=303)


def _asked_before(request: HttpRequest) -> Asked:
    """The board that the act was done on."""
    query = urlsplit(request.headers.get("HX-Current-URL", "")).query or request.POST.get("board", "")
    return Asked.of(QueryDict(query).dict(), _user(request))


def _parts_of(request: HttpRequest, asked: Asked) -> str:
    context = {"board": Board(asked), "oob": True}
    if asked.is_wall:
        return render_to_string("supervision/board/parts/wall.html", context, request)
    return "".join(render_to_string(f"supervision/board/parts/{name}.html", context, request) for name in _PARTS)


def _sheet(request: HttpRequest, name: str, title: str, sheet: Any) -> HttpResponse:
    """A sheet over the board, or without script a page of its own."""
    context = {
        "title": title,
        "sheet": sheet,
        "template": f"supervision/board/sheets/{name}.html",
    }
    if _by_script(request):
        return render(request, context["template"], context)
    return _page(request, "supervision/board/sheet.html", {**context, "back": reverse("supervision:board")})


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    request.current_app = site.name
    return TemplateResponse(request, template, {**site.each_context(request), **context})


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


board, parts = _for_watchers(_board), _for_watchers(_parts)
work, agent, queue = _for_watchers(_work), _for_watchers(_agent), _for_watchers(_queue)
