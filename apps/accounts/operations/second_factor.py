"""Signing in with two factors: besides the password a code of a person's own device, or a code written down for the day
when that is lost. The devices, and how guessing is slowed down, are django-otp's."""

import secrets

from django.db import transaction
from django.utils.translation import gettext
from django_otp import match_token
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.accounts.models import User
from apps.accounts.operations.roles import role_of
from apps.accounts.operations.sessions import end_sessions
from apps.accounts.permissions import Permission, may_manage, permits
from apps.audit.models import Action
from apps.audit.noting import note
from apps.common.errors import FieldProblem, Forbidden, Invalid, Problem
from apps.common.storable import unstorable
from apps.tenants.scope import scope

_DEVICE, _WRITTEN = "device", "written down"
_CODES = 10


def has_one(user: User) -> bool:
    """Whether the user's password alone does not open the screens."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def is_due(user: User) -> bool:
    """Whether the user's role asks for a second factor that the user has not set up."""
    return _is_asked_for(user) and not has_one(user)


def _is_asked_for(user: User) -> bool:
    with scope(user.tenant):
        role = role_of(user)
        return bool(role and role.needs_second_factor)


def begun(user: User) -> TOTPDevice:
    """The device that the user is about to set up: the same until its first code is right."""
    return _unconfirmed(user) or TOTPDevice.objects.create(user=user, confirmed=False, name=_DEVICE)


def _unconfirmed(user: User) -> TOTPDevice | None:
    """The oldest: two pages that were opened at once may each have made one."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).order_by("pk").first()


@transaction.atomic
def confirm(user: User, code: str) -> list[str]:
    """The device shows the right code, and counts from now on. Returns the codes to write down.

    Sessions that the password alone opened end; the caller keeps the present one with `user`, of the new round now.
    Raises Invalid for a wrong code, and where a device counts already.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # of two at once one is late
    device = _unconfirmed(user)
    if device is None or has_one(user) or not device.verify_token(_bare(code)):
        raise _wrong()
    device.confirmed = True
    device.save()
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    end_sessions(User.objects.filter(pk=user.pk))
    user.refresh_from_db(fields=["session_round"])
    _note(user, by=user, now="on")
    return _write_down(user)


def check(user: User, code: str) -> bool:
    """Whether this is a code of now, of the device or one that was written down. Each counts once, guesses ever slower.

    Stands for itself: a wrong guess is kept whatever becomes of the request.
    """
    with transaction.atomic():
        return match_token(user, _bare(code)) is not None


def new_codes(user: User, code: str) -> list[str]:
    """Other codes to write down; the old ones are void. Raises Invalid for a wrong code."""
    _require(user, code)
    with transaction.atomic(), scope(user.tenant):
        note(Action.CHANGED, by=user, about=user, details={"codes to write down": ["…", "…"]})
        return _write_down(user)


def switch_off(user: User, code: str) -> None:
    """The password alone counts again. Raises Invalid for a wrong code, Forbidden where the role asks for two."""
    if _is_asked_for(user):
        raise Forbidden(gettext("your role asks for a second factor"))
    _require(user, code)
    with transaction.atomic():
        _forget(user)
        _note(user, by=user, now="off")


@transaction.atomic
def reset(user: User, *, by: User) -> None:
    """For somebody who lost the device and the codes. Browsers' sessions end, because one may be on the lost device.

    Raises Forbidden unless `by` may manage that person.
    """
    if not permits(by, Permission.MANAGE_ALL_USERS) or user.tenant_id != by.tenant_id or not may_manage(user, by=by):
        raise Forbidden(gettext("this person may do more than you, or you manage nobody"))
    _forget(user)
    end_sessions(User.objects.filter(pk=user.pk))
    _note(user, by=by, now="off")


def codes_left(user: User) -> int:
    return sum(device.token_set.count() for device in StaticDevice.objects.filter(user=user))


def _require(user: User, code: str) -> None:
    if not check(user, code):
        raise _wrong()


def _write_down(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name=_WRITTEN)
    codes = [secrets.token_hex(5) for _ in range(_CODES)]
    for code in codes:
        device.token_set.create(token=code)
    return codes


def _forget(user: User) -> None:
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def _bare(code: str) -> str:
    """As people type it, in groups."""
    return "" if unstorable(code) else "".join(code.split()).replace("-", "").lower()[:32]


def _wrong() -> Invalid:
    says = gettext("This is not the code of now. Codes change every 30 s.")
    return Invalid(FieldProblem(Problem.OUT_OF_RANGE, ["code"], says))


def _note(user: User, *, by: User, now: str) -> None:
    with scope(user.tenant):
        note(Action.CHANGED, by=by, about=user, details={"second factor": ["off" if now == "on" else "on", now]})
