"""Clients, sessions and approvals in the administration screens."""

import re
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.test import Client

from apps.accounts.models import ApiClient, ApiSession, Approval, User
from apps.accounts.operations import issue_token, register_client
from apps.accounts.operations.approvals import approve, exchange
from apps.accounts.passwords import security_token
from apps.accounts.roles import Role
from apps.accounts.tokens import signed_in
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_user
from tests.supervision.conftest import browser_of
from tests.supervision.test_setup import problems, url
from tests.telephony import private_key, public_pem

BACK = "https://app.example/back"


@pytest.fixture
def admin(in_scope: Tenant) -> User:
    return make_user(Role.ADMIN)


@pytest.fixture
def browser(admin: User) -> Client:
    return browser_of(admin)


def form(runs_as: User, **changes: Any) -> dict[str, Any]:
    filled = {
        "name": "Loader",
        "is_active": "on",
        "grant_types": ["client_credentials", "authorization_code", "refresh_token"],
        "user": runs_as.pk,
        "client_type": "confidential",
        "redirect_uris": f"{BACK}\nhttp://localhost:1717/back",
        "needs_pkce": "on",
        **changes,
    }
    return {name: value for name, value in filled.items() if value is not None}


def test_a_new_client_shows_its_secret_once_and_can_sign_in(browser: Client, admin: User) -> None:
    answer = browser.post(url(ApiClient, "add"), form(admin))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    client_id, secret = re.findall(r"<dd><code>(.+?)</code>", answer.content.decode())
    made = ApiClient.objects.get()
    assert (made.client_id, made.tenant) == (client_id, admin.tenant)
    assert secret not in browser.get(url(ApiClient, "change", made)).content.decode()
    asked = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    assert Client().post("/services/oauth2/token", asked).status_code == 200

    assert browser.post(url(ApiClient, "change", made), form(admin, name="Unloader")).status_code == 302
    assert Client().post("/services/oauth2/token", asked).status_code == 200
    chosen = {"action": "renew_secret", "_selected_action": made.pk}
    renewed = browser.post(url(ApiClient, "changelist"), chosen).content.decode()
    assert secret not in renewed
    assert Client().post("/services/oauth2/token", asked).json()["error"] == "invalid_client"
    asked["client_secret"] = re.findall(r"<dd><code>(.+?)</code>", renewed)[1]
    assert Client().post("/services/oauth2/token", asked).status_code == 200


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"redirect_uris": "javascript:alert(1)"}, "redirect_uris"),
        ({"redirect_uris": ""}, "has to go back somewhere"),
        ({"certificate": "nonsense"}, "No RSA public key or certificate"),
        ({"grant_types": ["urn:ietf:params:oauth:grant-type:jwt-bearer"]}, "verified with a certificate"),
        ({"user": None}, "runs as somebody"),
        ({"client_type": "public"}, "cannot prove itself"),
        ({"client_type": "public", "grant_types": ["authorization_code"], "needs_pkce": None}, "needs PKCE"),
        ({"grant_types": ["magic"]}, "Select a valid choice"),
    ],
)
def test_what_cannot_be(browser: Client, admin: User, changes: dict[str, Any], said: str) -> None:
    assert said in problems(browser.post(url(ApiClient, "add"), form(admin, **changes)))
    assert not ApiClient.objects.exists()


def test_a_private_key_is_not_shown_again(browser: Client, admin: User) -> None:
    pem = private_key(0).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    answer = browser.post(url(ApiClient, "add"), form(admin, certificate=pem))
    assert "private key" in problems(answer)
    assert pem.splitlines()[1] not in answer.content.decode()


def test_a_public_key_is_taken(browser: Client, admin: User) -> None:
    jwt = {"grant_types": ["urn:ietf:params:oauth:grant-type:jwt-bearer"], "redirect_uris": ""}
    answer = browser.post(url(ApiClient, "add"), form(admin, certificate=public_pem(private_key()), **jwt))
    assert answer.status_code == 200
    assert ApiClient.objects.get().certificate.startswith("-----BEGIN PUBLIC KEY")


@pytest.fixture
def client_of_admin(admin: User) -> ApiClient:
    client_id, _ = register_client(admin, "Loader", redirect_uris=BACK)
    return ApiClient.objects.get(client_id=client_id)


def test_switching_a_client_off_ends_its_tokens(browser: Client, admin: User, client_of_admin: ApiClient) -> None:
    token = issue_token(admin, client_of_admin)
    off = form(admin, is_active=None)
    assert browser.post(url(ApiClient, "change", client_of_admin), off).status_code == 302
    assert signed_in(token) is None


def test_all_tokens_of_a_client_are_revoked(browser: Client, admin: User, client_of_admin: ApiClient) -> None:
    token, other = issue_token(admin, client_of_admin), issue_token(admin)
    chosen = {"action": "revoke_everything", "_selected_action": client_of_admin.pk}
    assert browser.post(url(ApiClient, "changelist"), chosen).status_code == 302
    assert signed_in(token) is None
    assert signed_in(other)


def test_a_session_and_an_approval_are_ended(browser: Client, admin: User, client_of_admin: ApiClient) -> None:
    code = approve(client_of_admin, admin, scopes="api", redirect_uri=BACK, challenge="")
    _, _, token = exchange(client_of_admin, code, redirect_uri=BACK, verifier="")
    other = issue_token(admin)
    for model, row in ((Approval, Approval.objects.get()), (ApiSession, ApiSession.objects.first())):
        listed = browser.get(url(model, "changelist"), {"user__id__exact": admin.pk}).content.decode()
        assert admin.name in listed
        assert browser.get(url(model, "change", row)).status_code == 200
        assert browser.post(url(model, "delete", row), {"post": "yes"}).status_code == 302
    assert signed_in(token) is None
    assert signed_in(other) is None
    assert browser.get(url(Approval, "changelist")).context["cl"].result_count == 0


def test_the_security_token_stands_on_the_persons_page(browser: Client, admin: User) -> None:
    assert security_token(admin) in browser.get(url(User, "change", admin)).content.decode()


def test_another_tenants_clients_and_sessions_are_absent(browser: Client, other_tenant: Tenant) -> None:
    with scope(other_tenant):
        theirs = make_user(Role.ADMIN, "Zacharias")
    client_id, _ = register_client(theirs, "Theirs", redirect_uris=BACK)
    client = ApiClient.objects.get(client_id=client_id)
    token = issue_token(theirs, client)
    for row in (client, ApiSession.objects.get()):
        listed = browser.get(url(row, "changelist")).content.decode()
        assert "Theirs" not in listed
        assert "Zacharias" not in listed
        assert browser.get(url(row, "change", row)).status_code == 404
    browser.post(url(ApiClient, "changelist"), {"action": "revoke_everything", "_selected_action": client.pk})
    assert signed_in(token)


def test_supervisors_have_no_business_here(screens: Client) -> None:
    for model in (ApiClient, ApiSession, Approval):
        assert screens.get(url(model, "changelist")).status_code == 403
