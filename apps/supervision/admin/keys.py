"""API keys: a name and a role; the secret is shown this once (cxengage 2.1)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldBooleanSwitchWidget

from apps.accounts import operations
from apps.accounts.models import ApiKey, User, UserRole
from apps.common.words import later as _
from apps.supervision.admin.base import OperationAdmin
from apps.supervision.admin.forms import SetupForm
from apps.supervision.site import site


class KeyForm(SetupForm):
    named = "name"
    role: Any = forms.ModelChoiceField(
        label=_("Role"),
        queryset=None,  # the tenant's, which is in scope only when the form is made
        widget=UnfoldAdminSelectWidget,
        help_text=_("Decides what the key may call."),
    )
    enabled = forms.BooleanField(label=_("Enabled"), required=False, initial=True, widget=UnfoldBooleanSwitchWidget)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if "role" in self.fields:  # not for those who may only look
            chosen: Any = self.fields["role"]
            chosen.queryset = UserRole.objects.all()
        if self.instance.pk:
            self.initial.update(role=self.instance.user.assigned_role, enabled=self.instance.user.is_active)

    def refused_field(self, name: str) -> str:
        return "role" if name == "assigned_role" else name


@admin.register(ApiKey, site=site)
class ApiKeyAdmin(OperationAdmin):
    form = KeyForm
    list_display = ("name", "key", "role", "enabled")
    list_select_related = ("user__assigned_role",)
    search_fields = ("name", "description")
    readonly_fields = ("key",)
    can_erase = True

    @admin.display(description=_("Key"))
    def key(self, row: ApiKey) -> str:
        return row.user.username if row.pk else "–"

    @admin.display(description=_("Role"))
    def role(self, row: ApiKey) -> str:
        return str(row.user.assigned_role or "–")

    @admin.display(description=_("Enabled"), boolean=True)
    def enabled(self, row: ApiKey) -> bool:
        return row.user.is_active

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("name", "description", "role", "enabled", *(("key",) if obj else ()))

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        said = form.cleaned_data
        request.secret = operations.configure_key(  # type: ignore[attr-defined]
            obj, role=said["role"], is_enabled=said["enabled"], by=request.user
        )

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        """On the answer itself: a message would wait for it in a cookie."""
        context = self.admin_site.each_context(request)
        context |= {"title": obj.name, "listed": "admin:accounts_apikey_changelist", "crumb": gettext("API keys")}
        context |= {"client": {"client_id": obj.user.username}, "secret": getattr(request, "secret", "")}
        return render(request, "supervision/client_secret.html", context)

    def erase(self, row: Any, *, by: User) -> None:
        operations.remove_key(row, by=by)
