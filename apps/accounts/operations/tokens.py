"""Access tokens: made, kept alive, ended. Only a checksum of each is stored."""

import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from oauth2_provider.models import AccessToken, Grant, set_token_value

from apps.accounts.models import ApiSession, Approval, User
from apps.accounts.operations.signing import note_sign_in
from apps.accounts.tokens import SignedIn, checksum
from apps.audit.models import Action
from apps.audit.noting import note
from apps.common import clock
from apps.common.words import kept
from apps.tenants.scope import scope

LIFE = timedelta(hours=2)  # without use (P-38)
_GRACE = timedelta(minutes=5)  # how seldom a use is written down; so long a token may live beyond its life


@transaction.atomic
def issue_token(
    user: User,
    application: Any = None,
    *,
    scopes: str = "api",
    way: str = ApiSession.Way.GIVEN,
    approval: Approval | None = None,
    life: timedelta = LIFE + _GRACE,
) -> str:
    """A new access token: opaque, beginning with the organisation's 15-character id (P-38)."""
    token = f"{user.tenant.org_id[:15]}!{secrets.token_urlsafe(64)}"
    session = ApiSession(
        user=user, application=application, expires=clock.now() + life, scope=scopes, way=way, approval=approval
    )
    set_token_value(session, token)
    session.save()
    if way != ApiSession.Way.GIVEN:
        note_sign_in(user, str(ApiSession.Way(way).label))
    return token


def prolong(token: SignedIn) -> None:
    """A token is good for two hours after its last use (P-38); written every few minutes at most."""
    if token.expires - clock.now() < LIFE:
        AccessToken.objects.filter(pk=token.key).update(expires=clock.now() + LIFE + _GRACE)


@transaction.atomic
def revoke(token: str) -> bool:
    """End the session of an access token, or withdraw the approval of a refresh token; False if it is neither."""
    known = checksum(token)
    approval = Approval.objects.select_related("user__tenant").filter(token_checksum=known, revoked=None).first()
    if approval:
        withdraw(approval)
        _note_end(approval.user, kept("an approval"))
        return True
    session = AccessToken.objects.select_related("user__tenant").filter(token_checksum=known).first()
    if session is None:
        return False
    session.delete()
    if session.user:
        _note_end(session.user, kept("a session"))
    return True


def _note_end(user: User, what: str) -> None:
    """By whoever held the token, which is as good as its user."""
    with scope(user.tenant):
        note(Action.REMOVED, by=user, about=user, details={"what": what})


@transaction.atomic
def withdraw(approval: Approval) -> None:
    """The refresh token and every session that came of it end, also one that is just being opened."""
    Approval.objects.filter(pk=approval.pk, revoked=None).update(revoked=clock.now())
    AccessToken.objects.filter(apisession__approval=approval).delete()


@transaction.atomic
def end_all(**whose: Any) -> None:
    """End every session, approval and open code of a user or of a client (`user=` or `application=`)."""
    Grant.objects.filter(**whose).delete()
    Approval.objects.filter(**whose, revoked=None).update(revoked=clock.now())
    AccessToken.objects.filter(**whose).delete()


def end_opened_by_password(user: User) -> None:
    """End the sessions of clients that know the user's password. What the user approved stays."""
    by_password = ApiSession.objects.filter(user=user, way__in=(ApiSession.Way.PASSWORD, ApiSession.Way.SOAP))
    AccessToken.objects.filter(pk__in=by_password.values("pk")).delete()


@transaction.atomic
def forget_tokens() -> None:
    """Remove what ran out a day ago. For the worker, hourly."""
    before = clock.now() - timedelta(days=1)
    AccessToken.objects.filter(expires__lt=before).delete()
    Grant.objects.filter(expires__lt=before).delete()
    Approval.objects.filter(revoked__lt=before).delete()
