"""The errors of the token resources (sobjects 12.5)."""

from django.http import HttpResponse, JsonResponse

from apps.accounts.refusals import Refusal
from apps.facades.salesforce_oauth.soap_messages import Fault, fault


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

_UNANSWERED = {
    400: ("invalid_request", "the request cannot be read"),
    403: ("access_denied", "access denied"),
    404: ("invalid_request", "there is no such resource"),
    500: ("server_error", "an unexpected error occurred"),
    503: ("temporarily_unavailable", "the service is not available at the moment"),
}


def unanswered(status: int) -> HttpResponse:
    """For a request that no view answered."""
    error, description = _UNANSWERED[status]
    body = {"error": error, "error_description": description}
    return JsonResponse(body, status=status, content_type="application/json;charset=UTF-8")


def unanswered_soap(status: int) -> HttpResponse:
    """As the other, in an envelope."""
    code = "SERVER_UNAVAILABLE" if status == 503 else "INVALID_SOAP" if status < 500 else "UNKNOWN_EXCEPTION"
    text = fault("partner", Fault(code, _UNANSWERED[status][1]))
    return HttpResponse(text, status=status, content_type="text/xml;charset=UTF-8")
