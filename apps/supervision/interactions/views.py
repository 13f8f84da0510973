"""Finding an interaction and looking at it."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.engagements.models import EngagementInteraction
from apps.objects import registry, viewing
from apps.supervision.interactions.detail import Tab, detail
from apps.supervision.interactions.listing import listing
from apps.supervision.site import site

LIST = "admin:engagements_engagementinteraction_changelist"


@require_safe
def interactions(request: HttpRequest) -> HttpResponse:
    found = listing(request.GET, by=cast(User, request.user))
    return _page(request, "supervision/interactions.html", {"title": "Interactions", "list": found})


@require_safe
def interaction(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    found = EngagementInteraction.objects.visible_to(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    viewing.note(user, registry.of(found), [found.pk], viewed=True)
    shown = detail(found, tab=Tab.called(request.GET.get("tab")))
    came_from = QueryDict(request.GET.get("list")).urlencode()
    context = {
        "title": found.name,
        "one": shown,
        "came_from": came_from,
        "list_url": f"{reverse(LIST)}?{came_from}" if came_from else reverse(LIST),
    }
    return _page(request, "supervision/interaction.html", context)


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    request.current_app = site.name
    return TemplateResponse(request, template, {**site.each_context(request), **context})
