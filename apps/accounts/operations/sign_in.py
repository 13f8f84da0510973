"""Letting somebody in, or not."""

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from oauth2_provider.models import AccessToken

from apps.accounts.models import ApiClient, FailedSignIn, UsedAssertion, User
from apps.accounts.operations.signing import note_failure
from apps.accounts.passwords import holder
from apps.accounts.refusals import Refusal, SignInRefused
from apps.common import clock

_WINDOW = timedelta(minutes=15)  # in which wrong passwords are counted


def user_by_password(username: str, password: str) -> User:
    """Whose name and password these are. Raises SignInRefused, and notes a wrong password."""
    if was_guessed_often(username):
        raise SignInRefused(Refusal.RATE)
    user = holder(username, password)
    if user is None:
        count_guess(username)
        note_failure(username, "name and password of a client")
        raise SignInRefused(Refusal.CREDENTIALS)
    forgive_guesses(username)
    return user


def was_guessed_often(username: str) -> bool:
    """Whether no password is looked at for a while.

    Who guesses is stopped by name, not by address: behind a front all come from one.
    """
    return _guesses(username).count() >= settings.WRONG_PASSWORDS


def count_guess(username: str) -> None:
    FailedSignIn.objects.create(name_digest=_digest(username), at=clock.now())


def forgive_guesses(username: str) -> None:
    _guesses(username).delete()


def _guesses(username: str) -> QuerySet[FailedSignIn]:
    return FailedSignIn.objects.filter(name_digest=_digest(username), at__gt=clock.now() - _WINDOW)


def _digest(username: str) -> bytes:
    return hashlib.sha256(username.encode(errors="replace")).digest()


def admit(user: User) -> None:
    """Raises SignInRefused for a user or tenant switched off, and for one who signs in too often."""
    if not user.is_active:
        raise SignInRefused(Refusal.USER)
    if not user.tenant.is_active:
        raise SignInRefused(Refusal.TENANT)
    lately = AccessToken.objects.filter(user=user, created__gt=clock.now() - timedelta(hours=1))
    if lately.count() >= settings.SIGN_INS_PER_HOUR:
        raise SignInRefused(Refusal.RATE)


@transaction.atomic
def use_assertion(client: ApiClient, jti: str, *, expires_at: datetime) -> bool:
    """Note that an assertion was used; False if one of this jti was before."""
    _, is_new = UsedAssertion.objects.get_or_create(client=client, jti=jti, defaults={"expires_at": expires_at})
    return is_new


@transaction.atomic
def forget_attempts() -> None:
    """Remove notes that no longer keep anybody out. For the worker, hourly."""
    FailedSignIn.objects.filter(at__lt=clock.now() - _WINDOW).delete()
    UsedAssertion.objects.filter(expires_at__lt=clock.now() - timedelta(hours=1)).delete()
