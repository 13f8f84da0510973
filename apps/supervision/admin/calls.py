"""Call centres: the telephone systems that may speak to us, their public keys, and where their numbers lead."""

from hashlib import sha256
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from apps.accounts.keys import is_private, refusal
from apps.accounts.models import User
from apps.common.words import later as _
from apps.engagements.visibility import visible
from apps.objects import registry
from apps.supervision.admin.base import OperationAdmin, SetupInline
from apps.supervision.admin.forms import SetupForm, sentence
from apps.supervision.site import site
from apps.voice_calls.models import CallCenter, CallCenterKey, CallCenterRoutingMap, NumberRoute, VoiceCall
from apps.voice_calls.operations import setup

SHOWN = 25  # last calls, and last refusals


class KeyForm(SetupForm):
    def clean_public_key(self) -> str:
        """Refused here as by the operation, so that what was pasted by mistake is not sent back to be shown."""
        pem: str = self.cleaned_data["public_key"]
        if self.instance._state.adding and (why := refusal(pem)):
            if is_private(pem):
                self.data = self.data.copy()  # type: ignore[attr-defined]
                self.data[self.add_prefix("public_key")] = ""  # type: ignore[index]
            raise ValidationError(sentence(why))
        return pem


class KeyInline(SetupInline):
    """Keys are added and retired. What is shown of one that exists is its fingerprint."""

    model = CallCenterKey
    form = KeyForm
    verbose_name = _("public key")
    fields = ("public_key", "fingerprint", "created_at", "retired_at")
    readonly_fields = ("fingerprint", "created_at")
    can_delete = False

    @admin.display(description=_("Fingerprint (SHA-256 of the text)"))
    def fingerprint(self, key: CallCenterKey) -> str:
        return sha256(key.public_key.strip().encode()).hexdigest()[:16] if key.pk else "–"


class NumberInline(SetupInline):
    model = NumberRoute
    verbose_name = _("number")
    verbose_name_plural = _("numbers: where they lead")
    fields = ("number", "queue", "flow")
    autocomplete_fields = ("queue", "flow")
    ordering = ("number", "pk")
    find = ("number", "queue__name", "flow__name")


class RoutingMapInline(SetupInline):
    model = CallCenterRoutingMap
    verbose_name = _("name")
    verbose_name_plural = _("what the telephone system calls our queues and people")
    fields = ("developer_name", "master_label", "external_id", "quick_connect", "queue", "user")
    autocomplete_fields = ("queue", "user")
    ordering = ("developer_name", "pk")
    find = ("developer_name", "master_label", "external_id", "queue__name", "user__full_name")


@admin.register(CallCenter, site=site)
class CallCenterAdmin(OperationAdmin):
    can_erase = shows_uses = True
    list_display = ("name", "internal_name", "replay_rule", "unified_routing", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "internal_name")
    fields = (
        ("name", "internal_name"),
        ("integration_user", "replay_rule"),
        ("adapter_url", "version"),
        "custom_settings",
        ("unified_routing", "is_active"),
    )
    helps = {
        "internal_name": _("The API name in its tokens. It stays as it is first saved."),
        "replay_rule": _("What becomes of a token that comes a second time."),
        "adapter_url": _("Where its own adapter is found. Kept for clients; nothing here calls it."),
        "version": _("Of its adapter. Kept for clients."),
        "custom_settings": _("Kept for clients as they stand."),
        "is_active": _("Switched off, it signs in no more."),
    }
    inlines = (KeyInline, NumberInline, RoutingMapInline)
    change_form_outer_after_template = "supervision/call_center.html"

    def get_urls(self) -> list[URLPattern]:
        make = self.admin_site.admin_view(require_POST(self.make_key_pair))
        return [path("<int:pk>/key-pair/", make, name="voice_calls_callcenter_key_pair"), *super().get_urls()]

    def make_key_pair(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The private key is the answer itself and nothing else: it is neither kept nor shown again."""
        call_center = get_object_or_404(CallCenter.objects.all(), pk=pk)
        if not self.has_change_permission(request, call_center):
            raise PermissionDenied
        pem = setup.make_key_pair(call_center, by=cast(User, request.user))
        answer = HttpResponse(pem, content_type="application/x-pem-file")
        answer["Content-Disposition"] = f'attachment; filename="{slugify(call_center.internal_name)}-private-key.pem"'
        answer["Cache-Control"] = "no-store"
        return answer

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """With what its telephone system did last, and what it was refused."""
        found = CallCenter.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        told = {"call_center": found, **_last(found, cast(User, request.user))} if found else {}
        answer: HttpResponse = super().change_view(request, object_id, form_url, {**(extra_context or {}), **told})
        return answer

    def write(self, row: Any, *, by: User) -> None:
        setup.configure(row, by=by)

    def erase(self, row: Any, *, by: User) -> None:
        setup.remove(row, by=by)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("internal_name",) if obj else ()  # it is in every token that was ever signed


def _last(call_center: CallCenter, by: User) -> dict[str, Any]:
    calls = visible(registry.of(VoiceCall), by).filter(call_center=call_center).order_by("-id")
    calls = calls.select_related("user", "owner_queue")
    return {"last_calls": calls[:SHOWN], "last_refusals": call_center.refusals.order_by("-id")[:SHOWN]}
