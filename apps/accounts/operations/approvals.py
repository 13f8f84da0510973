"""What people allow clients: a code for the browser's way back, and the refresh token that it is exchanged for."""

import secrets
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.crypto import constant_time_compare
from oauth2_provider.models import Grant, set_token_value

from apps.accounts.models import ApiClient, ApiSession, Approval, User
from apps.accounts.operations.sign_in import admit
from apps.accounts.operations.tokens import issue_token, withdraw
from apps.accounts.refusals import Refusal, SignInRefused
from apps.accounts.tokens import checksum
from apps.common import clock

_CODE_LIFE = timedelta(minutes=10)


@transaction.atomic
def approve(client: ApiClient, user: User, *, scopes: str, redirect_uri: str, challenge: str) -> str:
    """The user lets the client in; returns the code that it may exchange once, within ten minutes.

    The code begins with the approval's family, so that a second use of it finds what the first one opened.
    """
    code = f"{uuid4().hex}.{secrets.token_urlsafe(32)}"
    Grant.objects.create(
        application=client,
        user=user,
        code=checksum(code),
        expires=clock.now() + _CODE_LIFE,
        redirect_uri=redirect_uri,
        scope=scopes,
        code_challenge=challenge,
        code_challenge_method=Grant.CODE_CHALLENGE_S256 if challenge else "",
    )
    return code


def exchange(client: ApiClient, code: str, *, redirect_uri: str, verifier: str) -> tuple[Approval, str, str]:
    """Open the first session of an approval; returns it with its refresh token and the access token.

    Raises SignInRefused. A code that was used before ends what it opened (RFC 6749, 4.1.2).
    """
    with transaction.atomic():
        grant = Grant.objects.select_for_update().filter(code=checksum(code), application=client).first()
        if grant is not None:
            return _open(client, grant, code, redirect_uri, verifier)
    for approval in Approval.objects.filter(token_family=_family(code), application=client, revoked=None):
        withdraw(approval)
    raise SignInRefused(Refusal.CODE)


def _open(client: ApiClient, grant: Grant, code: str, redirect_uri: str, verifier: str) -> tuple[Approval, str, str]:
    if grant.is_expired():
        raise SignInRefused(Refusal.EXPIRED_CODE)
    if grant.redirect_uri != redirect_uri:
        raise SignInRefused(Refusal.REDIRECT)
    if not _proves(verifier, grant.code_challenge):
        raise SignInRefused(Refusal.VERIFIER)
    user = User.objects.select_related("tenant").get(pk=grant.user_id)
    admit(user)
    grant.delete()
    refresh_token = secrets.token_urlsafe(64)
    approval = Approval(user=user, application=client, scope=grant.scope, token_family=_family(code))
    set_token_value(approval, refresh_token)
    approval.save()
    token = issue_token(user, client, scopes=grant.scope, way=ApiSession.Way.CODE, approval=approval)
    return approval, refresh_token, token


@transaction.atomic
def refresh(client: ApiClient, refresh_token: str) -> tuple[Approval, str]:
    """Open another session of an approval, which stays as it is; returns it and the access token.

    Raises SignInRefused.
    """
    approval = (
        Approval.objects.select_for_update()
        .filter(token_checksum=checksum(refresh_token), application=client, revoked=None)
        .first()
    )
    if approval is None:
        raise SignInRefused(Refusal.TOKEN)
    user = User.objects.select_related("tenant").get(pk=approval.user_id)
    admit(user)
    approval.user = user
    token = issue_token(user, client, scopes=approval.scope, way=ApiSession.Way.REFRESH, approval=approval)
    return approval, token


def has_approved(client: ApiClient, user: User, scopes: str = "") -> bool:
    """Whether nobody has to be asked any more whether the client may have these scopes."""
    if client.is_approved_for_all:
        return True
    given = Approval.objects.filter(application=client, user=user, revoked=None).values_list("scope", flat=True)
    return any(set(scopes.split()) <= set(scope.split()) for scope in given)


def _family(code: str) -> UUID:
    """What the code begins with; nobody's, if it is none of ours."""
    try:
        return UUID(hex=code.partition(".")[0])
    except ValueError:
        return uuid4()


def _proves(verifier: str, challenge: str) -> bool:
    """Whether the verifier is the challenge's (PKCE, S256). Without a challenge there must be none."""
    if not challenge:
        return not verifier
    digest = sha256(verifier.encode(errors="replace")).digest()
    return constant_time_compare(urlsafe_b64encode(digest).rstrip(b"=").decode(), challenge)
