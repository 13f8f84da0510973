"""Call centres: the telephone systems that may speak to us, their public keys, and where their numbers lead."""

from hashlib import sha256
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from apps.accounts.keys import is_private, refusal
from apps.accounts.models import User
from apps.supervision.admin.base import OperationAdmin, SetupInline
from apps.supervision.admin.forms import SetupForm, sentence
from apps.supervision.site import site
from apps.voice_calls.models import CallCenter, CallCenterKey, CallCenterRoutingMap, NumberRoute
from apps.voice_calls.operations import setup


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
    verbose_name = "public key"
    fields = ("public_key", "fingerprint", "created_at", "retired_at")
    readonly_fields = ("fingerprint", "created_at")
    can_delete = False

    @admin.display(description="Fingerprint (SHA-256 of the text)")
    def fingerprint(self, key: CallCenterKey) -> str:
        return sha256(key.public_key.strip().encode()).hexdigest()[:16] if key.pk else "–"


class NumberInline(SetupInline):
    model = NumberRoute
    verbose_name = "number"
    verbose_name_plural = "numbers: where they lead"
    fields = ("number", "queue", "flow")


class RoutingMapInline(SetupInline):
    model = CallCenterRoutingMap
    verbose_name = "name"
    verbose_name_plural = "what the telephone system calls our queues and people"
    fields = ("developer_name", "master_label", "external_id", "quick_connect", "queue", "user")


@admin.register(CallCenter, site=site)
class CallCenterAdmin(OperationAdmin):
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
    inlines = (KeyInline, NumberInline, RoutingMapInline)

    def write(self, row: Any, *, by: User) -> None:
        setup.configure(row, by=by)

    def erase(self, row: Any, *, by: User) -> None:
        setup.remove(row, by=by)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("internal_name",) if obj else ()  # it is in every token that was ever signed
