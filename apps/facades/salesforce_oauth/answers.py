"""What a sign-in is answered with (sobjects 12.1)."""

import base64
import hashlib
import hmac
import time

from django.conf import settings
from django.http import HttpRequest

from apps.accounts.models import User
from apps.facades.addresses import base_url


def identity_url(request: HttpRequest, user: User) -> str:
    return f"{base_url(request)}/id/{user.tenant.org_id}/{user.public_id}"


def token_answer(request: HttpRequest, user: User, token: str, scope: str) -> dict[str, str]:
    """What every grant's answer holds."""
    return {
        "access_token": token,
        "scope": scope,
        "instance_url": base_url(request),
        "id": identity_url(request, user),
        "token_type": "Bearer",
    }


def signed(answer: dict[str, str]) -> dict[str, str]:
    """With the moment, and the signature that proves that nobody changed the identity URL on its way."""
    issued_at = str(int(time.time() * 1000))
    key = settings.SECRET_KEY.encode()
    signature = hmac.new(key, f"{answer['id']}{issued_at}".encode(), hashlib.sha256).digest()
    return answer | {"issued_at": issued_at, "signature": base64.b64encode(signature).decode()}
