"""The demo's OAuth client, and a token that needs no signing in first."""

from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from oauth2_provider.models import AccessToken

from apps.accounts.models import ApiClient, GrantType, User
from apps.accounts.operations import issue_token, register_client
from apps.accounts.tokens import checksum
from apps.common import clock
from apps.demo.credentials import OAuthClient

CLIENT = "Demo scripts"
REDIRECT_URI = "http://localhost:1717/OauthRedirect"  # where tools of the original listen
_LIFE = timedelta(days=30)  # a script may hold on to the file for a while
_LEAST_LIFE = timedelta(days=1)


def client_for(user: User, known: OAuthClient | None) -> OAuthClient:
    """A client that acts as `user`, and may sign in in every way: the known one, or a new one.

    Of a secret only a hash is kept, so one that nobody remembers is of no use.
    """
    made = ApiClient.objects.filter(name=CLIENT, user=user)
    if known and known.private_key and made.filter(client_id=known.client_id).exists():
        return known
    made.delete()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    client_id, secret = register_client(
        user,
        CLIENT,
        grant_types=[grant.value for grant in GrantType],
        redirect_uris=REDIRECT_URI,
        certificate=key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
        skip_authorization=True,
    )
    private_key = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return OAuthClient(client_id, secret, REDIRECT_URI, private_key)


def token_for(user: User, client: OAuthClient, known: str | None) -> str:
    """The known token if it lasts for another day, else a new one."""
    lasting = AccessToken.objects.filter(user=user, expires__gt=clock.now() + _LEAST_LIFE)
    if known and lasting.filter(token_checksum=checksum(known)).exists():
        return known
    application = ApiClient.objects.get(client_id=client.client_id)
    return issue_token(user, application, scopes="api id refresh_token", life=_LIFE)
