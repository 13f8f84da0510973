"""Which client asks, and whether it is that one."""

from collections.abc import Mapping

from django.http import HttpRequest

from apps.accounts.basic import credentials
from apps.accounts.models import ApiClient
from apps.accounts.passwords import is_right
from apps.common.storable import unstorable
from apps.facades.salesforce_oauth.errors import UNKNOWN_CLIENT, OAuthError


def known(client_id: str) -> ApiClient:
    """The active client of this id. Raises OAuthError."""
    found: ApiClient | None = None
    if client_id and not unstorable(client_id):
        clients = ApiClient.objects.select_related("tenant", "user__tenant")
        found = clients.filter(client_id=client_id, is_active=True).first()
    if found is None:
        raise OAuthError(*UNKNOWN_CLIENT)
    return found


def proven(request: HttpRequest, sent: Mapping[str, str]) -> ApiClient:
    """The client, by its secret in a Basic header or in the body. One that keeps no secret says just its name."""
    header = request.headers.get("Authorization", "")
    named = credentials(header)
    if named is None and header.lower().startswith("basic"):
        raise OAuthError("invalid_client", "invalid client credentials")
    client_id, secret = named or (sent.get("client_id", ""), sent.get("client_secret", ""))
    client = known(client_id)
    if client.is_public and not secret:
        return client
    if not is_right(secret, client.client_secret):
        raise OAuthError("invalid_client", "invalid client credentials")
    return client
