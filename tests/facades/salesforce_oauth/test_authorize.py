"""A person lets a client in by the browser, and what that is worth afterwards."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from oauth2_provider.models import Grant

from apps.accounts.models import ApiClient, Approval, User
from apps.accounts.operations import register_client
from apps.common import clock
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import PASSWORD, make_user
from tests.facades.salesforce_oauth.conftest import RETURN, App, opens

PATH = "/services/oauth2/authorize"
VERIFIER = "v" * 171  # as long as a published client makes it


def challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def person(tenant: Tenant) -> User:
    with scope(tenant):
        return make_user("agent", "Tomas")


@pytest.fixture
def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def asked(app: App, **changes: Any) -> dict[str, Any]:
    sent = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": RETURN,
        "state": "a&b=c",
        "code_challenge": challenge(VERIFIER),
        **changes,
    }
    return {name: value for name, value in sent.items() if value is not None}


def returned(answer: Any) -> Mapping[str, str]:
    """What the browser brings back to the client."""
    assert answer.status_code == 302, answer.content
    assert answer["Location"].startswith(f"{RETURN}&")
    return dict(parse_qsl(urlsplit(answer["Location"]).query, strict_parsing=True))


def decide(browser: Client, app: App, decision: str = "allow", **changes: Any) -> Mapping[str, str]:
    return returned(browser.post(PATH, {"decision": decision}, query_params=asked(app, **changes)))


def exchange(app: App, code: str, **changes: Any) -> Any:
    sent = {"code": code, "redirect_uri": RETURN, "code_verifier": VERIFIER, **changes}
    return app.ask("authorization_code", **sent)


def error(answer: Any) -> tuple[int, str, str]:
    return answer.status_code, answer.json()["error"], answer.json()["error_description"]


def test_from_the_link_to_the_data(app: App, person: User) -> None:
    browser = Client()
    sent_away = browser.get(PATH, asked(app))
    assert sent_away["Location"].startswith("/sign-in?next=/services/oauth2/authorize")
    come_back = browser.post("/sign-in", {"username": "Tomas", "password": PASSWORD, "next": _next(sent_away)})
    page = browser.get(come_back["Location"])
    text = page.content.decode()
    assert "Let Console in?" in text
    assert "app.example" in text
    assert "Read and change records" in text
    assert "Tomas" in text
    assert page["X-Frame-Options"] == "DENY"

    brought = returned(browser.post(come_back["Location"], {"decision": "allow"}))
    assert brought["state"] == "a&b=c"
    body = exchange(app, brought["code"]).json()
    assert body["scope"] == "api id refresh_token"
    assert body["id"].endswith(person.public_id)
    assert opens(body["access_token"]) == 200

    again = app.ask("refresh_token", refresh_token=body["refresh_token"]).json()
    assert set(again) == set(body) - {"refresh_token"}
    assert opens(again["access_token"]) == opens(body["access_token"]) == 200
    assert app.ask("refresh_token", refresh_token=body["refresh_token"]).status_code == 200


def _next(answer: Any) -> str:
    return dict(parse_qsl(urlsplit(answer["Location"]).query))["next"]


def test_who_has_allowed_it_is_not_asked_again(app: App, browser: Client) -> None:
    assert exchange(app, decide(browser, app)["code"]).status_code == 200
    assert "code" in returned(browser.get(PATH, asked(app)))
    assert "code" in returned(browser.get(PATH, asked(app, prompt="none", scope="api")))
    assert browser.get(PATH, asked(app, scope="api web")).status_code == 200
    assert browser.get(PATH, asked(app, prompt="consent")).status_code == 200


def test_also_whom_the_client_runs_as_is_asked(app: App) -> None:
    browser = Client()
    browser.force_login(app.user)
    assert b"Let Console in?" in browser.get(PATH, asked(app)).content


def test_what_an_administrator_approved_asks_nobody(app: App, browser: Client) -> None:
    ApiClient.objects.update(skip_authorization=True)
    assert "code" in returned(browser.get(PATH, asked(app)))


def test_signing_in_again_can_be_demanded(app: App, browser: Client) -> None:
    sent_away = browser.get(PATH, asked(app, prompt="login consent"))
    assert sent_away["Location"].startswith("/sign-in")
    assert "prompt=consent" in _next(sent_away)
    assert browser.get("/")["Location"].startswith("/sign-in")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": "é"}, "invalid_scope"),
        ({"prompt": "none"}, "consent_required"),
    ],
)
def test_the_client_is_told_by_the_browser(app: App, browser: Client, changes: Any, expected: str) -> None:
    told = returned(browser.get(PATH, asked(app, **changes)))
    assert (told["error"], told["state"]) == (expected, "a&b=c")
    assert told["error_description"]


def test_denied(app: App, browser: Client) -> None:
    assert decide(browser, app, "deny") == {
        "from": "here",
        "error": "access_denied",
        "error_description": "end-user denied authorization",
        "state": "a&b=c",
    }
    assert browser.post(PATH, {"decision": "perhaps"}, query_params=asked(app)).status_code == 200
    assert not Grant.objects.exists()


def test_nobody_signed_in_and_nobody_to_be_asked(app: App) -> None:
    assert returned(Client().get(PATH, asked(app, prompt="none")))["error"] == "login_required"


def test_a_client_that_may_not_come_this_way(app: App, browser: Client) -> None:
    ApiClient.objects.update(grant_types=["password"])
    assert returned(browser.get(PATH, asked(app)))["error"] == "unauthorized_client"


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "nobody"},
        {"client_id": "a\x00"},
        {"redirect_uri": None},
        {"redirect_uri": "https://app.example/back"},
        {"redirect_uri": f"{RETURN}&more=1"},
        {"redirect_uri": f"{RETURN}/"},
        {"redirect_uri": "https://app.example.evil.example/back?from=here"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": [RETURN, "https://evil.example"]},
    ],
)
def test_nobody_is_sent_to_an_address_that_was_not_registered(app: App, browser: Client, changes: Any) -> None:
    answer = browser.get(PATH, asked(app, **changes))
    assert answer.status_code == 400
    assert b"cannot be let in" in answer.content
    assert "Location" not in answer


def test_a_client_of_another_organisation(app: App, other_tenant: Tenant) -> None:
    with scope(other_tenant):
        stranger = make_user("admin")
    browser = Client()
    browser.force_login(stranger)
    assert browser.get(PATH, asked(app)).status_code == 403
    assert browser.post(PATH, {"decision": "allow"}, query_params=asked(app)).status_code == 403
    assert not Grant.objects.exists()


def test_a_foreign_page_cannot_allow_it(app: App, person: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person)
    assert browser.post(PATH, {"decision": "allow"}, query_params=asked(app)).status_code == 403
    assert not Grant.objects.exists()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"code_verifier": "wrong"}, "invalid code verifier"),
        ({"code_verifier": None}, "invalid code verifier"),
        ({"code_verifier": challenge(VERIFIER)}, "invalid code verifier"),
        ({"redirect_uri": "https://app.example/"}, "redirect_uri must match configuration"),
    ],
)
def test_a_code_for_somebody_else_is_worth_nothing(app: App, browser: Client, changes: Any, expected: str) -> None:
    code = decide(browser, app)["code"]
    assert error(exchange(app, code, **changes)) == (400, "invalid_grant", expected)
    assert exchange(app, code).status_code == 200


def test_a_code_runs_out(app: App, browser: Client) -> None:
    code = decide(browser, app)["code"]
    assert Grant.objects.get().code != code
    Grant.objects.update(expires=clock.now() - timedelta(seconds=1))
    assert error(exchange(app, code)) == (400, "invalid_grant", "expired authorization code")


def test_a_second_use_of_a_code_ends_what_the_first_one_opened(app: App, browser: Client) -> None:
    code = decide(browser, app)["code"]
    first = exchange(app, code).json()
    second = app.ask("refresh_token", refresh_token=first["refresh_token"]).json()
    assert error(exchange(app, code)) == (400, "invalid_grant", "invalid authorization code")
    assert opens(first["access_token"]) == opens(second["access_token"]) == 401
    assert app.ask("refresh_token", refresh_token=first["refresh_token"]).status_code == 400


def test_without_the_scope_no_refresh_token(app: App, browser: Client) -> None:
    body = exchange(app, decide(browser, app, scope="api")["code"]).json()
    assert (body["scope"], "refresh_token" in body) == ("api", False)


def test_pkce_is_left_out_only_where_an_administrator_said_so(app: App, browser: Client) -> None:
    ApiClient.objects.update(needs_pkce=False)
    plain = decide(browser, app, code_challenge=None)["code"]
    assert error(exchange(app, plain)) == (400, "invalid_grant", "invalid code verifier")
    assert exchange(app, plain, code_verifier=None).status_code == 200
    guarded = decide(browser, app)["code"]
    assert error(exchange(app, guarded, code_verifier=None)) == (400, "invalid_grant", "invalid code verifier")


def test_a_client_without_a_secret(app: App, browser: Client) -> None:
    ApiClient.objects.update(client_type="public")
    body = exchange(app, decide(browser, app)["code"], client_secret=None).json()
    again = app.ask("refresh_token", refresh_token=body["refresh_token"], client_secret=None)
    assert again.status_code == 200
    assert error(app.ask("client_credentials", client_secret=None))[1] == "invalid_grant"


def test_an_approval_lets_assertions_in(app: App, browser: Client, person: User) -> None:
    exchange(app, decide(browser, app)["code"])
    assert app.with_assertion({"sub": person.username}).status_code == 200
    Approval.objects.update(revoked=clock.now())
    assert app.with_assertion({"sub": person.username}).status_code == 400


def test_a_refresh_token_of_another_client(app: App, browser: Client) -> None:
    body = exchange(app, decide(browser, app)["code"]).json()
    other = App(*register_client(app.user, "Other", grant_types=["refresh_token"]), app.user)
    assert error(other.ask("refresh_token", refresh_token=body["refresh_token"])) == (
        400,
        "invalid_grant",
        "expired access/refresh token",
    )
    assert opens(body["access_token"]) == 200


def test_who_is_switched_off_gets_nothing_for_a_refresh_token(app: App, browser: Client, person: User) -> None:
    body = exchange(app, decide(browser, app)["code"]).json()
    User.objects.filter(pk=person.pk).update(is_active=False)
    answer = app.ask("refresh_token", refresh_token=body["refresh_token"])
    assert error(answer) == (400, "inactive_user", "user is inactive")
