"""Roles: what each allows, in words, and who has it."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from apps.accounts import operations
from apps.accounts.models import BuiltIn, User, UserRole
from apps.accounts.permission_texts import TEXTS, Group
from apps.accounts.roles import Role
from apps.common.words import later as _
from apps.supervision.admin.base import OperationAdmin
from apps.supervision.admin.forms import SetupForm
from apps.supervision.site import site
from apps.tenants.scope import tenant

_NAMED = 50  # people listed by name; the rest are counted


class _Permissions(forms.MultipleChoiceField):
    """The permissions under one heading, each with what it opens."""

    def __init__(self, group: Group) -> None:
        self.offered = [name.value for name in TEXTS[group]]
        choices = [
            (name.value, format_html("{}<br><small>{} <code>{}</code></small>", label, says, name.value))
            for name, (label, says) in TEXTS[group].items()
        ]
        super().__init__(
            label=group.label, choices=choices, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
        )


class RoleForm(SetupForm):
    named = "name"
    records = _Permissions(Group.RECORDS)
    live = _Permissions(Group.LIVE)
    people_and_skills = _Permissions(Group.PEOPLE)
    routing = _Permissions(Group.ROUTING)
    outcomes = _Permissions(Group.OUTCOMES)
    system = _Permissions(Group.SYSTEM)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        allowed = self.instance.allows if self.instance.pk else frozenset()
        for name, field in self._groups():
            self.initial[name] = [value for value in field.offered if value in allowed]
        if "reach" in self.fields:
            self.fields["reach"].required = False  # what is not said stays
        kind: Any = self.fields.get("kind")
        if kind:
            kind.choices = [each for each in Role.choices if each[0] != Role.ADMIN]

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] | None = super().clean()
        groups = [name for name, _ in self._groups()]
        if set(groups) & set(self.changed_data) or not self.instance.pk:
            self.instance.permissions = [value for name in groups for value in self.cleaned_data.get(name, ())]
        return cleaned

    def refused_field(self, name: str) -> str:
        return "records" if name == "permissions" else name

    def _groups(self) -> Iterator[tuple[str, _Permissions]]:
        return ((name, field) for name, field in self.fields.items() if isinstance(field, _Permissions))


@admin.register(UserRole, site=site)
class UserRoleAdmin(OperationAdmin):
    form = RoleForm
    list_display = ("name", "kind", "allows_count", "people_count", "is_active")
    search_fields = ("name", "description")
    can_erase = shows_uses = True

    @admin.display(description=_("Allows"))
    def allows_count(self, role: UserRole) -> str:
        return (
            gettext("everything")
            if role.built_in == BuiltIn.ADMIN
            else gettext("{number} permissions").format(number=len(role.allows))
        )

    @admin.display(description=_("People"), ordering="people")
    def people_count(self, role: Any) -> int:
        return int(role.people)

    @admin.display(description=_("Allows"))
    def allowed(self, role: UserRole) -> SafeString:
        held = role.allows
        told = [(label, says) for texts in TEXTS.values() for name, (label, says) in texts.items() if name in held]
        return format_html_join("", "{}<br><small>{}</small><br>", told)

    @admin.display(description=_("Who has it"))
    def people(self, role: UserRole) -> SafeString:
        found = operations.holders(role).order_by("first_name", "last_name")
        named = [(reverse("admin:accounts_user_change", args=[user.pk]), user.name) for user in found[:_NAMED]]
        more = found.count() - len(named)
        links = format_html_join(", ", '<a href="{}">{}</a>', named) or gettext("Nobody")
        return format_html("{}{}", links, gettext(" and {more} others").format(more=more) if more > 0 else "")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[UserRole]":
        found: QuerySet[UserRole] = super().get_queryset(request)
        has_it = Q(assigned_role=OuterRef("pk")) | Q(assigned_role=None, role=OuterRef("built_in"))  # as `holders`
        people = User.objects.filter(has_it, tenant=tenant()).order_by().values("tenant").annotate(n=Count("pk"))
        return found.annotate(people=Coalesce(Subquery(people.values("n")), 0))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if not self.has_change_permission(request, obj):
            return ("name", "description", "kind", "reach", "needs_second_factor", "is_active", "people", "allowed")
        groups = ("records", "live", "people_and_skills", "routing", "outcomes", "system")
        return (
            "name",
            "description",
            "kind",
            "reach",
            "needs_second_factor",
            "is_active",
            *(("people",) if obj else ()),
            *groups,
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        built_in = ("name", "kind", "is_active") if obj and obj.built_in else ()
        return ("people", "allowed", *built_in)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        fixed = obj is not None and obj.built_in == BuiltIn.ADMIN  # always allows everything
        return not fixed and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or obj.built_in is None) and super().has_delete_permission(request, obj)

    def write(self, row: Any, *, by: User) -> None:
        operations.configure_role(row, by=by)

    def erase(self, row: Any, *, by: User) -> None:
        operations.remove_role(row, by=by)
