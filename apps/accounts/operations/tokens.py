"""Tokens for systems that sign in."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from oauth2_provider.models import AccessToken, Application

from apps.accounts.models import User
from apps.accounts.tokens import SignedIn
from apps.common import clock

_LIFE = timedelta(hours=2)  # P-38


@transaction.atomic
def issue_token(user: User, application: Any = None, *, scopes: str = "api") -> str:
    """A new access token: opaque, beginning with the organisation's 15-character id (P-38)."""
    token = f"{user.tenant.org_id[:15]}!{secrets.token_urlsafe(64)}"
    AccessToken.objects.create(user=user, application=application, token=token, expires=_expiry(), scope=scopes)
    return token


@transaction.atomic
def register_client(user: User, name: str) -> tuple[str, str]:
    """A client application that runs as the user; returns its id and its secret, which is shown this once."""
    secret = secrets.token_urlsafe(32)
    application = Application.objects.create(
        name=name,
        user=user,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        client_secret=secret,
        hash_client_secret=True,
    )
    return application.client_id, secret


def prolong(token: SignedIn) -> None:
    """A token is good for two hours after its last use (P-38); written at most once an hour."""
    if token.expires - clock.now() < _LIFE / 2:
        AccessToken.objects.filter(pk=token.key).update(expires=_expiry())


def _expiry() -> datetime:
    return clock.now() + _LIFE
