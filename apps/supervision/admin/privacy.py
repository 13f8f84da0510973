"""How long personal data is kept, what is kept in any case, and requests of persons."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.accounts.models import User
from apps.common.display import stamp
from apps.common.words import later as _
from apps.engagements.models import EngagementInteraction
from apps.privacy import operations
from apps.privacy.models import LegalHold, PersonRequest, RetentionRule
from apps.supervision.admin.base import OperationAdmin
from apps.supervision.admin.forms import SetupForm
from apps.supervision.admin.interactions import Shown
from apps.supervision.privacy import views
from apps.supervision.site import site


@admin.register(RetentionRule, site=site)
class RetentionRuleAdmin(OperationAdmin):
    can_erase = True
    list_display = ("what", "days", "channel", "queue", "is_active", "last_walk")
    list_select_related = ("queue",)
    list_filter = ("is_active", "what")
    list_before_template = "supervision/privacy/rules.html"
    fields = ("what", "days", ("channel", "queue"), "is_active")

    def get_urls(self) -> list[URLPattern]:
        guard: Any = self.admin_site.admin_view
        return [path("preview/", guard(views.rules), name="privacy_retentionrule_preview"), *super().get_urls()]

    def write(self, row: Any, *, by: User) -> None:
        operations.configure(row, by=by)

    def erase(self, row: Any, *, by: User) -> None:
        operations.remove(row, by=by)

    @admin.display(description=_("Last walk"))
    def last_walk(self, rule: RetentionRule) -> str:
        if not rule.is_active:
            return "–"
        return f"{rule.walked_on:%Y-%m-%d}" if rule.walked_on and not rule.reached else gettext("under way")


class HoldForm(SetupForm):
    contact = forms.CharField(
        label=_("Contact"),
        max_length=30,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Its number, such as EI-000000042. It may lie in the recycle bin."),
    )

    class Meta:
        model = LegalHold
        fields = ("reason",)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.instance.pk and "contact" in self.fields:
            self.fields["contact"].initial = self.instance.interaction.name
            self.fields["contact"].disabled = True

    def clean_contact(self) -> str:
        number = str(self.cleaned_data["contact"]).strip().upper()
        found = EngagementInteraction.with_deleted.filter(name=number).first() if "\x00" not in number else None
        if found is None:
            raise ValidationError(gettext("There is no such contact."))
        self.instance.interaction = found
        return number


@admin.register(LegalHold, site=site)
class LegalHoldAdmin(OperationAdmin):
    form = HoldForm
    can_erase = True
    list_display = ("interaction", "reason", "who", "since")
    list_select_related = ("interaction", "by")
    list_before_template = "supervision/privacy/holds.html"
    search_fields = ("interaction__name", "reason")
    fields = ("contact", "reason")

    def write(self, row: Any, *, by: User) -> None:
        operations.hold(row, by=by)

    def erase(self, row: Any, *, by: User) -> None:
        operations.remove(row, by=by)

    @admin.display(description=_("By"))
    def who(self, held: LegalHold) -> str:
        return str(held.by.name)

    @admin.display(description=_("Since"))
    def since(self, held: LegalHold) -> str:
        return stamp(held.at)


@admin.register(PersonRequest, site=site)
class PersonRequestAdmin(Shown):
    def get_urls(self) -> list[URLPattern]:
        return [path("", self._shown(views.requests), name="privacy_personrequest_changelist")]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("privacy.change_personrequest"))
