"""Answers: the whole page, or those of its parts that a script asked for."""

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string

from apps.agent_desktop.scripted import htmx
from apps.agent_desktop.selectors.desk import Desk
from apps.agents.models import Agent
from apps.common.errors import NotFound
from apps.events.catalogue import CATALOGUE

AROUND = ("notices", "statebar", "offers", "my-work", "my-day")
OF_THE_WORK = ("work-head", "transcript", "journal", "wrapup", "fields", "data", "customer", "attendees", "topics")
OF_ONE = {*OF_THE_WORK, "pairs"}  # shown only while a contact is open
WHOLE = ("work", "context")
PARTS = {*AROUND, *OF_ONE, *WHOLE, "my-queues"}


def desk_of(request: HttpRequest, agent: Agent, wanted: UUID | None = None, *, strict: bool = False) -> Desk:
    """The desk with the wanted contact open. Without one that is the agent's: as it is, or NotFound if `strict`."""
    desk = Desk(agent, wanted, shown=_uuids(request.headers.get("X-Desk-Offers", "")))
    try:
        desk.open  # noqa: B018
    except NotFound:
        if strict:
            raise
        desk = Desk(agent, None, shown=desk.shown)
    return desk


def page(request: HttpRequest, desk: Desk, *, status: int = 200) -> HttpResponse:
    return render(request, "agent_desktop/desk.html", {"desk": desk, "events": " ".join(CATALOGUE)}, status=status)


def parts(request: HttpRequest, desk: Desk, names: Iterable[str], *, status: int = 200) -> HttpResponse:
    """Each part replaces its element of the page by id, out of band. Those of a contact fit only the page of that."""
    wanted = [name for name in names if name in PARTS]
    if not _same(request, desk) and not set(wanted).isdisjoint(OF_ONE):
        wanted = [*(name for name in wanted if name not in OF_ONE), *WHOLE]
    desk.heard = _heard(request) if _same(request, desk) else None
    if desk.heard is not None:
        wanted = ["new-lines" if name == "transcript" else name for name in wanted]
    context = {"desk": desk, "oob": True}
    files = (f"agent_desktop/parts/{name.replace('-', '_')}.html" for name in dict.fromkeys(wanted))
    return HttpResponse("".join(render_to_string(file, context, request) for file in files), status=status)


def after(request: HttpRequest, desk: Desk, *, status: int = 200) -> HttpResponse:
    """The answer to an act: what may have changed, or without script the way back to a page that shows the truth."""
    if not htmx(request):
        return page(request, desk, status=status) if status != 200 else see_other(address(desk))
    same = _same(request, desk)
    answer = parts(request, desk, [*AROUND, *(OF_THE_WORK if same else WHOLE)], status=status)
    if not same:
        answer["HX-Push-Url"] = address(desk)
    return answer


def _same(request: HttpRequest, desk: Desk) -> bool:
    """Whether the page shows the contact that is open."""
    return bool(desk.open and request.headers.get("X-Desk-Work") == str(desk.open.interaction.uuid))


def _heard(request: HttpRequest) -> int | None:
    """The newest line that the page shows: only those after it are sent, and nothing is read out twice."""
    number = request.headers.get("X-Desk-Line", "")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else None


def address(desk: Desk) -> str:
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
