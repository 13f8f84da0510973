"""Setup screens: unfold's forms and lists, which write through operations and never save a model themselves."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import BaseModelForm
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin, TabularInline

from apps.accounts import operations
from apps.accounts.models import User
from apps.common.errors import SwitchroomError
from apps.exports.sources import Table, register
from apps.supervision.admin import overtaken
from apps.supervision.admin.forms import SetupForm, sentence
from apps.supervision.admin.listed import listed
from apps.supervision.admin.overtaken import Overtaken
from apps.supervision.admin.rows import PAGE, Named, SetupRows
from apps.supervision.admin.viewed import Viewed
from apps.supervision.exporting import EXPORT_FORMS, export
from apps.supervision.setup import using
from apps.supervision.setup.about import ABOUT, About
from apps.supervision.setup.log import changes_of
from apps.supervision.setup.using import Used
from apps.tenants.scope import tenant

_CITED = re.compile(r" \([A-Z]-\d+\)")  # the item of a contract: for who reads the code, not the screen


class _Scoped:
    """Choices of people are those of the tenant. Users carry no scope of their own: signing in names no tenant."""

    labels: Mapping[str, str] = {}  # where the column's own name would be no word for a screen
    helps: Mapping[str, str] = {}  # where the column's own help says nothing to who sets it up

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if isinstance(db_field, models.URLField):
            options["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **options)  # type: ignore[misc]
        if field is not None:
            label = self.labels.get(db_field.name, str(field.label))
            field.label = label.removeprefix("Is ").capitalize() if label.startswith("Is ") else label
            field.help_text = self.helps.get(db_field.name) or _CITED.sub("", str(field.help_text))
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.related_model is User and "queryset" not in options:
            options["queryset"] = User.objects.filter(tenant=tenant()).order_by("first_name", "last_name", "username")
        field = super().formfield_for_foreignkey(db_field, request, **options)  # type: ignore[misc]
        if field is not None and db_field.related_model is User:
            field.label_from_instance = lambda user: user.name
        return field


class SetupInline(_Scoped, TabularInline):
    """Rows below another; their screen's `write` and `erase` get them."""

    form = SetupForm
    formset = SetupRows
    extra = 0
    hide_title = True
    per_page = PAGE
    template_before = "supervision/setup/_find.html"
    find: Sequence[str] = ()  # columns that name a row, where there may be many

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        most = 2 * self.per_page  # in one request, or a forged number of them would keep the server busy
        made: Any = super().get_formset(request, obj, max_num=most, absolute_max=most, **options)
        made.find = self.find
        return made

    def get_queryset(self, request: HttpRequest) -> Any:
        found = super().get_queryset(request)
        return found if found.ordered else found.order_by("pk")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name in self.autocomplete_fields:
            options["widget"] = Named(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **options)


class OperationAdmin(_Scoped, Viewed, ModelAdmin):
    """One kind of set-up object. A screen says by which operation its rows are written.

    An operation that refuses leaves everything as it was, and the form says why.
    """

    form = SetupForm
    can_erase = False  # what is in use is switched off instead: records go on pointing to it
    shows_uses = False  # whether anything goes by such rows
    list_per_page = 50
    list_filter_submit = False
    warn_unsaved_form = True
    compressed_fields = True
    list_after_template = "supervision/_exports.html"
    change_list_template = "supervision/setup/list.html"
    change_form_template = "supervision/setup/form.html"
    export_forms = EXPORT_FORMS

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        register(self._source, self.export_table)

    @property
    def _source(self) -> str:
        return f"admin:{self.opts.label_lower}"

    @property
    def export_url(self) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_export"

    def get_urls(self) -> list[URLPattern]:
        name = self.export_url.removeprefix("admin:")
        guard: Any = self.admin_site.admin_view
        return [
            path("export.<str:form>", guard(self.export_view), name=name),
            path("<path:object_id>/uses/", guard(self.uses_view), name=name.removesuffix("export") + "uses"),
            *super().get_urls(),
        ]

    @property
    def about(self) -> About | None:
        """What the screen sets up, and what that does in each dialect."""
        return ABOUT.get(self.opts.label_lower)

    @property
    def uses_url(self) -> str:
        return self.export_url.removesuffix("export") + "uses" if self.shows_uses else ""

    def uses_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Where the row is used."""
        row = self._row(request, object_id)
        if not (self.shows_uses and self.has_view_permission(request, row)):
            raise PermissionDenied
        return self._uses(request, row, is_deleting=False)

    def further_uses(self, row: Any) -> list[Used]:
        """Uses that no foreign key tells of."""
        return []

    def _uses(self, request: HttpRequest, row: Any, *, is_deleting: bool) -> HttpResponse:
        by = _by(request)
        used = [*using.used(row, by), *self.further_uses(row)] if self.shows_uses else []
        may_change = self.has_change_permission(request, row)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": row,
            "title": str(row),
            "used": used,
            "shows_uses": self.shows_uses,
            "going_with": using.going_with(row, by),
            "is_deleting": is_deleting,
            "can_delete": self.has_delete_permission(request, row),
            "can_switch_off": may_change and getattr(row, "is_active", False) and not getattr(row, "built_in", None),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "supervision/setup/uses.html", context)

    def _row(self, request: HttpRequest, object_id: str) -> Any:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        return row

    def switch_off(self, row: Any, *, by: User) -> None:
        row.is_active = False
        self.write(row, by=by)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Who changed it, what belongs to it, and from what to what."""
        row = self._row(request, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": row,
            "title": str(row),
            "lines": changes_of(row),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "supervision/setup/log.html", context)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """The operation knows what goes with it, and what stands against it."""
        return [], {}, set(), []

    def get_actions(self, request: HttpRequest) -> Any:
        """What others go by is deleted one by one, after a look at them."""
        found = super().get_actions(request)
        if self.shows_uses:
            found.pop("delete_selected", None)
        return found

    def export_view(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """What the list finds, as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return export(request, self._source, self.export_table(request.GET, _by(request)), form)

    def export_table(self, asked: QueryDict, by: User) -> Table:
        """What the list shows `by` with these filters; raises Forbidden to whom it shows nothing."""
        return listed(self, asked, by)

    def write(self, row: Any, *, by: User) -> None:
        """Call the operation that writes this row, of the screen itself or of one of its inlines."""
        raise NotImplementedError

    def erase(self, row: Any, *, by: User) -> None:
        raise NotImplementedError

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """What a form is about to write over is held first, so that nothing moves between the look and the writing."""
        found = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST":
            return found
        operations.hold(found)
        return super().get_object(request, object_id, from_field)

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        formsets, inlines = super()._create_formsets(request, obj, change)
        request.formsets = formsets  # type: ignore[attr-defined]
        if met := getattr(request, "overtaken", None):
            overtaken.put_back(formsets, met.rows)
        return formsets, inlines

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """Raises Overtaken if somebody else has written what the form showed, or a row below it."""
        sent = request.POST.get(overtaken.SHOWN, "")
        overtaken.check(form, getattr(request, "formsets", ()), sent)
        return super().save_form(request, form, change)

    def render_change_form(self, request: HttpRequest, context: Any, *arguments: Any, **options: Any) -> Any:
        """The page carries along what it shows; after a refusal, what it showed at first."""
        form = context["adminform"].form
        if context.get("original") and self.has_change_permission(request, context["original"]):
            sent = request.POST.get(overtaken.SHOWN) if request.method == "POST" else None
            context["shown"] = sent or overtaken.shown(form, request.formsets)  # type: ignore[attr-defined]
        context["overtaken"] = getattr(request, "overtaken", None)
        return super().render_change_form(request, context, *arguments, **options)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.write(obj, by=_by(request))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        rows = formset.save(commit=False)
        for row in formset.deleted_objects:
            self.erase(row, by=_by(request))
        for row in rows:
            self.write(row, by=_by(request))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.erase(obj, by=_by(request))

    def delete_queryset(self, request: HttpRequest, queryset: "models.QuerySet[Any]") -> None:
        for row in queryset:
            self.erase(row, by=_by(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.can_erase and bool(super().has_delete_permission(request, obj))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form: type[BaseModelForm[Any]] = super().get_form(request, obj, change, **options)
        met = getattr(request, "overtaken", None)
        own = {"refused": getattr(request, "refused", None), "typed": met.typed if met else {}}
        made: Any = type(form.__name__, (form,), own)
        for name in set(made.base_fields) - set(self.shown(request, obj) or made.base_fields):
            del made.base_fields[name]
        return made

    def shown(self, request: HttpRequest, obj: Any) -> Collection[str]:
        """The fields of the form, of those that it declares for all occasions; empty: all."""
        return ()

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Once more after a refusal, with what was typed and why it was refused; nothing of it has been written."""
        try:
            return self._changed(request, object_id, form_url, extra_context)
        except Overtaken as met:
            request.overtaken, request.method = met, "GET"  # type: ignore[attr-defined]
            return self._changed(request, object_id, form_url, extra_context)
        except SwitchroomError as refused:
            request.refused = refused  # type: ignore[attr-defined]
            return self._changed(request, object_id, form_url, extra_context)

    def _changed(self, *arguments: Any) -> HttpResponse:
        answer: HttpResponse = super().changeform_view(*arguments)
        return answer

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """What would break, before anything does."""
        row = self._row(request, object_id)
        if request.method == "POST" and "switch_off" in request.POST and self.has_change_permission(request, row):
            return self._switched_off(request, row)
        if not self.has_delete_permission(request, row):
            raise PermissionDenied
        if "post" not in request.POST:
            return self._uses(request, row, is_deleting=True)
        try:
            answer: HttpResponse = super().delete_view(request, object_id, extra_context)
        except SwitchroomError as refused:
            messages.error(request, sentence(str(refused)))
            return self.response_post_save_change(request, None)  # type: ignore[no-any-return]
        return answer

    def _switched_off(self, request: HttpRequest, row: Any) -> HttpResponse:
        try:
            self.switch_off(row, by=_by(request))
            messages.success(request, _("%(name)s is switched off.") % {"name": row})
        except SwitchroomError as refused:
            messages.error(request, sentence(str(refused)))
        return self.response_post_save_change(request, row)  # type: ignore[no-any-return]

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """Another tenant's row is absent, like one that never was (M-25)."""
        raise Http404


def _by(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
