"""Texts for everybody's notes, chats and messages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.accounts.models import User
from apps.common.words import later as _
from apps.messaging.models import CannedText
from apps.messaging.operations import configure_text, remove_text
from apps.supervision.admin.base import OperationAdmin
from apps.supervision.site import site


@admin.register(CannedText, site=site)
class CannedTextAdmin(OperationAdmin):
    """Those of everybody; an agent's own are that agent's business."""

    list_display = ("name", "text", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "text")
    fields = ("name", "text", "is_active")
    can_erase = True
    helps = {
        "name": _("What agents find it by, when they type / in a text."),
        "is_active": _("Switched off, agents find it no more."),
    }

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(agent=None)

    def write(self, row: Any, *, by: User) -> None:
        configure_text(row, by=by)

    def erase(self, row: Any, *, by: User) -> None:
        remove_text(row, by=by)
