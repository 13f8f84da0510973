"""Who did what, when, to which object."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path
from unfold.admin import ModelAdmin

from apps.audit.models import AuditEntry
from apps.supervision.audit import views
from apps.supervision.site import site


@admin.register(AuditEntry, site=site)
class AuditAdmin(ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        guard: Any = self.admin_site.admin_view
        return [
            path("", guard(views.entries), name="audit_auditentry_changelist"),
            *views.LOG.urls(guard),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
