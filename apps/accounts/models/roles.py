"""Roles: what an administrator lets people and systems do."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from uuid6 import uuid7

from apps.accounts.permissions import ACCESS_CONTROLLED, DEFAULTS
from apps.accounts.roles import Reach, Role
from apps.common.stamped import Stamped
from apps.common.words import later as _
from apps.tenants.models import TenantModel


class BuiltIn(models.TextChoices):
    """The roles that every tenant has (cxengage 11.3). The first four are those of the kinds of the same name."""

    ADMIN = Role.ADMIN.value, _("Administrator")
    SUPERVISOR = Role.SUPERVISOR.value, _("Supervisor")
    AGENT = Role.AGENT.value, _("Agent")
    INTEGRATION = Role.INTEGRATION.value, _("Integration")
    ACCESS_CONTROLLED = "access_controlled", _("Access Controlled Supervisor")


class UserRole(Stamped, TenantModel):
    """One role of the tenant. A user without any has the built-in one of the user's kind."""

    uuid = models.UUIDField(default=uuid7, editable=False)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=255, blank=True)
    kind = models.CharField(
        "works as",
        max_length=12,
        choices=Role.choices,
        default=Role.SUPERVISOR,
        help_text="Supervisors have these screens, agents the desk, integrations none. To Genesys and Salesforce "
        "clients a user is what is chosen here.",
    )
    built_in = models.CharField(max_length=20, choices=BuiltIn.choices, null=True, editable=False)
    permissions = ArrayField(
        models.CharField(max_length=64),
        null=True,
        blank=True,
        help_text="What it allows, in every dialect and on every screen.",
    )
    reach = models.CharField(
        "sees",
        max_length=6,
        choices=Reach.choices,
        default=Reach.ALL,
        help_text="In lists, boards, reports, exports and every dialect. Of a person something else may be said.",
    )
    needs_second_factor = models.BooleanField(
        "asks for a second factor",
        default=False,
        help_text="Who has the role signs in to the screens with a code besides the password.",
    )
    is_active = models.BooleanField(default=True, help_text="A role that is switched off can be given to nobody new.")

    class Meta:
        ordering = ["name"]
        verbose_name = "role"
        constraints = [
            models.UniqueConstraint("tenant", Lower("name"), name="role_name_unique"),
            models.UniqueConstraint(fields=["tenant", "uuid"], name="role_uuid_unique"),
            models.UniqueConstraint(fields=["tenant", "built_in"], name="role_built_in_once"),
            models.CheckConstraint(
                condition=models.Q(permissions__isnull=False) | models.Q(built_in__isnull=False),
                name="role_says_what_it_allows",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def allows(self) -> frozenset[str]:
        """Names of permissions; of a built-in role that nobody has changed, those that the house gives it."""
        if self.permissions is not None:
            return frozenset(self.permissions)
        return ACCESS_CONTROLLED if self.built_in == BuiltIn.ACCESS_CONTROLLED else DEFAULTS[Role(self.kind)]

    @property
    def granted(self) -> list[str] | None:
        """What a user of this role carries along; None stands for what the house gives that kind of user."""
        if self.permissions is None and self.built_in == self.kind:
            return None
        return sorted(self.allows)
