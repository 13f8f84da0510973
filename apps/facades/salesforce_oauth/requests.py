"""What a browser is sent to `/services/oauth2/authorize` with (sobjects 12.1)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from apps.accounts.models import ApiClient, GrantType, User
from apps.accounts.operations.approvals import has_approved
from apps.facades.salesforce_oauth.clients import known
from apps.facades.salesforce_oauth.errors import OAuthError
from apps.facades.salesforce_oauth.parameters import scopes

DEFAULT_SCOPES = "api id refresh_token"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # SHA-256, as PKCE writes it
_PROMPTS = frozenset({"login", "consent", "none", "select_account"})


class NotReturnable(OAuthError):
    """Nobody can be sent back with this: the client or its address is not known. Shown on a page instead."""


@dataclass(frozen=True)
class AuthorizationRequest:
    """One that may be answered to `redirect_uri`, which is the client's own, to the letter."""

    client: ApiClient
    redirect_uri: str
    state: str | None
    sent: Mapping[str, str]

    @classmethod
    def of(cls, sent: Mapping[str, str]) -> "AuthorizationRequest":
        try:
            client = known(sent.get("client_id", ""))
        except OAuthError as refused:
            raise NotReturnable(refused.error, refused.description) from None
        redirect_uri = sent.get("redirect_uri", "")
        if not redirect_uri or redirect_uri not in client.redirect_uris.split():
            raise NotReturnable("redirect_uri_mismatch", "redirect_uri must match configuration")
        return cls(client, redirect_uri, sent.get("state"), sent)

    @property
    def prompt(self) -> frozenset[str]:
        return frozenset(self.sent.get("prompt", "").split()) & _PROMPTS

    @property
    def scopes(self) -> str:
        return scopes(self.sent, DEFAULT_SCOPES)

    @property
    def challenge(self) -> str:
        return self.sent.get("code_challenge", "")

    def check(self) -> None:
        """Raises OAuthError for what the client is told by way of the browser."""
        if self.sent.get("response_type") != "code":
            raise OAuthError("unsupported_response_type", "response type not supported")
        if not self.client.allows(GrantType.AUTHORIZATION_CODE):
            raise OAuthError("unauthorized_client", "this client may not ask people in the browser")
        # Clients of the original may leave the method out: it knows one only.
        if self.challenge and self.sent.get("code_challenge_method", "S256") != "S256":
            raise OAuthError("invalid_request", "code_challenge_method must be S256")
        if self.challenge and not _CHALLENGE.fullmatch(self.challenge):
            raise OAuthError("invalid_request", "invalid code challenge")
        if not self.challenge and self.client.needs_pkce:
            raise OAuthError("invalid_request", "missing required code challenge")
        scopes(self.sent, DEFAULT_SCOPES)

    def needs_consent(self, user: User) -> bool:
        return "consent" in self.prompt or not has_approved(self.client, user, self.scopes)

    def answered(self, **answer: str) -> str:
        """The address to send the browser back to."""
        if self.state is not None:
            answer["state"] = self.state
        joint = "&" if urlsplit(self.redirect_uri).query else "?"
        return f"{self.redirect_uri}{joint}{urlencode(answer)}"
