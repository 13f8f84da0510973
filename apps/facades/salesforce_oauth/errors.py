"""The errors of the token resources (sobjects 12.5)."""

from apps.accounts.refusals import Refusal


class OAuthError(Exception):
    """`error` and `error_description` of the answer."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description


UNKNOWN_CLIENT = ("invalid_client_id", "client identifier invalid")

REFUSALS = {
    Refusal.CREDENTIALS: ("invalid_grant", "authentication failure"),
    Refusal.USER: ("inactive_user", "user is inactive"),
    Refusal.TENANT: ("inactive_org", "organization is inactive"),
    Refusal.RATE: ("rate_limit_exceeded", "login rate exceeded"),
    Refusal.CODE: ("invalid_grant", "invalid authorization code"),
    Refusal.EXPIRED_CODE: ("invalid_grant", "expired authorization code"),
    Refusal.REDIRECT: ("invalid_grant", "redirect_uri must match configuration"),
    Refusal.VERIFIER: ("invalid_grant", "invalid code verifier"),
    Refusal.TOKEN: ("invalid_grant", "expired access/refresh token"),
}
