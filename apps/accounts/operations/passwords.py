"""Passwords."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.operations.sign_in import count_guess, forgive_guesses, was_guessed_often
from apps.accounts.operations.signing import note_failure
from apps.accounts.operations.tokens import end_opened_by_password
from apps.accounts.passwords import is_right
from apps.accounts.permissions import Permission, may_manage, permits
from apps.audit.models import Action
from apps.audit.noting import note
from apps.common.errors import FieldProblem, Forbidden, Invalid, NotFound, Problem
from apps.tenants.scope import scope

_LONGEST = 4_096  # more would only cost the time of hashing


@transaction.atomic
def set_password(user: User, password: str, *, by: User) -> None:
    """Replace somebody's password: one's own, or as an administrator anybody's of the tenant.

    Browsers' sessions end with it, and those of clients that signed in with the old one; what was approved stays.
    Raises Forbidden, NotFound for another tenant's user, Invalid for a weak password.
    """
    if user.tenant_id != by.tenant_id:
        raise NotFound(gettext("no such user"))
    if by.pk != user.pk and not (permits(by, Permission.MANAGE_ALL_USERS) and may_manage(user, by=by)):
        raise Forbidden(gettext("your role may not set this person's password"))
    _replace(user, password, by=by)


def change_password(user: User, *, current: str, new: str) -> User:
    """Replace one's own password, and end every session but that of the browser where it is done: the caller keeps it
    with what is returned, the user as stored now. Clients that signed in with the old password are out as well.

    Raises Invalid for a wrong `current` one (kept and counted as at signing in, whatever becomes of the request), while
    too many were wrong, and for a `new` one that is weak or the old one.
    """
    if was_guessed_often(user.username):
        raise _refused(
            "current", gettext("There were too many wrong passwords for this name. Wait a quarter of an hour.")
        )
    with transaction.atomic():
        held = User.objects.select_for_update(no_key=True, of=("self",)).select_related("tenant").get(pk=user.pk)
        is_known = is_right(current, held.password)
        if is_known and new == current:
            raise _refused("password", gettext("This is the password that you have already."))
        if is_known:
            _replace(held, new, by=held)
    if not is_known:
        count_guess(user.username)
        note_failure(user.username, "changing the password")
        raise _refused("current", gettext("This is not your present password. Capital letters count."))
    return held


def _replace(user: User, password: str, *, by: User) -> None:
    choose_password(user, password)
    user.stamp(by)
    user.save()
    follow_password(user)
    with scope(user.tenant):
        note(Action.CHANGED, by=by, about=user, details={"password": ["…", "…"]})


def choose_password(user: User, password: str) -> None:
    """Give the user, not saved yet, a password. Raises Invalid for a weak one."""
    try:
        if len(password) > _LONGEST:
            raise ValidationError(gettext("This password is too long."))
        validate_password(password, user)
    except ValidationError as refused:
        raise _refused("password", " ".join(refused.messages)) from None
    user.set_password(password)


def follow_password(user: User) -> None:
    """Once another password is stored: nobody has guessed it yet, and what the old one opened for clients is shut."""
    forgive_guesses(user.username)
    end_opened_by_password(user)


def _refused(field: str, says: str) -> Invalid:
    return Invalid(FieldProblem(Problem.MALFORMED, [field], says))
