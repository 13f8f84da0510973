"""Background jobs: everybody who comes in sees the own ones, administrators all (`jobs.operations.visible_to`)."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path
from unfold.admin import ModelAdmin

from apps.jobs.models import Job
from apps.supervision.background import views
from apps.supervision.background.listing import LIST
from apps.supervision.site import site


@admin.register(Job, site=site)
class JobAdmin(ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        guard: Any = self.admin_site.admin_view
        return [
            path("", guard(views.jobs), name="jobs_job_changelist"),
            *LIST.urls(guard),
            path("<uuid:key>/stop/", guard(views.stop), name="jobs_job_stop"),
            path("<uuid:key>/file/", guard(views.download), name="jobs_job_file"),
        ]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
