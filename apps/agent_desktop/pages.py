"""Answers: the whole page, or those of its parts that a script asked for."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import render, resolve_url

from apps.agent_desktop.acts import Refused
from apps.agent_desktop.following import HEARD, HEARD_HERE, NOW, OF_THE_WORK, TALLIES, WHOLE
from apps.agent_desktop.scripted import htmx
from apps.agent_desktop.selectors.desk import Desk
from apps.agent_desktop.selectors.panels import PANELS, Panel
from apps.agent_desktop.selectors.places import Place
from apps.agents.models import Agent
from apps.common.errors import NotFound

AROUND = ("notices", *NOW)
OF_ONE = {*OF_THE_WORK, "data", "pairs"}  # shown only while a contact is open
PARTS = {*AROUND, *TALLIES, *OF_ONE, *WHOLE, "my-queues", "panel", "write"}


def desk_of(
    request: HttpRequest,
    agent: Agent,
    wanted: UUID | None = None,
    *,
    strict: bool = False,
    place: Place | None = None,
) -> Desk:
    """The desk with the wanted contact open, or a place. Without what is wanted: as it is, or NotFound if `strict`."""
    desk = Desk(agent, wanted, shown=_uuids(request.headers.get("X-Desk-Offers", "")), place=place)
    try:
        desk.open  # noqa: B018
    except NotFound:
        if strict:
            raise
        desk = Desk(agent, None, shown=desk.shown)
    return desk


def as_before(request: HttpRequest, agent: Agent) -> Desk:
    """The desk with what the page shows now."""
    work = uuid_or_none(request.headers.get("X-Desk-Work") or request.POST.get("open", ""))
    return desk_of(request, agent, work, place=_place_shown(request, agent))


def _place_shown(request: HttpRequest, agent: Agent) -> Place | None:
    address = urlsplit(request.headers.get("X-Desk-Place") or request.POST.get("place", ""))
    kind = address.path.rpartition("/")[2]
    return Place(kind, agent, QueryDict(address.query).dict()) if kind else None


def with_panel(desk: Desk, given: Mapping[str, str], refused: Refused | None = None) -> Desk:
    """The desk with the panel that is asked for, if there is such a one for what is open."""
    name = given.get("panel", "")
    if name == "start" or (name in PANELS and desk.open):
        interaction = desk.open.interaction if desk.open and name != "start" else None
        desk.panel = Panel(name, desk.agent, interaction, given, refused)
    return desk


def page(request: HttpRequest, desk: Desk, *, status: int = 200) -> HttpResponse:
    return _shown(request, "agent_desktop/desk.html", desk, status, heard=HEARD, heard_here=HEARD_HERE)


def _shown(request: HttpRequest, template: str, desk: Desk, status: int, **more: Any) -> HttpResponse:
    """With one token for all its forms: each would make one of its own."""
    return render(request, template, {"desk": desk, "csrf_token": get_token(request), **more}, status=status)


def parts(request: HttpRequest, desk: Desk, names: Iterable[str], *, status: int = 200) -> HttpResponse:
    """Each part replaces its element of the page by id, out of band. Those of a contact fit only the page of that."""
    wanted = [name for name in names if name in PARTS]
    if not _same(request, desk) and not set(wanted).isdisjoint(OF_ONE):
        wanted = [*(name for name in wanted if name not in OF_ONE), *WHOLE]
    desk.heard = _heard(request) if _same(request, desk) else None
    if desk.heard is not None:
        wanted = ["new-lines" if name == "transcript" else name for name in wanted]
    files = [f"agent_desktop/parts/{name.replace('-', '_')}.html" for name in dict.fromkeys(wanted)]
    return _shown(request, "agent_desktop/parts.html", desk, status, oob=True, files=files)


def after(request: HttpRequest, desk: Desk, *, status: int = 200, tallies: bool = False) -> HttpResponse:
    """The answer to an act: what may have changed, or without script the way back to a page that shows the truth."""
    if not htmx(request):
        return page(request, desk, status=status) if status != 200 else see_other(address(desk))
    around = [*AROUND, *TALLIES] if tallies else AROUND
    if desk.place:
        return parts(request, desk, [*around, *_panel(request)], status=status)
    same = _same(request, desk)
    work = [*OF_THE_WORK, "data", *_panel(request)] if same else WHOLE
    answer = parts(request, desk, [*around, *work], status=status)
    if not same:
        answer["HX-Push-Url"] = address(desk)
    return answer


def _panel(request: HttpRequest) -> list[str]:
    """A panel that was sent off closes, or says why not; another one stays as it is."""
    return ["panel"] if "panel" in request.POST else []


def _same(request: HttpRequest, desk: Desk) -> bool:
    """Whether the page shows the contact that is open."""
    return bool(desk.open and request.headers.get("X-Desk-Work") == str(desk.open.interaction.uuid))


def _heard(request: HttpRequest) -> int | None:
    """The newest line that the page shows: only those after it are sent, and nothing is read out twice."""
    number = request.headers.get("X-Desk-Line", "")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else None


def address(desk: Desk) -> str:
    if desk.place:
        return desk.place.address
    return resolve_url("desk-work", desk.open.interaction.uuid) if desk.open else resolve_url("desk")


def see_other(url: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": url})


def uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _uuids(text: str) -> list[str]:
    return [str(each) for word in text.split()[:20] if (each := uuid_or_none(word))]
