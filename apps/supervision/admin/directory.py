"""The directory: the CRM's people and records under their names."""

from typing import Any

from django.contrib import admin
from unfold.paginator import InfinitePaginator

from apps.accounts.models import User
from apps.directory import operations
from apps.directory.models import CrmRecord
from apps.supervision.admin.base import OperationAdmin
from apps.supervision.site import site


@admin.register(CrmRecord, site=site)
class CrmRecordAdmin(OperationAdmin):
    """May be long: its pages are not counted."""

    can_erase = True
    paginator = InfinitePaginator
    show_full_result_count = False
    list_display = ("name", "object_name", "record_id", "phone", "email")
    search_fields = ("name", "record_id__exact", "phone", "email")
    fields = (("object_name", "record_id"), "name", ("phone", "email"))

    def write(self, row: Any, *, by: User) -> None:
        operations.configure(row, by=by)

    def erase(self, row: Any, *, by: User) -> None:
        operations.remove(row, by=by)
