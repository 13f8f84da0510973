"""Bringing history in is for those who may do jobs."""

from django.contrib import admin
from django.urls import URLPattern, path

from apps.imports.models import ImportedInteraction
from apps.supervision.admin.interactions import Shown
from apps.supervision.importing import views
from apps.supervision.site import site

MAY = "imports.add_importedinteraction"


@admin.register(ImportedInteraction, site=site)
class ImportAdmin(Shown):
    def get_urls(self) -> list[URLPattern]:
        return [
            path("", self._shown(views.upload, MAY), name="imports_importedinteraction_changelist"),
            path("columns/", self._shown(views.columns, MAY), name="imports_importedinteraction_columns"),
        ]
