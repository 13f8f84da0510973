"""Interactions: our own list and page in place of the generic ones, under their usual names."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from unfold.admin import ModelAdmin

from apps.engagements.models import ConversationEntry, EngagementInteraction
from apps.supervision.interactions import views
from apps.supervision.interactions.editing import PARTS
from apps.supervision.quality.views import quality
from apps.supervision.site import site

EDIT = "engagements.change_engagementinteraction"


class Shown(ModelAdmin):
    """Pages of our own for who may see the records."""

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
            path("", self._shown(views.interactions), name=f"{name}_changelist"),
            path("<int:pk>/change/", self._shown(views.interaction), name=f"{name}_change"),
            path("<int:pk>/edit/", self._shown(views.edit, EDIT), name=f"{name}_edit"),
            path("table.<str:form>", self._shown(views.table), name=f"{name}_table"),
            path("<int:pk>/table.<str:form>", self._shown(views.table), name=f"{name}_one_table"),
            path("<int:pk>/transcript.<str:form>", self._shown(views.transcript), name=f"{name}_transcript"),
            path("<int:pk>/quality/", self._shown(quality), name=f"{name}_quality"),
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


@admin.register(ConversationEntry, site=site)
class TranscriptAdmin(Shown):
    """Lines of transcripts are found by what was said; each stands on its contact's page."""

    def get_urls(self) -> list[URLPattern]:
        return [path("", self._shown(views.transcripts), name="engagements_conversationentry_changelist")]
