"""What signing in leaves behind: approvals, sessions, and traces that keep a second use out."""

from django.db import models
from oauth2_provider.models import AccessToken, RefreshToken

from apps.common.words import later as _


class Approval(RefreshToken):
    """What a person allowed a client: the refresh token, and every session that came of it.

    `token_family` is also part of the code it was made for, so that a second use of the code finds it.
    """

    scope = models.TextField(blank=True)

    class Meta:
        verbose_name = "approval"
        ordering = ["-pk"]


class ApiSession(AccessToken):
    """An access token in use."""

    class Way(models.TextChoices):
        CLIENT_CREDENTIALS = "client_credentials", _("The client by itself")
        PASSWORD = "password", _("User name and password")
        JWT_BEARER = "jwt", _("Signed assertion")
        CODE = "code", _("Approved in the browser")
        REFRESH = "refresh", _("Refresh token")
        SOAP = "soap", _("SOAP login")
        GIVEN = "given", _("Made by the house")

    way = models.CharField("signed in with", max_length=20, choices=Way.choices, default=Way.GIVEN)
    approval = models.ForeignKey(Approval, models.CASCADE, null=True, blank=True, related_name="sessions")

    class Meta:
        verbose_name = "session"
        ordering = ["-pk"]


class UsedAssertion(models.Model):
    """The jti of a signed assertion, kept until it has expired."""

    client = models.ForeignKey("accounts.ApiClient", models.CASCADE, related_name="+")
    jti = models.CharField(max_length=255)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "jti"], name="assertion_used_once")]
        indexes = [models.Index("expires_at", name="assertion_expiry")]

    def __str__(self) -> str:
        return self.jti


class FailedSignIn(models.Model):
    """A wrong password for a name, whether anybody has that name or not."""

    name_digest = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("name_digest", "at", name="failed_sign_in_name")]

    def __str__(self) -> str:
        return f"{self.at}"
