"""Interactions: our own list and page in place of the generic ones, under their usual names."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from unfold.admin import ModelAdmin

from apps.attendees.models import EngagementAttendee
from apps.bulk.models import BulkRow
from apps.engagements.lists import LISTS
from apps.engagements.models import ConversationEntry, EngagementInteraction
from apps.supervision.interactions import merging, said, views
from apps.supervision.interactions.editing import PARTS
from apps.supervision.quality.views import quality
from apps.supervision.records import bulk, cell
from apps.supervision.records import views as lists
from apps.supervision.site import site
from apps.topics.models import EngagementTopic
from apps.voice_calls.models import VoiceCall

EDIT = "engagements.change_engagementinteraction"


class Shown(ModelAdmin):
    """Pages of our own for who may see the records."""

    def _list_urls(self, list_name: str) -> list[URLPattern]:
        """The list with what belongs to it: columns, views, bulk actions, files, a cell to be written in."""
        given, meta = {"listed": LISTS[list_name]}, self.opts
        name, change = f"{meta.app_label}_{meta.model_name}", f"{meta.app_label}.change_{meta.model_name}"
        write = self._shown(cell.cell, change)
        return [
            path("", self._shown(lists.records), given, name=f"{name}_changelist"),
            path("columns/", self._shown(lists.columns), given, name=f"{name}_columns"),
            path("views/", self._shown(lists.views), given, name=f"{name}_views"),
            path("bulk/", self._shown(bulk.bulk, change), given, name=f"{name}_bulk"),
            path("table.<str:form>", self._shown(lists.table), given, name=f"{name}_table"),
            path("<int:pk>/cell/<str:name>/", write, given, name=f"{name}_cell"),
        ]

    def _shown(self, view: Callable[..., HttpResponseBase], may: str = "") -> Any:
        def allowed(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
            if not self.has_view_permission(request) or (may and not request.user.has_perm(may)):
                raise PermissionDenied
            return view(request, **arguments)

        return self.admin_site.admin_view(allowed)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(EngagementInteraction, site=site)
class InteractionAdmin(Shown):
    """What happens to a contact happens through its operations; what was written down of it is corrected in forms."""

    def get_urls(self) -> list[URLPattern]:
        name = "engagements_engagementinteraction"
        return [
            *self._list_urls("interactions"),
            path("<int:pk>/change/", self._shown(views.interaction), name=f"{name}_change"),
            path("<int:pk>/edit/", self._shown(views.edit, EDIT), name=f"{name}_edit"),
            path("<int:pk>/table.<str:form>", self._shown(views.table), name=f"{name}_one_table"),
            path("<int:pk>/transcript.<str:form>", self._shown(views.transcript), name=f"{name}_transcript"),
            path("<int:pk>/quality/", self._shown(quality), name=f"{name}_quality"),
            path("<int:pk>/merge/", self._shown(merging.merging, EDIT), name=f"{name}_merge"),
            path("lookup/<str:name>/", self._shown(views.lookup), name=f"{name}_lookup"),
            *self._urls_of_parts(name),
        ]

    def _urls_of_parts(self, name: str) -> Iterator[URLPattern]:
        for kind, editor in PARTS.items():
            may, given = f"{editor.model._meta.app_label}.change_{editor.model._meta.model_name}", {"kind": kind}
            edit, remove = self._shown(views.edit_part, may), self._shown(views.remove_part, may)
            yield path(f"<int:pk>/{kind}/add/", edit, given, name=f"{name}_add_{kind}")
            yield path(f"<int:pk>/{kind}/<int:key>/", edit, given, name=f"{name}_edit_{kind}")
            yield path(f"<int:pk>/{kind}/<int:key>/remove/", remove, given, name=f"{name}_remove_{kind}")


@admin.register(EngagementAttendee, site=site)
class AttendeeAdmin(Shown):
    def get_urls(self) -> list[URLPattern]:
        return self._list_urls("attendees")


@admin.register(EngagementTopic, site=site)
class TopicAdmin(Shown):
    def get_urls(self) -> list[URLPattern]:
        return self._list_urls("topics")


@admin.register(VoiceCall, site=site)
class CallAdmin(Shown):
    def get_urls(self) -> list[URLPattern]:
        edit = self._shown(views.edit_call, "voice_calls.change_voicecall")
        return [*self._list_urls("calls"), path("<int:pk>/change/", edit, name="voice_calls_voicecall_change")]


@admin.register(BulkRow, site=site)
class BulkAdmin(Shown):
    """What bulk actions did: to whoever began them."""

    def get_urls(self) -> list[URLPattern]:
        guard: Any = self.admin_site.admin_view
        return [
            path("<uuid:key>/", guard(bulk.progress), name="bulk_bulkrow_progress"),
            path("<uuid:key>/undo/", guard(bulk.take_back), name="bulk_bulkrow_undo"),
            path("<uuid:key>/report.<str:form>", guard(bulk.report), name="bulk_bulkrow_report"),
        ]


@admin.register(ConversationEntry, site=site)
class TranscriptAdmin(Shown):
    """Lines of transcripts are found by what was said; each stands on its contact's page."""

    def get_urls(self) -> list[URLPattern]:
        found = path("", self._shown(said.transcripts), name="engagements_conversationentry_changelist")
        return [found, *said.LIST.urls(self._shown)]
