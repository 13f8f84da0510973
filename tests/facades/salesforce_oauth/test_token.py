"""`/services/oauth2/token`: every grant, and every error of 12.5."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from oauth2_provider.models import AccessToken, Grant

from apps.accounts.models import ApiClient, ApiSession, Approval, FailedSignIn, User
from apps.accounts.operations.approvals import approve, exchange
from apps.accounts.operations.tokens import forget_tokens, withdraw
from apps.accounts.passwords import security_token
from apps.common import clock
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import PASSWORD, make_user
from tests.facades.salesforce_oauth.conftest import RETURN, App, opens

WHOLE = {"access_token", "instance_url", "id", "token_type", "issued_at", "signature", "scope"}


def refusal(answer: Any) -> tuple[int, str, str]:
    body = answer.json()
    assert set(body) == {"error", "error_description"}
    assert answer["Cache-Control"] == "no-store"
    return answer.status_code, body["error"], body["error_description"]


def test_password(app: App) -> None:
    answer = app.with_password()
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Type"] == "application/json;charset=UTF-8"
    body = answer.json()
    assert set(body) == WHOLE
    org, user = app.user.tenant.org_id, app.user.public_id
    assert body["access_token"].startswith(f"{org[:15]}!")
    assert body["instance_url"] == "http://testserver"
    assert body["id"] == f"http://testserver/id/{org}/{user}"
    assert body["token_type"] == "Bearer"
    assert abs(int(body["issued_at"]) / 1000 - clock.now().timestamp()) < 60
    assert opens(body["access_token"]) == 200


def test_the_security_token_may_follow_the_password(app: App) -> None:
    token = security_token(app.user)
    assert len(token) == 24
    assert app.with_password(password=PASSWORD + token).status_code == 200
    assert app.with_password(password=PASSWORD + token[::-1]).status_code == 400
    assert app.with_password(password=token).status_code == 400
    app.user.set_password("another good one")
    assert security_token(app.user) != token


@pytest.mark.parametrize("way", ["body", "Basic", "basic"])
def test_client_credentials(app: App, way: str) -> None:
    if way == "body":
        answer = app.ask("client_credentials")
    else:
        header = base64.b64encode(f"{app.client_id}:{app.secret}".encode()).decode()
        client = Client(headers={"Authorization": f"{way} {header}"})
        answer = client.post("/services/oauth2/token/", {"grant_type": "client_credentials"})
    body = answer.json()
    assert set(body) == WHOLE
    assert body["id"].endswith(app.user.public_id)
    assert opens(body["access_token"]) == 200


def test_only_a_checksum_is_kept(app: App) -> None:
    token = app.with_password().json()["access_token"]
    session = ApiSession.objects.get()
    assert (session.token, session.way, session.application.client_id) == ("", "password", app.client_id)
    assert token not in str(vars(session))


def test_scopes_are_kept_and_only_api_opens_data(app: App) -> None:
    body = app.with_password(scope="id profile id made_up").json()
    assert body["scope"] == "id profile made_up"
    assert opens(body["access_token"]) == 403
    assert opens(app.with_password(scope="full").json()["access_token"]) == 200


def switch_off(app: App) -> None:
    User.objects.filter(pk=app.user.pk).update(is_active=False)


def suspend(app: App) -> None:
    Tenant.objects.filter(pk=app.user.tenant_id).update(is_active=False)


def forbid(app: App) -> None:
    ApiClient.objects.update(grant_types=[])


def retire(app: App) -> None:
    ApiClient.objects.update(is_active=False)


def nothing(app: App) -> None:
    pass


CREDENTIALS = {"grant": "client_credentials"}


@pytest.mark.parametrize(
    ("before", "asked", "error", "description"),
    [
        (nothing, {"client_id": "nobody"}, "invalid_client_id", "client identifier invalid"),
        (nothing, {"client_id": None}, "invalid_client_id", "client identifier invalid"),
        (nothing, {"client_secret": "wrong"}, "invalid_client", "invalid client credentials"),
        (nothing, {"client_secret": None}, "invalid_client", "invalid client credentials"),
        (retire, {}, "invalid_client_id", "client identifier invalid"),
        (nothing, {"grant": "magic"}, "unsupported_grant_type", "grant type not supported"),
        (forbid, {}, "unsupported_grant_type", "grant type not supported for this client"),
        (nothing, {"grant": ""}, "invalid_request", "missing required parameter: grant_type"),
        (nothing, {"username": ["a", "b"]}, "invalid_request", "username is given more than once"),
        (nothing, {"username": "a\x00b"}, "invalid_request", "text holds a null character"),
        (nothing, {"client_id": "a\x00b"}, "invalid_request", "text holds a null character"),
        (nothing, {"password": "wrong"}, "invalid_grant", "authentication failure"),
        (nothing, {"username": "nobody"}, "invalid_grant", "authentication failure"),
        (nothing, {"password": None}, "invalid_grant", "authentication failure"),
        (nothing, {"scope": "né"}, "invalid_scope", "the requested scope is invalid, unknown, or malformed"),
        (switch_off, {}, "inactive_user", "user is inactive"),
        (switch_off, CREDENTIALS, "inactive_user", "user is inactive"),
        (suspend, {}, "inactive_org", "organization is inactive"),
        (suspend, CREDENTIALS, "inactive_org", "organization is inactive"),
        (nothing, {"grant": "refresh_token"}, "invalid_request", "missing required parameter: refresh_token"),
        (
            nothing,
            {"grant": "refresh_token", "refresh_token": "x"},
            "invalid_grant",
            "expired access/refresh token",
        ),
        (nothing, {"grant": "authorization_code"}, "invalid_request", "missing required parameter: code"),
        (
            nothing,
            {"grant": "authorization_code", "code": "x", "redirect_uri": "y"},
            "invalid_grant",
            "invalid authorization code",
        ),
    ],
)
def test_refusals(app: App, before: Any, asked: dict[str, Any], error: str, description: str) -> None:
    before(app)
    asked = {"username": app.user.username, "password": PASSWORD, **asked}
    assert refusal(app.ask(asked.pop("grant", "password"), **asked)) == (400, error, description)


def test_a_client_is_of_one_organisation(app: App, other_tenant: Tenant) -> None:
    with scope(other_tenant):
        stranger = make_user("admin")
    answer = app.with_password(username=stranger.username)
    assert refusal(answer) == (400, "invalid_grant", "authentication failure")


@override_settings(WRONG_PASSWORDS=3)
def test_who_guesses_is_stopped_for_a_while(app: App) -> None:
    for _ in range(3):
        assert refusal(app.with_password(password="guess"))[1] == "invalid_grant"
    assert refusal(app.with_password()) == (400, "rate_limit_exceeded", "login rate exceeded")
    assert app.with_password(username="somebody").json()["error"] == "invalid_grant"
    FailedSignIn.objects.update(at=clock.now() - timedelta(minutes=16))
    assert app.with_password().status_code == 200


@override_settings(WRONG_PASSWORDS=3)
def test_a_right_password_wipes_the_wrong_ones_out(app: App) -> None:
    for _ in range(2):
        for _ in range(2):
            app.with_password(password="guess")
        assert app.with_password().status_code == 200


@override_settings(SIGN_INS_PER_HOUR=2)
def test_nobody_signs_in_all_the_time(app: App) -> None:
    assert [app.with_password().status_code for _ in range(3)] == [200, 200, 400]
    assert refusal(app.ask("client_credentials"))[1] == "rate_limit_exceeded"
    AccessToken.objects.update(created=clock.now() - timedelta(hours=2))
    assert app.with_password().status_code == 200


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("grant_type=password&" * 1100, "application/x-www-form-urlencoded"),
        ("x=" + "y" * 3_000_000, "application/x-www-form-urlencoded"),
        ("grant_type=password", "application/x-www-form-urlencoded; charset=latin-1"),
        ("nonsense", "multipart/form-data; boundary=x"),
        ("nonsense", "multipart/form-data"),
        ('{"grant_type": "password"}', "application/json"),
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
    ],
)
def test_bodies_that_say_nothing(db: None, body: Any, content_type: str) -> None:
    answer = Client().post("/services/oauth2/token", body, content_type=content_type)
    assert refusal(answer)[:2] == (400, "invalid_request")


def test_other_methods(db: None) -> None:
    answer = Client().get("/services/oauth2/token")
    assert refusal(answer)[:2] == (405, "invalid_request")
    assert answer["Allow"] == "POST"


def test_a_suspended_organisation_is_shut(app: App, client: Client) -> None:
    token = app.with_password().json()["access_token"]
    client.force_login(app.user)
    assert client.get("/")["Location"] == "/admin/"
    suspend(app)
    assert opens(token) == 401
    assert client.get("/")["Location"] == "/sign-in?next=/"
    assert b"No account" in client.post("/sign-in", {"username": app.user.username, "password": PASSWORD}).content


def test_what_ran_out_is_forgotten(app: App) -> None:
    app.with_password()
    code = approve(app.row, app.user, scopes="api", redirect_uri=RETURN, challenge="")
    withdraw(exchange(app.row, code, redirect_uri=RETURN, verifier="")[0])
    approve(app.row, app.user, scopes="api", redirect_uri=RETURN, challenge="")
    kept = (AccessToken, Approval, Grant)
    forget_tokens()
    assert [model.objects.count() for model in kept] == [1, 1, 1]
    past = clock.now() - timedelta(days=2)
    AccessToken.objects.update(expires=past)
    Grant.objects.update(expires=past)
    Approval.objects.update(revoked=past)
    forget_tokens()
    assert [model.objects.count() for model in kept] == [0, 0, 0]
