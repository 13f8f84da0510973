"""Passwords."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.permissions import Permission, may_manage, permits
from apps.audit.models import Action
from apps.audit.noting import note
from apps.common.errors import FieldProblem, Forbidden, Invalid, NotFound, Problem
from apps.tenants.scope import scope

_LONGEST = 4_096  # more would only cost the time of hashing


@transaction.atomic
def set_password(user: User, password: str, *, by: User) -> None:
    """Replace somebody's password: one's own, or as an administrator anybody's of the tenant. Sessions end with it.

    Raises Forbidden, NotFound for another tenant's user, Invalid for a weak password.
    """
    if user.tenant_id != by.tenant_id:
        raise NotFound(gettext("no such user"))
    if by.pk != user.pk and not (permits(by, Permission.MANAGE_ALL_USERS) and may_manage(user, by=by)):
        raise Forbidden(gettext("your role may not set this person's password"))
    choose_password(user, password)
    user.stamp(by)
    user.save()
    with scope(user.tenant):
        note(Action.CHANGED, by=by, about=user, details={"password": ["…", "…"]})


def choose_password(user: User, password: str) -> None:
    """Give the user, not saved yet, a password. Raises Invalid for a weak one."""
    try:
        if len(password) > _LONGEST:
            raise ValidationError(gettext("This password is too long."))
        validate_password(password, user)
    except ValidationError as refused:
        raise Invalid(FieldProblem(Problem.MALFORMED, ["password"], " ".join(refused.messages))) from None
    user.set_password(password)
