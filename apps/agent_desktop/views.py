"""The agent's desk: the page, its parts, and what is done there."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.hiding import own_texts
from apps.agent_desktop import pages
from apps.agent_desktop.access import agents_only
from apps.agent_desktop.acts import ACTS, Refused, perform, start_contact
from apps.agent_desktop.acts.base import key_in
from apps.agent_desktop.following import parts_after
from apps.agent_desktop.refusals import refusal
from apps.agent_desktop.scripted import htmx
from apps.agent_desktop.selectors.desk import Desk
from apps.agent_desktop.selectors.places import Place
from apps.agents.models import Agent, AgentSession, NotReadyReason
from apps.agents.notices import put_away
from apps.agents.shortcuts import SHORTCUTS, choose_shortcuts
from apps.attendees.models import PERSON
from apps.common.errors import AlreadyDone, Forbidden, Invalid, NotAllowed, NotFound
from apps.directory.lookup import found_by
from apps.engagements.models import EngagementInteraction
from apps.messaging.models import CannedText
from apps.messaging.operations import drop_own_text, keep_own_text
from apps.objects import registry, viewing
from apps.objects.models import PicklistValue
from apps.queues import operations

ALWAYS = ("voice", "chat", "email", "work_item")  # whatever else a tenant's picklist names


@own_texts("text", "subject", "note")
@agents_only
def desk(request: HttpRequest, agent: Agent, work: UUID | None = None) -> HttpResponse:
    """The whole page. Sitting down at it signs the agent in to work, not ready."""
    if request.method == "POST":
        return _act(request, agent, work) if work else _start(request, agent)
    _sit_down(agent)
    try:
        found = pages.desk_of(request, agent, work, strict=work is not None)
    except NotFound as error:
        raise Http404 from error
    pages.with_panel(found, request.GET.dict())
    if found.open:
        viewing.note(agent.user, registry.of(EngagementInteraction), [found.open.interaction.pk], viewed=True)
    return pages.page(request, found)


@require_GET
@agents_only
def parts(request: HttpRequest, agent: Agent) -> HttpResponse:
    """Parts of the page as they are now: those that it wants, and those that what it heard of may have changed.

    `here` names events of the contact that is open, `beside` others.
    """
    asked = {name: request.GET.get(name, "").split() for name in ("want", "here", "beside")}
    changed = parts_after(asked["here"], asked["beside"], is_open=bool(request.headers.get("X-Desk-Work")))
    found = pages.with_panel(pages.as_before(request, agent), request.GET.dict())
    return pages.parts(request, found, [*asked["want"], *changed])


@agents_only
def place(request: HttpRequest, agent: Agent, kind: str) -> HttpResponse:
    """A workbin, a list, what was found, a contact to read, or the own keys, which a POST changes."""
    if request.method == "POST":
        return _choose_keys(request, agent, kind)
    _sit_down(agent)
    try:
        found = pages.desk_of(request, agent, place=Place(kind, agent, request.GET.dict()), strict=True)
    except NotFound as error:
        raise Http404 from error
    return pages.page(request, pages.with_panel(found, request.GET.dict()))


@require_GET
@agents_only
def targets(request: HttpRequest, agent: Agent) -> HttpResponse:
    """Whom the open work can be handed to, by what was typed."""
    found = pages.as_before(request, agent)
    if found.open is None:
        return HttpResponse(status=204)
    pages.with_panel(found, {**request.GET.dict(), "panel": "hand"})
    return render(request, "agent_desktop/panels/targets.html", {"desk": found, "panel": found.panel})


@require_GET
@agents_only
def people(request: HttpRequest, agent: Agent) -> HttpResponse:
    """People of the directory by what was typed, as a list below an input."""
    typed = request.GET.get("typed", "")
    return render(request, "agent_desktop/people.html", {"found": list(found_by(typed, PERSON))})


@agents_only
def canned(request: HttpRequest, agent: Agent) -> HttpResponse:
    """Texts to be put in: everybody's and the agent's own. A POST keeps one of the own, or drops it."""
    if request.method == "POST":
        return _keep_text(request, agent)
    usable = CannedText.objects.filter(Q(agent=None) | Q(agent=agent), is_active=True)
    return JsonResponse(list(usable.values("name", "text")[:1000]), safe=False)


@require_POST
@agents_only
def heartbeat(request: HttpRequest, agent: Agent) -> HttpResponse:
    """The page is open still: that alone renews the lease."""
    return HttpResponse(status=204)


@require_POST
@agents_only
def state(request: HttpRequest, agent: Agent) -> HttpResponse:
    """Ready or not ready, on one channel or on all: `to` is `ready`, `not-ready`, or `not-ready:` and a reason.

    `quiet` and `heard` switch do-not-disturb; `here` only says that somebody is there; `seen:` puts a notice away.
    """
    to, _, reason_id = request.POST.get("to", "").partition(":")
    channel = request.POST.get("channel") or None
    try:
        if to == "ready":
            operations.make_ready(agent, channel, by=agent.user)
        elif to == "not-ready":
            operations.make_not_ready(agent, channel, _reason(reason_id), by=agent.user)
        elif to in ("quiet", "heard"):
            operations.set_do_not_disturb(agent, channel, on=to == "quiet", by=agent.user)
        elif to == "seen":
            put_away(agent, key_in(reason_id))
    except NotFound:
        messages.warning(request, gettext("You do not work on this channel any more. The page shows your channels."))
    except NotAllowed:
        messages.warning(request, gettext("You were signed out of work. Load the page again to start anew."))
    return pages.after(request, pages.as_before(request, agent))


@require_POST
@agents_only
def leave(request: HttpRequest, agent: Agent) -> HttpResponse:
    """Sign out of work, and of the product."""
    try:
        if AgentSession.objects.filter(agent=agent, ended_at=None).exists():
            operations.end_session(agent, by=agent.user)
    except NotAllowed:
        messages.warning(request, gettext("You have work open. Complete it or let it end, then sign out."))
        return pages.see_other(resolve_url("desk"))
    logout(request)
    return pages.see_other(resolve_url("sign-in"))


def _act(request: HttpRequest, agent: Agent, work: UUID) -> HttpResponse:
    name = request.POST.get("act", "")
    if name not in ACTS:
        raise Http404
    interaction = EngagementInteraction.objects.filter(uuid=work).first()
    try:
        if interaction is None:
            raise NotFound(gettext("it is gone"))
        made = perform(name, interaction, agent, request.POST, request.FILES.getlist("file"))
    except Refused as refused:
        return _refused(request, pages.desk_of(request, agent, work), refused)
    except (NotAllowed, NotFound, Forbidden, Invalid) as error:
        refusal(request, name, agent, interaction, error)
        stays = name in ("accept", "reject", "pull")
        return pages.after(request, pages.as_before(request, agent) if stays else pages.desk_of(request, agent, work))
    return pages.after(request, _opened(request, agent, name, work, made), tallies=ACTS[name].tallies)


def _opened(request: HttpRequest, agent: Agent, name: str, work: UUID, made: EngagementInteraction | None) -> Desk:
    """What the page shows after an act."""
    if ACTS[name].opens == "before":
        return pages.as_before(request, agent)
    return pages.desk_of(
        request, agent, {"next": None, "made": made.uuid if made else work}.get(ACTS[name].opens, work)
    )


def _start(request: HttpRequest, agent: Agent) -> HttpResponse:
    """A contact that the agent begins."""
    if request.POST.get("act") != "start":
        raise Http404
    try:
        with transaction.atomic():
            made = start_contact(agent, request.POST)
    except Refused as refused:
        return _refused(request, pages.as_before(request, agent), refused)
    return pages.after(request, pages.desk_of(request, agent, made.uuid))


def _keep_text(request: HttpRequest, agent: Agent) -> HttpResponse:
    given = request.POST
    try:
        if drop := given.get("drop"):
            drop_own_text(key_in(drop), by=agent)
        else:
            keep_own_text(given.get("name", ""), given.get("text", ""), by=agent)
    except NotFound:
        messages.info(request, gettext("This text is gone already."))
    except Invalid as error:
        messages.warning(
            request, gettext("Not kept: {names}").format(names=" ".join(problem.message for problem in error.problems))
        )
    return pages.see_other(f"{resolve_url('desk-place', 'list')}?of=texts")


def _choose_keys(request: HttpRequest, agent: Agent, kind: str) -> HttpResponse:
    """The agent's own keys, or with `usual` those that everybody begins with. The whole page comes anew with them."""
    if kind != "keys":
        raise Http404
    given, here = request.POST, resolve_url("desk-place", kind)
    try:
        choose_shortcuts(agent, {} if "usual" in given else {name: given[name] for name in SHORTCUTS if name in given})
    except Invalid as error:
        found = pages.desk_of(request, agent, place=Place(kind, agent))
        problems = {name: problem.message for problem in error.problems for name in problem.fields}
        found.problems = {"keys": Refused("keys", given, problems)}
        if htmx(request):
            return pages.parts(request, found, ["notices", "work"], status=422)
        return pages.page(request, found, status=422)
    messages.success(request, gettext("Your keys are saved."))
    return HttpResponse(headers={"HX-Redirect": here}) if htmx(request) else pages.see_other(here)


def _refused(request: HttpRequest, found: Desk, refused: Refused) -> HttpResponse:
    found.problems = {refused.form: refused}
    pages.with_panel(found, request.POST.dict(), refused if refused.form == "panel" else None)
    return pages.after(request, found, status=422)


def _reason(text: str) -> NotReadyReason | None:
    return NotReadyReason.objects.filter(pk=int(text)).first() if text.isdecimal() and len(text) < 19 else None


def _sit_down(agent: Agent) -> None:
    if AgentSession.objects.filter(agent=agent, ended_at=None).exists():
        return
    values = PicklistValue.objects.filter(
        object_name="EngagementInteraction", field_name="CommunicationChannel", is_active=True
    )
    channels = {*ALWAYS, *(channel for channel in values.values_list("channel", flat=True) if channel)}
    try:
        operations.start_session(agent, channels, by=agent.user)
    except AlreadyDone:  # another window was faster
        return
