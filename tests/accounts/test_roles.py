"""Roles: what they allow counts at once, everywhere, and nobody gives more than is held."""

from itertools import chain

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts import operations
from apps.accounts.models import ApiKey, BuiltIn, User, UserRole
from apps.accounts.permission_texts import TEXTS
from apps.accounts.permissions import DEFAULTS, Permission, permits
from apps.accounts.roles import Role
from apps.common.errors import Forbidden, Invalid, NotAllowed, NotFound
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_user

pytestmark = pytest.mark.django_db
READ, MANAGE = Permission.INTERACTIONS_API_READ_ALL, Permission.MANAGE_ALL_QUEUES


@pytest.fixture
def admin(in_scope: Tenant) -> User:
    return make_user(Role.ADMIN)


def made(by: User, *permissions: str, name: str = "Auditor", kind: str = Role.SUPERVISOR) -> UserRole:
    return operations.configure_role(UserRole(name=name, kind=kind, permissions=list(permissions)), by=by)


def given(user: User, role: UserRole, by: User) -> User:
    user.assigned_role = role
    return operations.configure_user(user, by=by)


def test_every_permission_says_what_it_opens() -> None:
    told = list(chain.from_iterable(TEXTS.values()))
    assert sorted(told) == sorted(Permission)
    assert all(label and says.endswith(".") for texts in TEXTS.values() for label, says in texts.values())


def test_every_tenant_has_the_built_in_roles(in_scope: Tenant) -> None:
    assert {role.built_in: role.granted is None for role in UserRole.objects.all()} == {
        "admin": True, "supervisor": True, "agent": True, "integration": True, "access_controlled": False,
    }  # fmt: skip


def test_what_a_role_allows_counts_for_all_who_have_it(admin: User) -> None:
    role, user = made(admin, READ), make_user(Role.AGENT)
    given(user, role, admin)
    user.refresh_from_db()
    assert (user.role, user.is_staff, permits(user, READ), permits(user, MANAGE)) == (
        Role.SUPERVISOR,
        True,
        True,
        False,
    )
    assert (user.sees_everything, user.manages_everything) == (True, False)
    assert (user.has_perm("engagements.view_engagementinteraction"), user.has_perm("queues.view_queue")) == (
        True,
        False,
    )

    role.permissions = [MANAGE]
    operations.configure_role(role, by=admin)
    user.refresh_from_db()
    assert (permits(user, READ), permits(user, MANAGE), user.has_perm("queues.change_queue")) == (False, True, True)


def test_a_built_in_role_that_is_changed_counts_for_those_to_whom_none_was_given(admin: User) -> None:
    agent, supervisor = make_user(Role.AGENT), make_user(Role.SUPERVISOR)
    role = UserRole.objects.get(built_in=BuiltIn.AGENT)
    role.permissions = [READ]
    operations.configure_role(role, by=admin)
    agent.refresh_from_db()
    supervisor.refresh_from_db()
    assert agent.granted == [READ]
    assert supervisor.granted is None
    assert not permits(supervisor, Permission.MANAGE_TENANT)


def test_who_sees_the_platform_reads_everything_and_writes_nothing(admin: User) -> None:
    user = given(make_user(Role.AGENT), made(admin, Permission.PLATFORM_VIEW_ALL), admin)
    assert {each for each in Permission if permits(user, each)} == {each for each in Permission if each.only_reads}
    assert Permission.MANAGE_TENANT not in {each for each in Permission if each.only_reads}


def test_nobody_lets_others_do_more(admin: User) -> None:
    deputy = given(make_user(Role.SUPERVISOR), made(admin, "MANAGE_ALL_ROLES", "MANAGE_ALL_USERS", READ), admin)
    mighty, user = made(admin, MANAGE, name="Mighty"), make_user(Role.INTEGRATION)
    with pytest.raises(Forbidden):
        made(deputy, MANAGE, name="More")
    mighty.permissions = [MANAGE, READ]
    operations.configure_role(mighty, by=deputy)  # what it had it may keep
    with pytest.raises(Forbidden):
        given(User(username="new", tenant=admin.tenant), mighty, deputy)
    with pytest.raises(Forbidden):
        operations.set_password(admin, "correct horse battery", by=deputy)
    with pytest.raises(Forbidden):
        given(user, made(deputy, READ, name="Less"), deputy)  # an integration may do more than the deputy


def test_what_roles_refuse(admin: User, other_tenant: Tenant) -> None:
    role = made(admin, READ)
    user = given(make_user(Role.AGENT), role, admin)
    with pytest.raises(NotAllowed, match="1 user has this role"):
        operations.remove_role(role, by=admin)
    given(user, UserRole.objects.get(built_in=BuiltIn.AGENT), admin)
    operations.remove_role(role, by=admin)
    builtin = UserRole.objects.get(built_in=BuiltIn.ADMIN)
    builtin.permissions = [READ]
    with pytest.raises(NotAllowed):
        operations.configure_role(builtin, by=admin)
    with pytest.raises(NotAllowed):
        operations.remove_role(builtin, by=admin)
    with pytest.raises(NotAllowed):
        made(admin, kind=Role.ADMIN)
    with pytest.raises(Invalid):
        made(admin, "SAY_ANYTHING")
    with scope(other_tenant):
        boss = make_user(Role.ADMIN, tenant=other_tenant)
        theirs = made(boss, READ)
    with pytest.raises(NotFound):
        given(user, theirs, admin)
    with pytest.raises(NotAllowed, match="another administrator"):
        given(admin, made(admin, READ), admin)


def test_the_screen_of_roles(admin: User) -> None:
    browser = Client()
    browser.force_login(admin)
    form = {"name": "Auditor", "description": "", "kind": "supervisor", "is_active": "on", "records": [READ]}
    assert browser.post(reverse("admin:accounts_userrole_add"), form).status_code == 302
    role = UserRole.objects.get(name="Auditor")
    assert role.permissions == [READ]
    given(make_user(Role.AGENT, first_name="Lena"), role, admin)
    page = reverse("admin:accounts_userrole_change", args=[role.pk])
    assert "Lena" in browser.get(page).content.decode()
    assert browser.post(page, form | {"live": ["WFM_RTA"]}).status_code == 302
    role.refresh_from_db()
    assert role.permissions == [READ, "WFM_RTA"]
    assert "Auditor" in browser.get(reverse("admin:accounts_userrole_changelist")).content.decode()
    browser.post(reverse("admin:accounts_userrole_delete", args=[role.pk]), {"post": "yes"})  # Lena has it
    assert UserRole.objects.filter(pk=role.pk).exists()
    fixed = reverse("admin:accounts_userrole_change", args=[UserRole.objects.get(built_in="admin").pk])
    assert browser.get(fixed).status_code == 200
    assert browser.post(fixed, form).status_code == 403
    supervisor = Client()
    supervisor.force_login(make_user(Role.SUPERVISOR))
    assert supervisor.get(page).status_code == 403


def test_supervisors_can_do_what_they_could() -> None:
    assert Permission.MANAGE_ALL_QUEUES in DEFAULTS[Role.SUPERVISOR]
    assert Permission.MANAGE_ALL_USERS not in DEFAULTS[Role.SUPERVISOR]


def test_the_screen_of_api_keys(admin: User) -> None:
    browser = Client()
    browser.force_login(admin)
    role = UserRole.objects.get(built_in=BuiltIn.INTEGRATION)
    form = {"name": "Reports", "description": "", "role": role.pk, "enabled": "on"}
    shown = browser.post(reverse("admin:accounts_apikey_add"), form)
    key = ApiKey.objects.get()
    assert key.user.username in shown.content.decode()
    page = reverse("admin:accounts_apikey_change", args=[key.pk])
    assert key.user.username in browser.get(page).content.decode()
    del form["enabled"]
    assert browser.post(page, form).status_code == 302
    key.user.refresh_from_db()
    assert not key.user.is_active
    assert "Reports" in browser.get(reverse("admin:accounts_apikey_changelist")).content.decode()
    deleted = browser.post(reverse("admin:accounts_apikey_delete", args=[key.pk]), {"post": "yes"})
    assert (deleted.status_code, ApiKey.objects.count()) == (302, 0)
