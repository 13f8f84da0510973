"""The directory: the CRM's people and records under their names."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.common.errors import SwitchroomError
from apps.common.words import figure
from apps.common.words import later as _
from apps.directory import operations
from apps.directory.lookup import MANY, by_name, found_by, named
from apps.directory.models import CrmRecord
from apps.engagements.filters import DirectoryFilter
from apps.engagements.operations.merging_people import merge_people, named_by
from apps.supervision.admin import field_filters
from apps.supervision.admin.base import OperationAdmin
from apps.supervision.admin.forms import sentence
from apps.supervision.site import site


@admin.register(CrmRecord, site=site)
class CrmRecordAdmin(OperationAdmin):
    """May be long: its pages are not counted."""

    can_erase = True
    list_disable_select_all = True  # may be long
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_display = ("name", "object_name", "record_id", "phone", "email")
    search_fields = ("name", "record_id__exact", "phone", "email")
    search_help_text = _("Words of a name or an address as they begin, a phone number in any form, or an id")
    list_filter = (field_filters.of(DirectoryFilter),)
    list_filter_submit = True
    sortable_by = ("name",)  # an index serves it
    fields = (("object_name", "record_id"), "name", ("phone", "email"))
    change_form_outer_after_template = "supervision/_merge_people.html"

    def get_urls(self) -> list[URLPattern]:
        merge = self.admin_site.admin_view(self.merge)
        return [path("<int:pk>/merge/", merge, name="directory_crmrecord_merge"), *super().get_urls()]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        text = search_term.replace("\x00", "").strip()
        if not text:
            return queryset, False
        found = named(text, every=getattr(request, "is_taken_away", False))
        if not found.is_all:
            says = gettext("More than {most} are called so, and these are some of them. Another word narrows it down.")
            messages.info(request, says.format(most=figure(MANY)))
        is_backwards = queryset.query.order_by[:1] == ("-name",)
        return by_name(queryset.filter(found.condition), backwards=is_backwards), False

    def write(self, row: Any, *, by: User) -> None:
        operations.configure(row, by=by)

    def erase(self, row: Any, *, by: User) -> None:
        operations.remove(row, by=by)

    def merge(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Which other record is meant, then the two side by side; POST merges them into this one."""
        if not (self.has_change_permission(request) and self.has_delete_permission(request)):
            raise PermissionDenied
        assert isinstance(request.user, User)
        kept = get_object_or_404(CrmRecord.objects.all(), pk=pk)
        others = CrmRecord.objects.filter(object_name=kept.object_name).exclude(pk=pk)
        other = get_object_or_404(others, record_id=request.GET["other"]) if request.GET.get("other") else None
        if request.method == "POST" and other:
            try:
                moved = merge_people(kept, other, by=request.user)
            except SwitchroomError as refused:
                messages.error(request, sentence(str(refused)))
            else:
                messages.success(
                    request,
                    gettext("{name} is known once. {moved} records name this one instead.").format(
                        name=other.name, moved=moved
                    ),
                )
                return redirect("admin:directory_crmrecord_change", pk)
        asked = request.GET.get("q", kept.phone or kept.name).replace("\x00", "")
        context = {
            **site.each_context(request),
            "title": gettext("Merge"),
            "kept": kept,
            "other": other,
            "asked": asked,
            "found": [] if other else [row for row in found_by(asked, {kept.object_name}) if row[0] != kept.record_id],
            "named": [named_by(kept), named_by(other)] if other else [],
        }
        request.current_app = site.name
        return TemplateResponse(request, "supervision/merge_people.html", context)
