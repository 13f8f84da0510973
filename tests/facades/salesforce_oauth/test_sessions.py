"""What a token tells and how it ends: revoke, introspect, user info and the identity URL."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.test import Client
from oauth2_provider.models import AccessToken

from apps.accounts.models import Approval, User
from apps.accounts.operations import configure_user, issue_token, register_client
from apps.common import clock
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_user
from tests.facades.salesforce_oauth.conftest import App, opens
from tests.facades.salesforce_oauth.test_authorize import browser, decide, exchange, person  # noqa: F401

INTROSPECT, REVOKE, USER_INFO = (f"/services/oauth2/{name}" for name in ("introspect", "revoke", "userinfo"))


@pytest.fixture
def token(app: App) -> str:
    return str(app.with_password().json()["access_token"])


def test_revoked_by_either_method(app: App) -> None:
    for method in (Client().get, Client().post):
        token = app.with_password().json()["access_token"]
        assert method(REVOKE, {"token": token}).status_code == 200
        assert opens(token) == 401


@pytest.mark.parametrize("token", ["nonsense", "é" * 300])
def test_a_token_that_nobody_knows_is_revoked_already(db: None, token: str) -> None:
    answer = Client().post(REVOKE, {"token": token})
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (200, b"", "no-store")


def test_nothing_to_revoke(db: None) -> None:
    assert Client().post(REVOKE).json()["error"] == "invalid_request"
    assert Client().get(f"{REVOKE}?token=a%00").json()["error"] == "invalid_request"


def test_a_refresh_token_takes_its_sessions_with_it(app: App, browser: Client, token: str) -> None:  # noqa: F811
    first = exchange(app, decide(browser, app)["code"]).json()
    second = app.ask("refresh_token", refresh_token=first["refresh_token"]).json()["access_token"]
    assert Client().post(REVOKE, {"token": first["access_token"]}).status_code == 200
    assert [opens(each) for each in (first["access_token"], second)] == [401, 200]
    assert Client().post(REVOKE, {"token": first["refresh_token"]}).status_code == 200
    assert [opens(each) for each in (second, token)] == [401, 200]
    assert app.ask("refresh_token", refresh_token=first["refresh_token"]).status_code == 400
    assert Approval.objects.get().revoked


def test_introspect(app: App, token: str) -> None:
    sent = {"token": token, "client_id": app.client_id, "client_secret": app.secret}
    answer = Client().post(INTROSPECT, sent)
    body = answer.json()
    assert answer["Cache-Control"] == "no-store"
    assert {key: body[key] for key in ("active", "scope", "client_id", "username", "sub")} == {
        "active": True,
        "scope": "api id",
        "client_id": app.client_id,
        "username": app.user.username,
        "sub": f"http://testserver/id/{app.user.tenant.org_id}/{app.user.public_id}",
    }
    assert 7200 < body["exp"] - clock.now().timestamp() < 7500

    other_id, other_secret = register_client(app.user, "Other")
    theirs = {"token": token, "client_id": other_id, "client_secret": other_secret}
    assert Client().post(INTROSPECT, theirs).json() == {"active": False}
    assert Client().post(INTROSPECT, sent | {"client_secret": "wrong"}).json()["error"] == "invalid_client"
    assert Client().post(INTROSPECT, sent | {"token": ""}).json()["error"] == "invalid_request"
    AccessToken.objects.update(expires=clock.now() - timedelta(seconds=1))
    assert Client().post(INTROSPECT, sent).json() == {"active": False}


def test_introspect_a_refresh_token(app: App, browser: Client) -> None:  # noqa: F811
    body = exchange(app, decide(browser, app)["code"]).json()
    sent = {"token": body["refresh_token"], "client_id": app.client_id, "client_secret": app.secret}
    told = Client().post(INTROSPECT, sent).json()
    assert (told["active"], told["token_type"], told["scope"]) == (True, "refresh_token", body["scope"])
    Client().post(REVOKE, {"token": body["refresh_token"]})
    assert Client().post(INTROSPECT, sent).json() == {"active": False}


def of_bearer(token: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize("method", ["get", "post"])
def test_user_info(app: App, token: str, method: str) -> None:
    body = getattr(of_bearer(token), method)(USER_INFO).json()
    org, user = app.user.tenant.org_id, app.user.public_id
    assert body["sub"] == f"http://testserver/id/{org}/{user}"
    assert set(body) == {
        *("sub", "user_id", "organization_id", "preferred_username", "nickname", "name", "email", "email_verified"),
        *("given_name", "family_name", "zoneinfo", "photos", "profile", "picture", "address", "urls", "active"),
        *("user_type", "language", "locale", "utcOffset", "updated_at", "is_app_installed"),
        "is_salesforce_integration_user",
    }
    assert (body["user_id"], body["organization_id"], body["utcOffset"]) == (user, org, 19_800_000)
    assert (body["family_name"], body["email"], body["zoneinfo"]) == ("Ilves", "ramona@harbour.example", "Asia/Kolkata")
    assert set(body["photos"]) == {"picture", "thumbnail"}
    assert set(body["urls"]) == {
        *("enterprise", "metadata", "partner", "rest", "sobjects", "search", "query", "recent", "tooling_soap"),
        *("tooling_rest", "profile", "feeds", "groups", "users", "feed_items", "feed_elements", "custom_domain"),
    }
    assert body["urls"]["partner"] == f"http://testserver/services/Soap/u/{{version}}/{org}"


def test_user_info_asks_for_no_scope_but_for_a_token(app: App) -> None:
    assert of_bearer(issue_token(app.user, scopes="id")).get(USER_INFO).status_code == 200
    for client in (Client(), of_bearer("nonsense")):
        answer = client.get(USER_INFO)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")


def identity_of(answer: Any) -> str:
    return urlsplit(answer["id"]).path


@pytest.mark.parametrize("how", ["header", "parameter"])
def test_identity(app: App, how: str) -> None:
    signed_in = app.with_password().json()
    token, path = signed_in["access_token"], identity_of(signed_in)
    if how == "header":
        answer = of_bearer(token).get(path)
    else:
        answer = Client().get(path, {"oauth_token": token, "format": "json", "version": "59.0"})
        assert answer.json()["urls"]["rest"] == "http://testserver/services/data/v59.0/"
    body = answer.json()
    assert answer["Cache-Control"] == "no-store"
    assert (body["id"], body["asserted_user"], body["username"]) == (signed_in["id"], True, app.user.username)
    assert {
        *("user_id", "organization_id", "nick_name", "display_name", "email", "first_name", "last_name", "timezone"),
        *("photos", "addr_street", "active", "user_type", "language", "locale", "utcOffset", "last_modified_date"),
        *("is_app_installed", "urls"),
    } < set(body)


def test_identity_in_xml(app: App) -> None:
    signed_in = app.with_password().json()
    asked = {"oauth_token": signed_in["access_token"], "format": "xml"}
    User.objects.filter(pk=app.user.pk).update(first_name="<\x01&>")
    root = ElementTree.fromstring(Client().get(identity_of(signed_in), asked).content)
    assert (root.tag, root.findtext("id"), root.findtext("asserted_user")) == ("user", signed_in["id"], "true")
    assert root.findtext("first_name") == "<�&>"


def test_identity_of_nobody_and_of_others(app: App, tenant: Tenant, other_tenant: Tenant) -> None:
    with scope(tenant):
        colleague = make_user("agent")
    token, org, me = issue_token(app.user), tenant.org_id, app.user.public_id
    refused = [
        (Client(), org, me, "Missing_OAuth_Token"),
        (of_bearer("nonsense"), org, me, "Bad_OAuth_Token"),
        (of_bearer(token), other_tenant.org_id, me, "Wrong_Org"),
        (of_bearer(token), "nonsense", me, "Wrong_Org"),
        (of_bearer(token), org, colleague.public_id, "Wrong_User"),
        (of_bearer(token), org, "é", "Wrong_User"),
    ]
    for client, organization, user, why in refused:
        answer = client.get(f"/id/{organization}/{user}")
        assert (answer.status_code, answer.content.decode()) == (403, why)
        assert answer["Content-Type"].startswith("text/plain")
    assert of_bearer(token).get(f"/id/{org[:15]}/{me[:15]}").status_code == 200
    AccessToken.objects.update(expires=clock.now() - timedelta(seconds=1))
    assert of_bearer(token).get(f"/id/{org}/{me}").content == b"Bad_OAuth_Token"


def test_who_is_switched_off_loses_every_token(app: App, browser: Client, tenant: Tenant, person: User) -> None:  # noqa: F811
    body = exchange(app, decide(browser, app)["code"]).json()
    with scope(tenant):
        person.is_active = False
        configure_user(person, by=app.user)
        assert opens(body["access_token"]) == 401
        person.is_active = True
        configure_user(person, by=app.user)
    assert opens(body["access_token"]) == 401
    assert app.ask("refresh_token", refresh_token=body["refresh_token"]).status_code == 400
