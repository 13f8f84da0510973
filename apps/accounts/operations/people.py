"""Setting people up."""

from zoneinfo import available_timezones

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User, UserRole
from apps.accounts.operations.passwords import choose_password, follow_password
from apps.accounts.operations.roles import assign, install_roles
from apps.accounts.operations.sessions import end_sessions_of_one_factor
from apps.accounts.operations.setup import keep
from apps.accounts.operations.tokens import end_all
from apps.accounts.permissions import Permission, may_manage, permits
from apps.audit.models import Action
from apps.audit.noting import differences, note
from apps.common.errors import FieldProblem, Forbidden, Invalid, NotAllowed, Problem
from apps.tenants import scope


@transaction.atomic
def configure_user(user: User, *, by: User, password: str | None = None) -> User:
    """Add or change somebody of the own tenant, with the assigned role or the built-in one of the user's kind.

    A password that is given replaces the old one, as `set_password` does. Raises Invalid for a weak one; Forbidden for
    somebody, or for a role, that may do more than `by`; NotAllowed if administrators take the role or the access from
    themselves: an organisation must not lock itself out. Who is switched off loses every token (P-38).
    """
    before = User.objects.filter(pk=user.pk, tenant_id=by.tenant_id).first()
    if before and not may_manage(before, by=by):
        raise Forbidden(gettext("this person may do more than you"))
    assign(user, user.assigned_role or _built_in(user), before=before, by=by)
    if user.pk == by.pk and not (user.is_active and permits(user, Permission.MANAGE_ALL_USERS)):
        raise NotAllowed(gettext("another administrator has to take your own rights away"))
    if password:
        choose_password(user, password)
    elif user._state.adding:
        user.set_unusable_password()
    keep(user, by=by)
    if password and before:
        follow_password(user)
    if not user.is_active:
        end_all(user=user)
    role = user.assigned_role
    if before and role and role.pk != before.assigned_role_id and role.needs_second_factor:
        end_sessions_of_one_factor(User.objects.filter(pk=user.pk))
    return user


@transaction.atomic
def choose_screens(user: User, *, language: str, time_zone: str) -> None:
    """Say in which language (empty: the browser's) and by which clock one's own screens speak. Noted in the audit log.

    Raises Invalid for a language that no screen speaks, and for a time zone that nobody knows.
    """
    if language and language not in dict(settings.LANGUAGES):
        raise Invalid(FieldProblem(Problem.MALFORMED, ["language"], gettext("There is no such language."), language))
    if time_zone not in available_timezones():
        raise Invalid(FieldProblem(Problem.MALFORMED, ["time_zone"], gettext("There is no such time zone."), time_zone))
    before = User.objects.get(pk=user.pk)
    user.language, user.time_zone = language, time_zone
    user.save(update_fields=["language", "time_zone"])
    if changed := differences(before, user):
        note(Action.CHANGED, by=user, about=user, details=changed)


def _built_in(user: User) -> UserRole:
    """The role that everybody of the user's kind has who was given none."""
    found = UserRole.objects.filter(built_in=user.role).first()
    if found is None:
        install_roles(scope.tenant())
        found = UserRole.objects.get(built_in=user.role)
    return found
