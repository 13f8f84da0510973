"""Call centres: the telephone systems that may speak to us, and where their numbers lead."""

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Lower

from apps.common.stamped import Stamped
from apps.common.words import later as _
from apps.directory.phone import phone_key
from apps.objects.documented import documented
from apps.objects.house import STAMPS
from apps.objects.registry import ALL_CALLS, READ_ONLY, register
from apps.queues.models import Flow, Queue
from apps.tenants.models import TenantModel


@register(
    "CallCenter",
    "04v",
    "Call Center",
    calls=READ_ONLY | {"create", "replicate"},
    own_fields=STAMPS,
)
class CallCenter(Stamped, TenantModel):
    """One telephone system. `internal_name` is the API name in its tokens and requests (voice 8.3)."""

    own_parts: ClassVar = (
        "voice_calls.callcenterkey.call_center",
        "voice_calls.usedtokenid.call_center",
        "voice_calls.callcenterroutingmap.call_center",
        "voice_calls.numberroute.call_center",
        "voice_calls.refusedrequest.call_center",
    )

    class ReplayRule(models.TextChoices):
        STRICT = "strict", _("Refuse any jti seen before")
        SAME_TOKEN = "same_token", _("Let the identical token be used until it expires")

    name = documented(models.CharField(max_length=80), "CFGIS", "Display Name")
    internal_name = documented(models.CharField(max_length=80), "CFGS", "Internal Name", "The API name in tokens.")
    adapter_url = documented(
        models.URLField(max_length=2000, null=True, blank=True), "CFGNS", "Adapter URL", type="string"
    )
    custom_settings = documented(models.CharField(max_length=3000, null=True, blank=True), "CFNS", "Custom Settings")
    version = documented(models.DecimalField(max_digits=18, decimal_places=3, null=True, blank=True), "CFNS", "Version")
    is_active = models.BooleanField(default=True)
    replay_rule = models.CharField(max_length=10, choices=ReplayRule.choices, default=ReplayRule.STRICT)
    unified_routing = models.BooleanField(default=True, help_text="Routing operations are processed here (V-47).")
    integration_user = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", help_text="Owns calls that nobody has taken yet (V-29)."
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("tenant", Lower("internal_name"), name="call_center_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class CallCenterKey(TenantModel):
    """A public key that verifies a call centre's tokens. Several may be good at once while one is rotated."""

    call_center = models.ForeignKey(CallCenter, models.CASCADE, related_name="keys")
    public_key = models.TextField(help_text="PEM: RSA public key or X.509 certificate, 2048 bits or more.")
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)


class UsedTokenId(TenantModel):
    """A token's jti, kept until the token has expired (V-03)."""

    call_center = models.ForeignKey(CallCenter, models.CASCADE, related_name="used_token_ids")
    jti = models.CharField(max_length=255)
    token_digest = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "call_center", "jti"], name="token_id_unique")]
        indexes = [models.Index("expires_at", name="token_id_expiry")]


@register(
    "CallCenterRoutingMap",
    "35A",
    "Call Center Routing Map",
    calls=ALL_CALLS - {"undelete", "search", "replicate", "layout"},
    own_fields=STAMPS,
)
class CallCenterRoutingMap(Stamped, TenantModel):
    """What the telephone system calls a queue or user of ours."""

    call_center = documented(
        models.ForeignKey(CallCenter, models.CASCADE, related_name="routing_map"),
        "CUFGS",
        "Call Center ID",
        references=("CallCenter",),
        relationship="CallCenter",
    )
    developer_name = documented(models.CharField(max_length=80), "CUFGS", "Name")
    master_label = documented(models.CharField(max_length=80), "CUFGS", "Label")
    external_id = documented(models.CharField(max_length=255), "CUFGS", "External ID", type="string")
    quick_connect = documented(models.CharField(max_length=255, null=True, blank=True), "CUFGNS", "Quick Connect")
    language = documented(
        models.CharField(max_length=40, null=True, blank=True, default="en_US"), "CUDFGNRS", "Language", type="picklist"
    )
    queue = documented(
        models.ForeignKey(Queue, models.CASCADE, null=True, blank=True, related_name="+"),
        "CUFGS",
        "Reference Record ID",
        api_name="ReferenceRecordId",
        references=("Group", "User"),
        relationship="ReferenceRecord",
        alternative="user",
    )
    user = models.ForeignKey("accounts.User", models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "call_center", "external_id"], name="routing_map_external_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(queue=None, user__isnull=False) | models.Q(queue__isnull=False, user=None),
                name="routing_map_one_target",
            ),
        ]


class NumberRoute(TenantModel):
    """Where a dialled number leads (M-19)."""

    call_center = models.ForeignKey(CallCenter, models.CASCADE, related_name="routes")
    number = models.CharField(max_length=40)
    phone_key = models.CharField(max_length=40, editable=False)
    queue = models.ForeignKey(Queue, models.PROTECT, null=True, blank=True, related_name="+")
    flow = models.ForeignKey(Flow, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "call_center", "phone_key"], name="number_route_unique"),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.phone_key = phone_key(self.number, self.tenant.phone_region) or self.number
        super().save(*args, **kwargs)
