"""Who asked to be called back, when, and how far that is."""

import re
from typing import Any, cast

from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.common.errors import SwitchroomError
from apps.common.words import later as _
from apps.directory.phone import written_forms
from apps.engagements.filters import CallbackFilter
from apps.engagements.visibility import visible
from apps.objects import catalogue, registry
from apps.supervision.admin import field_filters
from apps.supervision.admin.base import OperationAdmin
from apps.supervision.admin.forms import sentence
from apps.supervision.site import site
from apps.tenants.scope import tenant
from apps.voice_calls.models import ContactRequest
from apps.voice_calls.operations import callbacks


class StatusFilter(admin.SimpleListFilter):
    """Out of the picklist, so that nothing is gone through for it."""

    title, parameter_name = "status", "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        known = catalogue.current().picklist("ContactRequest", "Status").values()
        return [(row.value, row.said) for row in known]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(status=self.value()) if self.value() else queryset


@admin.register(ContactRequest, site=site)
class CallbackAdmin(OperationAdmin):
    """Asked for by callers through their telephone system, or written down by a client.

    Another time may be set while nobody is calling.
    """

    list_display = ("name", "preferred_phone", "status", "created_date", "due_at", "where", "work")
    sortable_by = ("due_at",)  # an index serves it
    list_disable_select_all = True  # may be long
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_filter = (StatusFilter, field_filters.of(CallbackFilter))
    list_filter_submit = True
    list_select_related = ("callback__handler__user",)
    search_fields = ("name", "preferred_phone")
    search_help_text = _("A phone number in any form, or the number of the request")
    ordering = ("-id",)
    fields = ("name", "preferred_phone", "status", "due_at", "where", "work")
    readonly_fields = ("name", "preferred_phone", "status", "where", "work")
    actions = ("call_off",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def write(self, row: Any, *, by: User) -> None:
        callbacks.reschedule(row, row.due_at, by=by)

    def get_queryset(self, request: HttpRequest) -> Any:
        seen = visible(registry.of(ContactRequest), cast(User, request.user))
        return seen.order_by(*self.ordering).prefetch_related("callback__queue_entries__queue")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        text = search_term.replace("\x00", "").strip()
        if not text:
            return queryset, False
        if number := re.fullmatch(r"CR-?(\d{1,18})", text, re.IGNORECASE | re.ASCII):
            return queryset.filter(pk=int(number[1])), False
        return queryset.filter(preferred_phone__in=written_forms(text, tenant().phone_region)), False

    @admin.display(description=_("Where"))
    def where(self, request: ContactRequest) -> str:
        if request.callback is None:
            talks = request.voice_call_id and request.status == callbacks.NEW
            return gettext("The caller is still on the line") if talks else "–"
        if request.callback.handler:
            return gettext("With {handler}").format(handler=request.callback.handler)
        entry = next((each for each in request.callback.queue_entries.all() if each.left_at is None), None)
        if entry is None or entry.queue is None:
            return request.callback.get_stage_display()
        says = gettext("Waits in {queue}") if entry.is_routable else gettext("Not yet due in {queue}")
        return says.format(queue=entry.queue)

    @admin.display(description=_("Call"))
    def work(self, request: ContactRequest) -> str:
        if request.callback is None:
            return "–"
        address = reverse("admin:engagements_engagementinteraction_change", args=[request.callback_id])
        return format_html('<a href="{}">{}</a>', address, request.callback.name)

    @admin.action(description=_("Call off: the customer is not called"))
    def call_off(self, request: HttpRequest, chosen: Any) -> None:
        assert isinstance(request.user, User)
        for each in chosen:
            try:
                callbacks.call_off(each, by=request.user)
            except SwitchroomError as refused:
                messages.error(request, f"{each.name}: {sentence(str(refused))}")
