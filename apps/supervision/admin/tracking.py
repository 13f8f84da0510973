"""Which fields leave a row of history when they change, and which are told in the feed: one table for each object."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from unfold.admin import ModelAdmin

from apps.accounts.models import User
from apps.accounts.operations import hold
from apps.common.errors import Invalid
from apps.common.words import later as _
from apps.objects import catalogue, operations, registry
from apps.objects.registry import SObject
from apps.objects.tracked import Tracking
from apps.objects.tracking import MOST_TRACKED, tracking_of
from apps.objects.tracking_triggers import DEFAULT_HISTORY, trackable
from apps.supervision.admin.overtaken import SHOWN, Difference, Overtaken, sent_back
from apps.supervision.site import site

Chosen: TypeAlias = dict[str, list[str]]
_KINDS = {"history": _("In history"), "feed": _("In the feed")}


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
        chosen, refused, met = None, None, None
        if request.method == "POST":
            chosen = {kind: request.POST.getlist(kind) for kind in _KINDS}
            try:
                _write(name, chosen, request)
            except Invalid as problem:
                refused = problem
            except Overtaken as overtaken:
                met, chosen = overtaken, overtaken.typed
            else:
                messages.success(request, gettext("Saved. It counts from the next change on."))
                return redirect(f"{reverse('admin:objects_tracking_changelist')}?object={name}")
        kept = _kept(name)
        shown = chosen or kept
        context = {
            **site.each_context(request),
            "title": gettext("Field history"),
            "objects": [registry.named(each) for each in DEFAULT_HISTORY],
            "one": registry.named(name),
            "fields": _fields(registry.named(name), **shown),
            "most": MOST_TRACKED,
            "refused": refused,
            "overtaken": met,
            "shown": request.POST.get(SHOWN) if refused else json.dumps(kept),
        }
        request.current_app = site.name
        return TemplateResponse(request, "supervision/tracking.html", context, status=422 if refused else 200)


def _kept(name: str) -> Chosen:
    return {kind: list(names) for kind, names in zip(_KINDS, tracking_of(name), strict=True)}


def _write(name: str, chosen: Chosen, request: HttpRequest) -> None:
    """Raises Overtaken if somebody else has written what the page showed, with what this editor changed over that."""
    assert isinstance(request.user, User)
    held = Tracking.objects.filter(object_name=name)
    hold(*held)
    before, now = sent_back(request.POST.get(SHOWN, "")), _kept(name)
    if before is not None:
        met = Overtaken(typed={})
        for kind, label in _KINDS.items():
            was, typed, by_now = set(_names(before.get(kind))), set(chosen[kind]), set(now[kind])
            met.typed[kind] = [*(by_now - (was - typed)), *(typed - was - by_now)]
            met.found += [
                _difference(held.first(), f"{each.label}, {label}", each.name in was, is_mine=each.name in was ^ typed)
                for each in _fields(registry.named(name), [], [])
                if each.name in was ^ by_now
            ]
        if met.found:
            raise met
    operations.set_tracking(name, history=chosen["history"], feed=chosen["feed"], by=request.user)


def _names(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _difference(row: Tracking | None, label: str, was: bool, *, is_mine: bool) -> Difference:
    said = (gettext("Yes"), gettext("No"))
    return Difference(Tracking, row.pk if row else 0, "", label, *(said if was else said[::-1]), is_mine=is_mine)


def _fields(sobject: SObject, history: Sequence[str], feed: Sequence[str]) -> list[Field]:
    documented = [(each.name, each.declared.said) for each in trackable(sobject)]
    own = [(field.api_name, field.label) for field in catalogue.current().fields_of(sobject.name).values()]
    return [Field(name, label, name in history, name in feed) for name, label in (*documented, *own)]
