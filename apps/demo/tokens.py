"""The demo's OAuth client, and a token that needs no signing in first."""

import secrets
from datetime import timedelta

from oauth2_provider.models import AccessToken, Application

from apps.accounts.models import User
from apps.common import clock
from apps.demo.credentials import OAuthClient

CLIENT = "Demo scripts"
_LIFE = timedelta(days=30)  # a script may hold on to the file for a while
_LEAST_LIFE = timedelta(days=1)


def client_for(user: User, known: OAuthClient | None) -> OAuthClient:
    """A client that acts as `user`: the known one, or one with a new secret, since only a hash is kept."""
    application = Application.objects.filter(name=CLIENT, user=user).first()
    if application and known and known.client_id == application.client_id:
        return known
    secret = secrets.token_urlsafe(32)
    application = application or Application(name=CLIENT, user=user)
    application.client_type = Application.CLIENT_CONFIDENTIAL
    application.authorization_grant_type = Application.GRANT_CLIENT_CREDENTIALS
    application.client_secret = secret
    application.save()
    return OAuthClient(application.client_id, secret)


def token_for(user: User, client: OAuthClient, known: str | None) -> str:
    """The known token if it lasts for another day, else a new one."""
    lasting = AccessToken.objects.filter(user=user, expires__gt=clock.now() + _LEAST_LIFE)
    if known and lasting.filter(token=known).exists():
        return known
    application = Application.objects.get(client_id=client.client_id)
    token = secrets.token_urlsafe(40)
    AccessToken.objects.create(
        user=user, application=application, token=token, expires=clock.now() + _LIFE, scope="api id refresh_token"
    )
    return token
