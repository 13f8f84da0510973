"""The token that a caller signed in by cookie sends along (genesys section 2).

One header tells its name, another its value. It follows from the session: it needs no storing and ends with it.
"""

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

HEADER = "X-CSRF-TOKEN"
NAMING_HEADER = "X-CSRF-HEADER"


def headers(session_key: str) -> dict[str, str]:
    """For the response to a request that a session signed in."""
    return {NAMING_HEADER: HEADER, HEADER: _token(session_key)}


def is_valid(request: HttpRequest, session_key: str) -> bool:
    return constant_time_compare(request.headers.get(HEADER, ""), _token(session_key))


def _token(session_key: str) -> str:
    return salted_hmac("apps.facades.cometd.csrf", session_key, algorithm="sha256").hexdigest()
