"""Record types of the objects whose records carry one."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget

from apps.accounts.models import User
from apps.common.words import later as _
from apps.objects import operations
from apps.objects.models import RecordType
from apps.objects.operations.record_types import carriers
from apps.supervision.admin.base import OperationAdmin
from apps.supervision.admin.forms import SetupForm
from apps.supervision.site import site


class RecordTypeForm(SetupForm):
    named = "developer_name"
    object_name = forms.ChoiceField(
        label=_("Object"),
        choices=lambda: [(declared.name, declared.said) for declared in carriers()],
        widget=UnfoldAdminSelectWidget,
    )


@admin.register(RecordType, site=site)
class RecordTypeAdmin(OperationAdmin):
    form = RecordTypeForm
    can_erase = shows_uses = True
    list_display = ("name", "developer_name", "object_name", "is_active", "is_default")
    list_filter = ("object_name", "is_active")
    search_fields = ("name", "developer_name")
    prepopulated_fields = {"developer_name": ("name",)}
    fields = ("object_name", "name", "developer_name", "is_active", "is_default")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("object_name",) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def save_model(self, request: HttpRequest, obj: RecordType, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        if change:
            was = RecordType.objects.get(pk=obj.pk)
            if was.developer_name != obj.developer_name:
                operations.rename_record_type(was, obj.developer_name, by=request.user)
        self.write(obj, by=request.user)

    def write(self, row: Any, *, by: User) -> None:
        values = {"name": row.name, "is_active": row.is_active, "is_default": row.is_default}
        row.pk = operations.define_record_type(row.object_name, row.developer_name, by=by, **values).pk

    def erase(self, row: Any, *, by: User) -> None:
        operations.delete_record_type(row, by=by)
