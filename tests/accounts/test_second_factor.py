"""Signing in with two factors, from setting it up to the lost device."""

import re
from base64 import b64encode
from datetime import UTC, datetime

import pytest
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.accounts.models import User
from apps.accounts.operations import configure_role, configure_user, install_roles, role_of, second_factor
from apps.accounts.roles import Role
from apps.audit.models import AuditEntry
from apps.common.errors import Forbidden, Invalid
from apps.tenants.scope import scope
from tests.accounts.test_sign_in import somebody

pytestmark = pytest.mark.django_db
_STEP = 30


def _code(user: User, *, later: int = 0) -> str:
    """What the device shows, `later` steps of 30 s from now: no code counts twice."""
    device = TOTPDevice.objects.get(user=user)
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = datetime.now(UTC).timestamp() + later * _STEP
    return f"{totp.token():06d}"


def _with_device(role: str = Role.AGENT) -> tuple[User, list[str]]:
    user = somebody(role)
    second_factor.begun(user)
    return user, second_factor.confirm(user, _code(user))


def _by_password(client: Client) -> str:
    sent = {"username": "agent@northwind", "password": "let-me-in", "next": "/desk/"}
    return str(client.post("/sign-in", sent)["Location"])


def test_it_is_set_up_at_ones_own_page(client: Client) -> None:
    user = somebody()
    client.force_login(user)
    page = client.get("/second-factor").content.decode()
    assert "<svg" in page
    key = re.search(r'<code dir="ltr">([A-Z2-7 ]+)</code>', page)
    assert key
    assert len(key[1].replace(" ", "")) == 32

    assert b"not the code of now" in client.post("/second-factor", {"code": "000 000"}).content
    codes = client.post("/second-factor", {"code": _code(user)}).content.decode()
    assert len(re.findall(r'<code dir="ltr">[0-9a-f]{5} [0-9a-f]{5}</code>', codes)) == 10
    assert b"10 codes" in client.get("/second-factor").content
    with scope(user.tenant):
        assert AuditEntry.objects.filter(actor_id=user.pk, details={"second factor": ["off", "on"]}).exists()


def test_the_password_alone_opens_nothing_then(client: Client) -> None:
    user, _codes = _with_device()
    assert _by_password(client) == "/sign-in/code"
    assert client.get("/desk/")["Location"].startswith("/sign-in")

    assert b"not the code of now" in client.post("/sign-in/code", {"code": "123456"}).content
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert client.post("/sign-in/code", {"code": _code(user, later=1)})["Location"] == "/desk/"
    assert client.get("/second-factor").status_code == 200
    assert client.get("/sign-in/code")["Location"] == "/sign-in"  # nobody is on the way any more


def test_guesses_become_ever_slower(client: Client) -> None:
    user, _codes = _with_device()
    _by_password(client)
    client.post("/sign-in/code", {"code": "123456"})
    assert client.post("/sign-in/code", {"code": _code(user, later=1)}).status_code == 200


def test_a_code_that_was_written_down_opens_once(client: Client) -> None:
    _user, codes = _with_device()
    for expected in ("/desk/", None):
        _by_password(client)
        answer = client.post("/sign-in/code", {"code": f"{codes[0][:5]} {codes[0][5:]}"})
        assert answer.get("Location") == expected
        client.logout()


def test_setting_it_up_ends_the_sessions_elsewhere(client: Client) -> None:
    user, elsewhere = somebody(), Client()
    for browser in (client, elsewhere):
        browser.force_login(user)
    client.get("/second-factor")
    client.post("/second-factor", {"code": "000000"})
    assert elsewhere.get("/second-factor").status_code == 200
    client.post("/second-factor", {"code": _code(user, later=1)})
    assert client.get("/second-factor").status_code == 200
    assert elsewhere.get("/second-factor")["Location"].startswith("/sign-in")


def test_a_role_that_begins_to_ask_binds_who_is_signed_in(client: Client) -> None:
    """But for those who have shown a second factor."""
    user, _codes = _with_device()
    tenant = user.tenant
    admin, plain, other = (
        User.objects.create_user(f"{name}@northwind", password="let-me-in", tenant=tenant, role=role)
        for name, role in (("admin", Role.ADMIN), ("plain", Role.AGENT), ("other", Role.SUPERVISOR))
    )
    browsers = {each: Client() for each in (user, plain, other)}
    for each, browser in browsers.items():
        browser.force_login(User.objects.get(pk=each.pk))
    with scope(tenant):
        install_roles(tenant)
        role = role_of(plain)
        assert role
        role.needs_second_factor = True
        configure_role(role, by=admin)
    open_to = {each.username: browser.get("/my-settings").status_code == 200 for each, browser in browsers.items()}
    assert open_to == {user.username: True, plain.username: False, other.username: True}
    sent = {"username": plain.username, "password": "let-me-in"}
    assert browsers[plain].post("/sign-in", sent)["Location"] == "/second-factor"

    other.assigned_role = role
    with scope(tenant):
        configure_user(other, by=admin)
    assert browsers[other].get("/my-settings")["Location"].startswith("/sign-in")


def test_a_role_asks_for_it_and_nothing_else_opens_before(client: Client) -> None:
    user = somebody()
    with scope(user.tenant):
        install_roles(user.tenant)
        role = role_of(user)
        assert role
        role.needs_second_factor = True
        role.save()
    assert _by_password(client) == "/second-factor"
    assert client.get("/desk/")["Location"] == "/second-factor"
    client.get("/second-factor")
    client.post("/second-factor", {"code": _code(user)})
    assert client.get("/").headers["Location"] == "/desk/"
    with pytest.raises(Forbidden, match="your role asks"):
        second_factor.switch_off(user, _code(user, later=1))


def test_it_is_switched_off_with_a_code_or_by_who_manages_people() -> None:
    user, codes = _with_device()
    second_factor.switch_off(user, codes[0])
    assert not second_factor.has_one(user)

    second_factor.begun(user)
    second_factor.confirm(user, _code(user))
    with pytest.raises(Invalid):
        second_factor.switch_off(user, "1\x002")
    admin = User.objects.create_user("admin@northwind", password="let-me-in", tenant=user.tenant, role=Role.ADMIN)
    with pytest.raises(Forbidden):
        second_factor.reset(admin, by=user)
    second_factor.reset(user, by=admin)
    assert not second_factor.has_one(user)
    browser = Client()
    browser.force_login(admin)
    assert "second factor" in browser.get("/admin/audit/auditentry/").content.decode()


def test_the_session_of_a_dialects_client_opens_no_screen(client: Client) -> None:
    user, codes = _with_device(Role.SUPERVISOR)
    basic = "Basic " + b64encode(f"{user.username}:let-me-in".encode()).decode()
    assert client.get("/api/v2/me", headers={"Authorization": basic}).status_code == 200
    assert client.get("/api/v2/me").status_code == 200  # the cookie goes on
    for screen in ("/admin/", "/desk/", "/second-factor"):
        assert f"next={screen}" in client.get(screen)["Location"]

    client.post("/sign-in", {"username": user.username, "password": "let-me-in"})
    client.post("/sign-in/code", {"code": codes[0]})
    assert client.get("/second-factor").status_code == 200
