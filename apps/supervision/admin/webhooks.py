"""Webhooks and the log of what they were sent; events are sent again, or skipped, here."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from apps.accounts.models import User
from apps.common import clock
from apps.common.display import stamp
from apps.common.errors import SwitchroomError
from apps.common.words import later as _
from apps.supervision.admin.base import OperationAdmin, SetupInline
from apps.supervision.admin.between import BetweenFilter
from apps.supervision.admin.forms import SetupForm, sentence
from apps.supervision.site import site
from apps.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, event_choices
from apps.webhooks.operations import setup

_SHOWN = 10  # characters of a secret that tell it apart: four, after `whsec_`


class WebhookForm(SetupForm):
    named = "name"
    event_names = forms.MultipleChoiceField(
        label=_("Events"),
        choices=event_choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("None chosen: all of them."),
    )


@admin.register(WebhookEndpoint, site=site)
class WebhookEndpointAdmin(OperationAdmin):
    form = WebhookForm
    can_erase = True
    list_display = ("name", "url", "told_of", "standing", "is_active")
    list_select_related = ("created_by",)
    list_filter = ("is_active",)
    search_fields = ("name", "url")
    ordering = ("name",)
    readonly_fields = ("told_of", "standing", "signing_secret")
    fields = (("name", "is_active"), "url", "told_of", "standing", "signing_secret", "event_names")
    actions = ("renew_secret",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return _within(super().get_queryset(request), _by(request), "created_by")

    @admin.display(description=_("Told of"))
    def told_of(self, endpoint: WebhookEndpoint) -> str:
        owner = endpoint.created_by
        if endpoint.pk is None:
            return gettext("What you may see.")
        if owner is None:
            return gettext("Nothing: nobody owns it.")
        return (
            gettext("Everything") if owner.sees_everything else gettext("What %(name)s may see") % {"name": owner.name}
        )

    def write(self, row: Any, *, by: User) -> None:
        setup.configure(row, by=by)

    def erase(self, row: Any, *, by: User) -> None:
        setup.remove(row, by=by)

    @admin.display(description=_("How it goes"))
    def standing(self, endpoint: WebhookEndpoint) -> str:
        if endpoint.pk is None:
            return "–"
        if not endpoint.is_active:
            return endpoint.switched_off_because or gettext("Switched off.")
        if endpoint.failing_since is None:
            return gettext("Delivers.")
        again = (
            gettext(", next attempt {stamp}").format(stamp=stamp(endpoint.next_attempt_at))
            if endpoint.next_attempt_at
            else ""
        )
        return gettext("Fails since {stamp}, {failures} times in a row{again}.").format(
            stamp=stamp(endpoint.failing_since), failures=endpoint.failures, again=again
        )

    @admin.display(description=_("Signing secret"))
    def signing_secret(self, endpoint: WebhookEndpoint) -> str:
        if endpoint.pk is None:
            return gettext("Is made when the webhook is saved.")
        begins = f"{endpoint.secret[:_SHOWN]}…"
        until = endpoint.former_secret_until
        if until is None or until <= clock.now():
            return begins
        return gettext("{begins}; until {stamp} the former one signs, too").format(begins=begins, stamp=stamp(until))

    @admin.action(description=_("Give a new secret (both sign for 24 hours)"), permissions=["change"])
    def renew_secret(self, request: HttpRequest, queryset: "QuerySet[WebhookEndpoint]") -> HttpResponse:
        secrets = [(endpoint.name, setup.renew_secret(endpoint, by=_by(request))) for endpoint in queryset]
        return self._show(request, secrets)

    def response_add(
        self, request: HttpRequest, obj: WebhookEndpoint, post_url_continue: str | None = None
    ) -> HttpResponse:
        """On the answer itself: a message would wait for it in a cookie."""
        return self._show(request, [(obj.name, obj.secret)])

    def _show(self, request: HttpRequest, secrets: Sequence[tuple[str, str]]) -> HttpResponse:
        context = self.admin_site.each_context(request) | {"title": gettext("Signing secret"), "secrets": secrets}
        answer = render(request, "supervision/webhook_secrets.html", context)
        answer["Cache-Control"] = "no-store"
        return answer


class AttemptInline(SetupInline):
    model = WebhookAttempt
    verbose_name_plural = _("attempts")
    fields = readonly_fields = ("when", "status", "duration_ms", "excerpt", "by_hand")
    ordering = ("-at", "-id")
    can_delete = False

    @admin.display(description=_("At"))
    def when(self, attempt: WebhookAttempt) -> str:
        return stamp(attempt.at)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EventFilter(admin.SimpleListFilter):
    """By the event's name, out of all that there are: what was delivered is not gone through for it."""

    title, parameter_name = "event name", "event_name"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return event_choices()

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        return queryset.filter(event_name=self.value()) if self.value() else queryset


@admin.register(WebhookDelivery, site=site)
class WebhookDeliveryAdmin(OperationAdmin):
    """Shown, never written by hand."""

    list_display = ("event_name", "happened", "endpoint", "state", "tries", "answer", "last_attempt")
    list_filter = ("state", ("last_attempt_at", BetweenFilter), "endpoint", EventFilter)
    list_filter_submit = True
    list_select_related = ("endpoint",)
    search_fields = ("interaction_id",)
    search_help_text = _("The number of a contact")
    sortable_by = ("last_attempt",)  # an index serves it
    ordering = ("-last_attempt_at", "-id")
    readonly_fields = fields = (
        *("event_name", "endpoint", "state", "tries"),
        *("message_id", "interaction_id", "happened", "last_attempt"),
    )
    inlines = (AttemptInline,)

    @admin.display(description=_("Message id"))
    def message_id(self, delivery: WebhookDelivery) -> str:
        return delivery.message_id

    actions = ("send_again", "skip")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        last = WebhookAttempt.objects.filter(delivery=OuterRef("pk")).order_by("-id")
        found = _within(super().get_queryset(request), _by(request), "endpoint__created_by")
        return found.annotate(last_status=Subquery(last.values("status")[:1]))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if not (text := search_term.strip()):
            return queryset, False
        number = re.fullmatch(r"(?:EI-?)?(\d{1,18})", text, re.IGNORECASE | re.ASCII)
        return queryset.filter(interaction_id=int(number[1])) if number else queryset.none(), False

    @admin.display(description=_("Happened"), ordering="event_at")
    def happened(self, delivery: WebhookDelivery) -> str:
        return stamp(delivery.event_at)

    @admin.display(description=_("Answer"))
    def answer(self, delivery: Any) -> str:
        return str(delivery.last_status or "none")

    @admin.display(description=_("Last attempt"), ordering="last_attempt_at")
    def last_attempt(self, delivery: WebhookDelivery) -> str:
        return stamp(delivery.last_attempt_at)

    @admin.action(description=_("Send again"), permissions=["change"])
    def send_again(self, request: HttpRequest, queryset: "QuerySet[WebhookDelivery]") -> None:
        try:
            count = setup.send_again(queryset, by=_by(request))
        except SwitchroomError as refused:
            messages.error(request, sentence(str(refused)))
        else:
            self._tell(request, count, gettext("sent again"))

    @admin.action(description=_("Give up, so that the next ones go"), permissions=["change"])
    def skip(self, request: HttpRequest, queryset: "QuerySet[WebhookDelivery]") -> None:
        count = 0
        for delivery in queryset:
            try:
                setup.skip(delivery, by=_by(request))
                count += 1
            except SwitchroomError as refused:
                messages.error(request, sentence(str(refused)))
        if count:
            self._tell(request, count, gettext("given up"))

    def _tell(self, request: HttpRequest, count: int, done: str) -> None:
        says = ngettext("{count} is {done}.", "{count} are {done}.", count)
        messages.success(request, says.format(count=count, done=done))


def _within(found: Any, by: User, owner: str) -> Any:
    """Of whom a team or queue bounds, the own ones: others may tell of more."""
    return found if by.sees_everything else found.filter(**{owner: by})


def _by(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
