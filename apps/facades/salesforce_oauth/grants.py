"""The ways to a token: one function for each `grant_type` (sobjects 12.1)."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest

from apps.accounts.models import ApiClient, ApiSession, GrantType, User
from apps.accounts.operations import issue_token
from apps.accounts.operations.approvals import exchange, has_approved, refresh
from apps.accounts.operations.sign_in import admit, user_by_password
from apps.facades.addresses import base_url
from apps.facades.salesforce_oauth.answers import signed, token_answer
from apps.facades.salesforce_oauth.assertions import verified
from apps.facades.salesforce_oauth.clients import proven
from apps.facades.salesforce_oauth.errors import OAuthError
from apps.facades.salesforce_oauth.parameters import needed, scopes

Sent = Mapping[str, str]
Answer = dict[str, str]

DEFAULT_SCOPES = "api id"
NOT_APPROVED = "user hasn't approved this consumer"


def password(request: HttpRequest, sent: Sent) -> Answer:
    client = _allowed(proven(request, sent), GrantType.PASSWORD)
    user = user_by_password(sent.get("username", ""), sent.get("password", ""))
    if user.tenant_id != client.tenant_id:
        raise OAuthError("invalid_grant", "authentication failure")
    return signed(_session(request, sent, user, client, ApiSession.Way.PASSWORD))


def client_credentials(request: HttpRequest, sent: Sent) -> Answer:
    client = _allowed(proven(request, sent), GrantType.CLIENT_CREDENTIALS)
    if client.user is None or client.is_public:
        raise OAuthError("invalid_grant", "no client credentials user enabled")
    return signed(_session(request, sent, client.user, client, ApiSession.Way.CLIENT_CREDENTIALS))


def jwt_bearer(request: HttpRequest, sent: Sent) -> Answer:
    assertion = verified(needed(sent, "assertion"), base_url(request))
    client = _allowed(assertion.client, GrantType.JWT_BEARER)
    people = User.objects.select_related("tenant").filter(tenant_id=client.tenant_id)
    user = people.filter(username=assertion.username).first()
    if user is None or not (user.pk == client.user_id or has_approved(client, user)):
        raise OAuthError("invalid_grant", NOT_APPROVED)
    return _session(request, sent, user, client, ApiSession.Way.JWT_BEARER)


def authorization_code(request: HttpRequest, sent: Sent) -> Answer:
    client = _allowed(proven(request, sent), GrantType.AUTHORIZATION_CODE)
    approval, refresh_token, token = exchange(
        client,
        needed(sent, "code"),
        redirect_uri=needed(sent, "redirect_uri"),
        verifier=sent.get("code_verifier", ""),
    )
    answer = signed(token_answer(request, approval.user, token, approval.scope))
    stays = {"refresh_token", "offline_access", "full"} & set(approval.scope.split())
    if stays and client.allows(GrantType.REFRESH_TOKEN):
        answer["refresh_token"] = refresh_token
    return answer


def refresh_token(request: HttpRequest, sent: Sent) -> Answer:
    """The refresh token stays the same, so it is not repeated."""
    client = _allowed(proven(request, sent), GrantType.REFRESH_TOKEN)
    approval, token = refresh(client, needed(sent, "refresh_token"))
    return signed(token_answer(request, approval.user, token, approval.scope))


GRANTS: Mapping[str, Callable[[HttpRequest, Sent], Answer]] = {
    GrantType.PASSWORD: password,
    GrantType.CLIENT_CREDENTIALS: client_credentials,
    GrantType.JWT_BEARER: jwt_bearer,
    GrantType.AUTHORIZATION_CODE: authorization_code,
    GrantType.REFRESH_TOKEN: refresh_token,
}


def _allowed(client: ApiClient, grant: str) -> ApiClient:
    if not client.allows(grant):
        raise OAuthError("unsupported_grant_type", "grant type not supported for this client")
    return client


def _session(request: HttpRequest, sent: Sent, user: User, client: ApiClient, way: str) -> Answer:
    admit(user)
    scope = scopes(sent, DEFAULT_SCOPES)
    return token_answer(request, user, issue_token(user, client, scopes=scope, way=way), scope)
