"""Who may sit down at the desk, on whose clock, and that they are still there."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from apps.accounts.models import User
from apps.agent_desktop.scripted import htmx
from apps.agents.models import agent_of
from apps.queues.operations import note_activity, renew_lease

DeskView = Callable[..., HttpResponse]


def agents_only(view: DeskView) -> Callable[..., HttpResponse]:
    """Call the view with the signed-in agent, on the agent's clock; any request keeps the session's lease (M-13)."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not isinstance(request.user, User):
            return _to_sign_in(request)
        agent = agent_of(request.user)
        if agent is None:
            raise PermissionDenied(gettext("You take no work yourself, so you have no desk."))
        renew_lease(agent)
        if request.method == "POST" and not _by_itself(request):
            note_activity(agent)
        with timezone.override(_zone(request.user)):
            return view(request, agent, *args, **kwargs)

    return guarded


def _by_itself(request: HttpRequest) -> bool:
    """Whether the page sends this without anybody's doing anything."""
    return request.resolver_match is not None and request.resolver_match.url_name == "desk-heartbeat"


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """A page is sent to sign in and comes back; a script is told to go there, and the page keeps what was typed."""
    if script := htmx(request):
        back = script.current_url_abs_path or resolve_url("desk")
        return HttpResponse(status=401, headers={"HX-Redirect": _sign_in(back)})
    back = request.get_full_path() if request.method == "GET" else resolve_url("desk")
    return HttpResponse(status=303, headers={"Location": _sign_in(back)})


def _sign_in(back: str) -> str:
    return f"{resolve_url('sign-in')}?next={quote(back)}"


def _zone(user: User) -> ZoneInfo:
    try:
        return ZoneInfo(user.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
