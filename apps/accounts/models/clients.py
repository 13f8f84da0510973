"""Client applications: the programs that sign in for themselves or for people."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from oauth2_provider.models import Application

from apps.common.words import later as _
from apps.tenants.models import Tenant


class GrantType(models.TextChoices):
    """How a client may come by a token; the values are those of the token request (sobjects 12.1)."""

    CLIENT_CREDENTIALS = "client_credentials", _("By itself, with its secret")
    PASSWORD = "password", _("With a person’s user name and password")
    JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer", _("With an assertion signed by its certificate")
    AUTHORIZATION_CODE = "authorization_code", _("A person approves it in the browser")
    REFRESH_TOKEN = "refresh_token", _("And stays signed in, with a refresh token")


class ApiClient(Application):
    """One client of one tenant. `user` is whom it runs as when it signs in by itself.

    Carries no scope, as users: who asks for a token names a client, and no tenant.
    """

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="+", editable=False)
    is_active = models.BooleanField(default=True)
    grant_types = ArrayField(
        models.CharField(max_length=64, choices=GrantType.choices),
        default=list,
        help_text="The ways in which this client may sign in.",
    )
    needs_pkce = models.BooleanField(
        default=True, help_text="Who is sent back with a code must prove to be the one who asked for it (PKCE, S256)."
    )
    certificate = models.TextField(
        blank=True, help_text="PEM: RSA public key or X.509 certificate, 2048 bits or more. Verifies assertions."
    )

    class Meta:
        verbose_name = "client"
        ordering = ["name", "pk"]

    @property
    def is_public(self) -> bool:
        """Whether it has no secret to keep, as a program on people's own machines."""
        return bool(self.client_type == Application.CLIENT_PUBLIC)

    @property
    def is_approved_for_all(self) -> bool:
        """Whether the administrator has approved it for everybody, so that nobody is asked."""
        return bool(self.skip_authorization)

    def allows(self, grant: str) -> bool:
        return grant in self.grant_types
