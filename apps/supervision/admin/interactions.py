"""Interactions: our own list and page in place of the generic ones, under their usual names."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from unfold.admin import ModelAdmin

from apps.engagements.models import EngagementInteraction
from apps.supervision.interactions import views
from apps.supervision.site import site


@admin.register(EngagementInteraction, site=site)
class InteractionAdmin(ModelAdmin):
    """Nothing is added, changed or deleted here: what happens to a contact happens through its operations."""

    def get_urls(self) -> list[URLPattern]:
        name = "engagements_engagementinteraction"
        return [
            path("", self._shown(views.interactions), name=f"{name}_changelist"),
            path("<int:pk>/change/", self._shown(views.interaction), name=f"{name}_change"),
        ]

    def _shown(self, view: Callable[..., HttpResponse]) -> Any:
        def allowed(request: HttpRequest, **arguments: Any) -> HttpResponse:
            if not self.has_view_permission(request):
                raise PermissionDenied
            return view(request, **arguments)

        return self.admin_site.admin_view(allowed)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
