"""The tenant's own settings: one row, changed and never added or deleted."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from phonenumbers import SUPPORTED_REGIONS
from unfold.widgets import UnfoldAdminSelectWidget

from apps.accounts import operations
from apps.accounts.models import User
from apps.common.words import later as _
from apps.supervision.admin.base import OperationAdmin
from apps.supervision.admin.forms import SetupForm
from apps.supervision.site import site
from apps.tenants.models import Tenant
from apps.tenants.scope import tenant


class TenantForm(SetupForm):
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=lambda: [(name, name.replace("_", " ")) for name in sorted(available_timezones())],
        widget=UnfoldAdminSelectWidget,
        help_text=_("Fixes the calendar day of figures."),
    )
    phone_region = forms.ChoiceField(
        label=_("Phone region"),
        choices=lambda: [(region, region) for region in sorted(SUPPORTED_REGIONS)],
        widget=UnfoldAdminSelectWidget,
        help_text=_("The country that numbers without a country code belong to."),
    )


@admin.register(Tenant, site=site)
class TenantAdmin(OperationAdmin):
    """`Tenant` carries no scope: it is the scope. So this screen narrows by hand."""

    form = TenantForm
    has_views = False  # one row
    fieldsets = (
        (None, {"fields": ("name", "time_zone", "phone_region")}),
        (_("Records"), {"fields": ("reference_checking", "auto_create_internal_attendee", "daily_api_requests")}),
        (_("Work"), {"fields": ("default_queue", "lost_work", "requeue_lost_after_s")}),
        (_("Agents"), {"fields": ("misses_until_not_ready", "inactivity_logout_min")}),
        (
            _("Data quality"),
            {
                "fields": (
                    *("stuck_in_flow_after_s", "stuck_in_queue_after_s", "stuck_with_agent_after_s"),
                    *("longest_life_s", "longest_written_life_s", "most_flow_steps"),
                ),
                "description": _("When work counts as stuck, and when it is ended. The worker looks once a minute."),
            },
        ),
        (_("Telephony"), {"fields": ("calls_per_second", "concurrent_calls", "transcript_lines_per_second")}),
    )
    labels = {"auto_create_internal_attendee": _("Attendee for the owner")}

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Tenant]":
        found: QuerySet[Tenant] = super().get_queryset(request)
        return found.filter(pk=tenant().pk)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("admin:tenants_tenant_change", tenant().pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def write(self, row: Tenant, *, by: User) -> None:
        operations.configure_tenant(row, by=by)
