"""What an administrator does to somebody else's way in: another password, no second factor, signed out everywhere."""

import pytest
from django.test import Client, override_settings

from apps.accounts.models import ApiClient, ApiSession, Approval, User
from apps.accounts.operations import (
    configure_user,
    issue_token,
    register_client,
    second_factor,
    set_password,
    sign_out_everywhere,
)
from apps.accounts.operations.tokens import revoke
from apps.accounts.roles import Role
from apps.audit.models import Action, AuditEntry
from apps.common.errors import Forbidden
from apps.facades.cxengage.auth import Token
from apps.tenants.scope import scope
from tests.accounts.test_second_factor import _code
from tests.accounts.test_sign_in import somebody

pytestmark = pytest.mark.django_db
_NEW = "a harbour at night"
_WAYS = (ApiSession.Way.PASSWORD, ApiSession.Way.SOAP, ApiSession.Way.CODE)


def _admin_of(user: User) -> User:
    return User.objects.create_user("admin@northwind", password="let-me-in", tenant=user.tenant, role=Role.ADMIN)


def _left(user: User) -> list[str]:
    return list(ApiSession.objects.filter(user=user).values_list("way", flat=True))


@override_settings(WRONG_PASSWORDS=1)
@pytest.mark.parametrize("by_form", [True, False])
def test_a_password_that_an_administrator_sets_ends_what_the_old_one_opened(client: Client, by_form: bool) -> None:
    user = somebody()
    admin = _admin_of(user)
    client.force_login(user)
    for way in _WAYS:
        issue_token(user, way=way)
    Client().post("/sign-in", {"username": user.username, "password": "guess"})
    with scope(user.tenant):
        held = User.objects.get(pk=user.pk)
        if by_form:
            configure_user(held, by=admin, password=_NEW)
        else:
            set_password(held, _NEW, by=admin)
        noted = AuditEntry.objects.filter(action=Action.CHANGED, object_key=str(user.pk), actor_id=admin.pk).latest(
            "pk"
        )
    assert noted.details["password"] == ["…", "…"]
    assert _left(user) == [ApiSession.Way.CODE]
    assert client.get("/my-settings")["Location"].startswith("/sign-in")
    sent = {"username": user.username, "password": _NEW}
    assert Client().post("/sign-in", sent).status_code == 302  # whoever was locked out is let in


def test_signing_out_everywhere_ends_browsers_tokens_and_approvals(client: Client) -> None:
    user = somebody()
    admin = _admin_of(user)
    client.force_login(user)
    for way in _WAYS:
        issue_token(user, way=way)
    client_id, _secret = register_client(user, "Phone")
    phone = ApiClient.objects.get(client_id=client_id)
    Approval.objects.create(user=user, application=phone, token="x", token_checksum="x")
    token = Token.make(user, 600)
    assert Token.user_of(token)
    with pytest.raises(Forbidden):
        sign_out_everywhere(admin, by=user)

    browser = Client()
    browser.force_login(admin)
    page = f"/admin/accounts/user/{user.pk}/change/"
    assert b"signed_out_everywhere" in browser.get(page).content
    assert b"signed_out_everywhere" not in browser.get("/admin/accounts/user/add/").content
    with scope(user.tenant):
        sign_out_everywhere(User.objects.get(pk=user.pk), by=admin)
        assert AuditEntry.objects.filter(details={"what": "all sessions and approvals"}, actor_id=admin.pk).exists()
    assert not ApiSession.objects.filter(user=user).exists()
    assert not Approval.objects.filter(user=user, revoked=None).exists()
    assert Token.user_of(token) is None
    assert client.get("/my-settings")["Location"].startswith("/sign-in")


def test_a_lost_devices_browser_is_signed_out(client: Client) -> None:
    user = somebody()
    second_factor.begun(user)
    codes = second_factor.confirm(user, _code(user))
    client.force_login(User.objects.get(pk=user.pk))
    second_factor.new_codes(user, codes[0])
    second_factor.reset(user, by=_admin_of(user))
    assert client.get("/second-factor")["Location"].startswith("/sign-in")
    with scope(user.tenant):
        assert AuditEntry.objects.filter(details={"codes to write down": ["…", "…"]}, actor_id=user.pk).exists()
        told = str(list(AuditEntry.objects.values_list("details", flat=True)))
    assert not any(code in told for code in codes)


def test_a_token_that_its_client_gives_back_is_noted() -> None:
    user = somebody()
    token = issue_token(user, way=ApiSession.Way.CODE)
    assert revoke(token)
    assert not revoke(token)
    with scope(user.tenant):
        entry = AuditEntry.objects.get(action=Action.REMOVED)
    assert (entry.actor_id, entry.details) == (user.pk, {"what": "a session"})
