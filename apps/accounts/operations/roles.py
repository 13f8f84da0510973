"""Roles, and who has them. Nobody lets others do what is not allowed to themselves."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext, ngettext

from apps.accounts.models import BuiltIn, User, UserRole
from apps.accounts.operations.sessions import end_sessions_of_one_factor
from apps.accounts.operations.setup import drop, keep
from apps.accounts.permissions import Permission, permits
from apps.accounts.roles import Reach, Role
from apps.common.errors import FieldProblem, Forbidden, Invalid, NotAllowed, NotFound, Problem
from apps.tenants import scope
from apps.tenants.models import Tenant

_SEE_EVERYTHING = (BuiltIn.ADMIN, BuiltIn.INTEGRATION)


def install_roles(tenant: Tenant) -> None:
    """Give a tenant in scope the built-in roles that it lacks."""
    UserRole.objects.bulk_create(
        [
            UserRole(tenant=tenant, built_in=each, name=each.label, kind=_kind(each), permissions=None)
            for each in BuiltIn
        ],
        ignore_conflicts=True,
    )


def _kind(built_in: BuiltIn) -> Role:
    return Role.SUPERVISOR if built_in == BuiltIn.ACCESS_CONTROLLED else Role(built_in.value)


@transaction.atomic
def configure_role(role: UserRole, *, by: User) -> UserRole:
    """Add or change a role; whoever has it may do what it says from the next request on.

    Where it begins to ask for a second factor, those who have none sign in again and set one up before anything else.

    Raises Forbidden for permissions that `by` lacks or unless the role of `by` may change roles, NotFound for another
    tenant's, NotAllowed for what makes the built-in Administrator less than one, Invalid for unknown permissions.
    """
    before = UserRole.objects.select_for_update(no_key=True).filter(pk=role.pk).first()
    if before:
        role.built_in = before.built_in
    _check(role, before)
    _check_not_mightier(role.allows - (before.allows if before else frozenset()), by)
    _check_no_further(role.reach, before.reach if before else None, by)
    keep(role, by=by)
    holders(role).update(granted=role.granted)
    holders(role).filter(own_reach="").update(reach=role.reach)
    if role.needs_second_factor and before and not before.needs_second_factor:
        end_sessions_of_one_factor(holders(role))
    return role


@transaction.atomic
def remove_role(role: UserRole, *, by: User) -> None:
    """Remove a role. Raises Forbidden, NotFound, and NotAllowed for a built-in one or while somebody has it."""
    if role.built_in:
        raise NotAllowed(gettext("built-in roles stay"))
    count = role.users.count()
    if count:
        says = ngettext(
            "{count} user has this role: give them another one first",
            "{count} users have this role: give them another one first",
            count,
        )
        raise NotAllowed(says.format(count=count))
    drop(role, by=by)


def assign(user: User, role: UserRole, *, before: User | None, by: User) -> None:
    """Put the role, and how far it sees, into a user (`before`, as stored) who is about to be saved.

    Waits for whoever is changing the role. Raises Forbidden for more than `by` may do or see, NotFound for another
    tenant's role, Invalid for one that is switched off.
    """
    found = UserRole.objects.select_for_update(no_key=True).filter(pk=role.pk).first()
    if found is None:
        raise NotFound(gettext("no such role"))
    changes = before is None or before.assigned_role_id != found.pk
    if changes and not found.is_active:
        raise Invalid(FieldProblem(Problem.CONTRADICTION, ["assigned_role"], gettext("This role is switched off.")))
    if changes:
        _check_not_mightier(found.allows, by)
    _check_no_further(user.own_reach or found.reach, before.reach if before else None, by)
    user.assigned_role, user.role, user.granted = found, found.kind, found.granted
    user.reach = user.own_reach or found.reach


def role_of(user: User) -> UserRole | None:
    """The user's role; None only for a tenant whose built-in roles have never been made."""
    if user.assigned_role_id:
        return UserRole.objects.get(pk=user.assigned_role_id)
    return UserRole.objects.filter(built_in=user.role).first()


def holders(role: UserRole) -> QuerySet[User]:
    """Its users: those to whom it was given, and for a built-in role those of its kind without any."""
    none_given = Q(assigned_role=None, role=role.kind) if role.built_in == role.kind else Q(pk__in=[])
    return User.objects.filter(Q(assigned_role=role) | none_given, tenant_id=scope.tenant_id())


def _check(role: UserRole, before: UserRole | None) -> None:
    unknown = sorted(set(role.permissions or ()) - set(Permission))
    if unknown:
        raise Invalid(
            FieldProblem(
                Problem.NOT_IN_PICKLIST,
                ["permissions"],
                gettext("There is no permission {unknown}.").format(unknown=unknown[0]),
            )
        )
    if role.permissions is None and not role.built_in:
        role.permissions = []
    if role.built_in and before and (role.kind, role.is_active) != (before.kind, True):
        raise NotAllowed(gettext("a built-in role stays what it is, and on"))
    if role.built_in == BuiltIn.ADMIN and role.permissions is not None and set(role.permissions) != set(Permission):
        raise NotAllowed(gettext("administrators may do everything, so that an organisation cannot lock itself out"))
    if role.built_in in _SEE_EVERYTHING and role.reach != Reach.ALL:
        raise NotAllowed(gettext("administrators and integrations see everything"))
    if role.built_in is None and role.kind == Role.ADMIN:
        raise NotAllowed(gettext("there is one role of administrators"))
    role.permissions = None if role.permissions is None else sorted(set(role.permissions))


def _check_not_mightier(names: Iterable[str], by: User) -> None:
    if any(not permits(by, Permission(name)) for name in names):
        raise Forbidden(gettext("a role that you give or make allows no more than your own"))


def _check_no_further(reach: str, before: str | None, by: User) -> None:
    if reach not in (before, by.reach) and by.reach != Reach.ALL:
        raise Forbidden(gettext("nobody is let see further than yourself"))
