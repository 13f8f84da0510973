"""The parameters of a request, each given once."""

from collections.abc import Mapping

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError

from apps.common.storable import unstorable
from apps.facades.salesforce_oauth.errors import OAuthError

_LONGEST_SCOPE = 1000


def form(request: HttpRequest) -> Mapping[str, str]:
    """What the body says. Raises OAuthError if it cannot be read."""
    try:
        sent = request.POST
    except (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        raise OAuthError("invalid_request", "the request body cannot be read") from None
    return once(sent)


def once(sent: QueryDict) -> Mapping[str, str]:
    """Raises OAuthError for a parameter that is given twice or holds what no text does."""
    for name, values in sent.lists():
        if len(values) > 1:
            raise OAuthError("invalid_request", f"{name} is given more than once")
        if problem := unstorable(values[0]):
            raise OAuthError("invalid_request", problem)
    return sent.dict()  # type: ignore[return-value]


def needed(sent: Mapping[str, str], name: str) -> str:
    if not sent.get(name):
        raise OAuthError("invalid_request", f"missing required parameter: {name}")
    return sent[name]


def scopes(sent: Mapping[str, str], otherwise: str) -> str:
    """What is asked for, each word once. Any word is taken (P-39)."""
    words = dict.fromkeys(sent.get("scope", "").split())
    asked = " ".join(words) or otherwise
    if len(asked) > _LONGEST_SCOPE or not asked.isascii() or not asked.replace(" ", "").isprintable():
        raise OAuthError("invalid_scope", "the requested scope is invalid, unknown, or malformed")
    return asked
