"""Which fields leave a row of history when they change, and which are told in the feed: one table for each object."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from unfold.admin import ModelAdmin

from apps.accounts.models import User
from apps.common.errors import Invalid
from apps.objects import catalogue, operations, registry
from apps.objects.registry import SObject
from apps.objects.tracked import Tracking
from apps.objects.tracking import MOST_TRACKED, tracking_of
from apps.objects.tracking_triggers import DEFAULT_HISTORY, trackable
from apps.supervision.site import site


@dataclass(frozen=True)
class Field:
    """One line of the table."""

    name: str
    label: str
    in_history: bool
    in_feed: bool


@admin.register(Tracking, site=site)
class TrackingAdmin(ModelAdmin):
    """No list of rows: an object without one has what the platform tracks from the beginning."""

    def get_urls(self) -> list[URLPattern]:
        return [path("", self.admin_site.admin_view(self.tracking), name="objects_tracking_changelist")]

    def tracking(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        name = request.GET.get("object", next(iter(DEFAULT_HISTORY)))
        if name not in DEFAULT_HISTORY:
            raise Http404
        chosen = {kind: request.POST.getlist(kind) for kind in ("history", "feed")}
        refused = _write(name, chosen, request) if request.method == "POST" else None
        if request.method == "POST" and refused is None:
            messages.success(request, gettext("Saved. It counts from the next change on."))
            return redirect(f"{reverse('admin:objects_tracking_changelist')}?object={name}")
        shown = chosen if refused else dict(zip(("history", "feed"), tracking_of(name), strict=True))
        context = {
            **site.each_context(request),
            "title": gettext("Field history"),
            "objects": [registry.named(each) for each in DEFAULT_HISTORY],
            "one": registry.named(name),
            "fields": _fields(registry.named(name), **shown),
            "most": MOST_TRACKED,
            "refused": refused,
        }
        request.current_app = site.name
        return TemplateResponse(request, "supervision/tracking.html", context, status=422 if refused else 200)


def _write(name: str, chosen: dict[str, list[str]], request: HttpRequest) -> Invalid | None:
    assert isinstance(request.user, User)
    try:
        operations.set_tracking(name, history=chosen["history"], feed=chosen["feed"], by=request.user)
    except Invalid as refused:
        return refused
    return None


def _fields(sobject: SObject, history: Sequence[str], feed: Sequence[str]) -> list[Field]:
    documented = [(each.name, each.declared.said) for each in trackable(sobject)]
    own = [(field.api_name, field.label) for field in catalogue.current().fields_of(sobject.name).values()]
    return [Field(name, label, name in history, name in feed) for name, label in (*documented, *own)]
