"""Programs that sign in, and what their signing in has left: sessions and approvals, to be ended here."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from apps.accounts.keys import is_private, refusal
from apps.accounts.models import ApiClient, ApiSession, Approval, GrantType, User
from apps.accounts.operations import clients
from apps.common.display import stamp
from apps.common.words import later as _
from apps.supervision.admin.base import OperationAdmin
from apps.supervision.admin.forms import SetupForm, sentence
from apps.supervision.site import site
from apps.tenants.scope import tenant


class ClientForm(SetupForm):
    grant_types = forms.MultipleChoiceField(
        label=_("Signs in"),
        choices=GrantType.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("The ways that are open to it; every other is refused."),
    )
    client_type = forms.ChoiceField(
        label=_("Keeps a secret"),
        choices=[
            (ApiClient.CLIENT_CONFIDENTIAL, _("Yes: it runs on a server")),
            (ApiClient.CLIENT_PUBLIC, _("No: it runs on people’s own machines")),
        ],
        widget=UnfoldAdminSelectWidget,
    )
    redirect_uris = forms.CharField(
        label=_("Redirect URIs"),
        required=False,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
        help_text=_("One a line. The browser goes back to one of these, to the letter, and nowhere else."),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.instance.tenant_id is None:
            self.instance.tenant = tenant()
        self.initial["redirect_uris"] = "\n".join(self.instance.redirect_uris.split())
        if "skip_authorization" in self.fields:  # not for those who may only look
            self.fields["skip_authorization"].help_text = gettext(
                "People are not asked; assertions may name all of them."
            )

    def clean_certificate(self) -> str:
        """Refused here as by the operation, so that what was pasted by mistake is not sent back to be shown."""
        pem: str = self.cleaned_data["certificate"]
        if pem and (why := refusal(pem)):
            if is_private(pem):
                self.data = self.data.copy()  # type: ignore[attr-defined]
                self.data[self.add_prefix("certificate")] = ""  # type: ignore[index]
            raise ValidationError(sentence(why))
        return pem


@admin.register(ApiClient, site=site)
class ApiClientAdmin(OperationAdmin):
    """Carries no scope, as signing in names no tenant: narrowed by hand."""

    form = ClientForm
    list_display = ("name", "client_id", "runs_as", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("user",)
    search_fields = ("name", "client_id__exact")
    readonly_fields = ("client_id",)
    fields = (
        ("name", "is_active"),
        "client_id",
        "grant_types",
        ("user", "client_type"),
        "redirect_uris",
        ("needs_pkce", "skip_authorization"),
        "certificate",
    )
    labels = {
        "user": _("Runs as"),
        "needs_pkce": _("Demands PKCE"),
        "skip_authorization": _("Approved for everybody"),
    }
    helps = {
        "user": _("Whom the client acts as when it signs in by itself (client credentials)."),
        "is_active": _("Switched off, it signs in no more."),
    }
    actions = ("renew_secret", "revoke_everything")

    @admin.display(description=_("Runs as"), ordering="user__first_name")
    def runs_as(self, client: ApiClient) -> str:
        return client.user.name if client.user else "–"

    def get_queryset(self, request: HttpRequest) -> "QuerySet[ApiClient]":
        found: QuerySet[ApiClient] = super().get_queryset(request)
        return found.filter(tenant=tenant())

    def save_model(self, request: HttpRequest, obj: ApiClient, form: Any, change: bool) -> None:
        secret = clients.configure_client(obj, by=_by(request))
        request.secret = secret  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: ApiClient, post_url_continue: str | None = None) -> HttpResponse:
        """The secret is shown this once, on the answer itself: a message would wait for it in a cookie."""
        secret = getattr(request, "secret", None)
        if secret is None:
            return super().response_add(request, obj, post_url_continue)  # type: ignore[no-any-return]
        return self._shown(request, obj, secret)

    @admin.action(description=_("Give a new secret"), permissions=["change"])
    def renew_secret(self, request: HttpRequest, queryset: "QuerySet[ApiClient]") -> HttpResponse | None:
        chosen = list(queryset)
        if len(chosen) != 1 or chosen[0].is_public:
            messages.error(request, gettext("Choose one client that keeps a secret."))
            return None
        return self._shown(request, chosen[0], clients.renew_secret(chosen[0], by=_by(request)))

    @admin.action(description=_("Revoke all tokens"), permissions=["change"])
    def revoke_everything(self, request: HttpRequest, queryset: "QuerySet[ApiClient]") -> None:
        for client in queryset:
            clients.revoke_client(client, by=_by(request))
        messages.success(request, gettext("Every token of the chosen clients is refused from now on."))

    def _shown(self, request: HttpRequest, client: ApiClient, secret: str) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": client.name,
            "client": client,
            "secret": secret,
        }
        return render(request, "supervision/client_secret.html", context)


class _Issued(OperationAdmin):
    """Shown, and ended; never written by hand."""

    can_erase = True
    list_select_related = ("user", "application")
    search_fields = ("user__username", "user__first_name", "user__last_name", "application__name")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(user__tenant=tenant())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [("user", _OfTenant)]

    @admin.display(description=_("Person"), ordering="user__first_name")
    def person(self, issued: Any) -> str:
        return issued.user.name  # type: ignore[no-any-return]

    @admin.display(description=_("Client"), ordering="application__name")
    def client(self, issued: Any) -> str:
        return str(issued.application or "–")

    @admin.display(description=_("Since"), ordering="created")
    def since(self, issued: Any) -> str:
        return stamp(issued.created)


class _OfTenant(admin.RelatedFieldListFilter):
    """The tenant's own people, and only those."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        people = User.objects.filter(tenant=tenant()).order_by("first_name", "last_name")
        return [(user.pk, user.name) for user in people]


@admin.register(ApiSession, site=site)
class ApiSessionAdmin(_Issued):
    list_display = ("person", "client", "way", "since", "good_until")
    fields = ("person", "client", "way", "scope", "since", "good_until")

    @admin.display(description=_("Good until"), ordering="expires")
    def good_until(self, session: ApiSession) -> str:
        return stamp(session.expires)

    def erase(self, row: Any, *, by: User) -> None:
        clients.end_session(row, by=by)


@admin.register(Approval, site=site)
class ApprovalAdmin(_Issued):
    """What people allowed clients to do; one that was withdrawn is gone."""

    list_display = ("person", "client", "scope", "since")
    fields = ("person", "client", "scope", "since")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(revoked=None)

    def erase(self, row: Any, *, by: User) -> None:
        clients.withdraw_approval(row, by=by)


def _by(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
