"""The agent's desk: the page, its parts, and what is done there."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.views.decorators.http import require_GET, require_POST

from apps.agent_desktop import pages
from apps.agent_desktop.access import agents_only
from apps.agent_desktop.acts import ACTS, Refused, perform
from apps.agent_desktop.refusals import refusal
from apps.agents.models import Agent, AgentSession, NotReadyReason
from apps.common.errors import AlreadyDone, NotAllowed, NotFound
from apps.engagements.models import EngagementInteraction
from apps.objects import registry, viewing
from apps.objects.models import PicklistValue
from apps.queues import operations

DEFAULT_CHANNELS = ("voice", "chat", "email", "work_item")  # where a tenant's picklist names none


@agents_only
def desk(request: HttpRequest, agent: Agent, work: UUID | None = None) -> HttpResponse:
    """The whole page. Sitting down at it signs the agent in to work, not ready."""
    if request.method == "POST":
        return _act(request, agent, work)
    _sit_down(agent)
    try:
        found = pages.desk_of(request, agent, work, strict=work is not None)
    except NotFound as error:
        raise Http404 from error
    if found.open:
        viewing.note(agent.user, registry.of(EngagementInteraction), [found.open.interaction.pk], viewed=True)
    return pages.page(request, found)


@require_GET
@agents_only
def parts(request: HttpRequest, agent: Agent) -> HttpResponse:
    """Some parts of the page, as they are now."""
    wanted = pages.uuid_or_none(request.headers.get("X-Desk-Work", ""))
    return pages.parts(request, pages.desk_of(request, agent, wanted), request.GET.get("want", "").split())


@require_POST
@agents_only
def heartbeat(request: HttpRequest, agent: Agent) -> HttpResponse:
    """The page is open still: that alone renews the lease."""
    return HttpResponse(status=204)


@require_POST
@agents_only
def state(request: HttpRequest, agent: Agent) -> HttpResponse:
    """Ready or not ready, on one channel or on all: `to` is `ready`, `not-ready`, or `not-ready:` and a reason."""
    to, _, reason_id = request.POST.get("to", "").partition(":")
    channel = request.POST.get("channel") or None
    try:
        if to == "ready":
            operations.make_ready(agent, channel, by=agent.user)
        elif to == "not-ready":
            operations.make_not_ready(agent, channel, _reason(reason_id), by=agent.user)
    except NotFound:
        messages.warning(request, "You do not work on this channel any more. The page shows your channels.")
    except NotAllowed:
        messages.warning(request, "You were signed out of work. Load the page again to start anew.")
    return pages.after(request, pages.desk_of(request, agent, _open_before(request)))


@require_POST
@agents_only
def leave(request: HttpRequest, agent: Agent) -> HttpResponse:
    """Sign out of work, and of the product."""
    try:
        if AgentSession.objects.filter(agent=agent, ended_at=None).exists():
            operations.end_session(agent, by=agent.user)
    except NotAllowed:
        messages.warning(request, "You have work open. Complete it or let it end, then sign out.")
        return pages.see_other(resolve_url("desk"))
    logout(request)
    return pages.see_other(resolve_url("sign-in"))


def _act(request: HttpRequest, agent: Agent, work: UUID | None) -> HttpResponse:
    name = request.POST.get("act", "")
    if work is None or name not in ACTS:
        raise Http404
    interaction = EngagementInteraction.objects.filter(uuid=work).first()
    before = _open_before(request)
    try:
        if interaction is None:
            raise NotFound("it is gone")
        perform(name, interaction, agent, request.POST)
    except Refused as refused:
        found = pages.desk_of(request, agent, work)
        found.problems = {refused.form: refused}
        return pages.after(request, found, status=422)
    except (NotAllowed, NotFound) as error:
        refusal(request, name, agent, interaction, error)
        return pages.after(request, pages.desk_of(request, agent, before if name in ("accept", "reject") else work))
    opens = {"this": work, "before": before, "next": None}[ACTS[name].opens]
    return pages.after(request, pages.desk_of(request, agent, opens))


def _open_before(request: HttpRequest) -> UUID | None:
    return pages.uuid_or_none(request.headers.get("X-Desk-Work") or request.POST.get("open", ""))


def _reason(text: str) -> NotReadyReason | None:
    return NotReadyReason.objects.filter(pk=int(text)).first() if text.isdecimal() and len(text) < 19 else None


def _sit_down(agent: Agent) -> None:
    if AgentSession.objects.filter(agent=agent, ended_at=None).exists():
        return
    values = PicklistValue.objects.filter(
        object_name="EngagementInteraction", field_name="CommunicationChannel", is_active=True
    )
    channels = {channel for channel in values.values_list("channel", flat=True) if channel}
    try:
        operations.start_session(agent, channels or DEFAULT_CHANNELS, by=agent.user)
    except AlreadyDone:  # another window was faster
        return
