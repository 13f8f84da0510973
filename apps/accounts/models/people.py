"""People and systems who sign in."""

from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from uuid6 import uuid7

from apps.accounts.permissions import Permission, permits
from apps.accounts.roles import Reach, Role
from apps.common.public_ids import salesforce_id
from apps.common.stamped import Stamped
from apps.tenants.models import Tenant

USER_PREFIX = "005"


class User(Stamped, AbstractUser):
    """Somebody of one tenant. `username` is unique over all tenants, because Basic sign-in names none."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="users")
    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.AGENT)
    assigned_role = models.ForeignKey("accounts.UserRole", models.PROTECT, null=True, blank=True, related_name="users")
    granted = ArrayField(
        models.CharField(max_length=64),
        null=True,
        blank=True,
        editable=False,
        help_text="Copy of what the assigned role allows; empty: what the house lets a user of this kind do.",
    )
    own_reach = models.CharField(
        "sees", max_length=6, choices=Reach.choices, blank=True, default="", help_text="Empty: as the role says."
    )
    reach = models.CharField(
        max_length=6,
        choices=Reach.choices,
        default=Reach.ALL,
        editable=False,
        help_text="What counts: the own one, else a copy of the role’s.",
    )
    is_key = models.BooleanField(default=False, editable=False, help_text="Stands for an API key, not for somebody.")
    full_name = models.GeneratedField(
        expression=Coalesce(
            NullIf(Trim(Concat(models.F("first_name"), models.Value(" "), models.F("last_name"))), models.Value("")),
            models.F("username"),
        ),
        output_field=models.CharField(max_length=301),
        db_persist=True,
    )
    time_zone = models.CharField(max_length=64, default="UTC", help_text="IANA name; times on this person's screens.")
    language = models.CharField(
        max_length=8, blank=True, default="", help_text="Of this person's screens. Empty: what the browser asks for."
    )
    session_round = models.PositiveIntegerField(default=0, editable=False)  # sessions of earlier ones have ended

    objects: ClassVar[UserManager[Self]] = UserManager()

    REQUIRED_FIELDS = ["email", "tenant"]

    class Meta:
        indexes = [models.Index("tenant", "role", name="user_tenant_role")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.is_staff = self.role in (Role.ADMIN, Role.SUPERVISOR)  # who sees the administration screens
        super().save(*args, **kwargs)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must carry: another password ends all of them, and so does the next round."""
        told: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        return f"{told}.{self.session_round}" if self.session_round else told

    @property
    def public_id(self) -> str:
        """The 18-character id."""
        return salesforce_id(USER_PREFIX, self.pk)

    @property
    def name(self) -> str:
        return self.get_full_name() or self.username

    @property
    def may_sign_in(self) -> bool:
        return self.is_active and self.tenant.is_active

    @property
    def zone(self) -> ZoneInfo:
        """UTC, should the stored name be none that this machine knows."""
        try:
            return ZoneInfo(self.time_zone)
        except (ValueError, ZoneInfoNotFoundError):
            return ZoneInfo("UTC")

    @property
    def sees_everything(self) -> bool:
        """Whose role says so, and whom no limit to teams or queues holds, sees all of the tenant's records (M-25)."""
        return self.reach == Reach.ALL and permits(self, Permission.INTERACTIONS_API_READ_ALL)

    @property
    def manages_everything(self) -> bool:
        """Whose role says so changes what belongs to others."""
        return permits(self, Permission.INTERACTIONS_MANAGE_ALL)
