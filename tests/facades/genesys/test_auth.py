"""Signing in, sessions and the token that keeps other pages out (genesys 2)."""

import pytest
from django.test import Client

from apps.accounts.operations import issue_token
from apps.agents.models import Agent
from tests.desktop import Desktop

pytestmark = pytest.mark.usefixtures("in_scope")


@pytest.fixture
def browser(alice: Agent) -> Client:
    """A browser that holds Alice's cookie and nothing else."""
    desk = Desktop(alice.user)
    desk.get("me")
    return desk.client


def post(client: Client, **headers: str) -> tuple[int, object]:
    body = '{"operationName": "StartContactCenterSession", "channels": ["voice"]}'
    response = client.post("/api/v2/me", body, "application/json", headers=headers)
    return response.status_code, response.json()


@pytest.mark.parametrize(
    "authorization", ["", "Basic !", "Basic YTpi", "Bearer x", "Digest y", "Basic YWxpY2U6d3Jvbmc="]
)
def test_a_stranger_is_told_to_sign_in(authorization: str) -> None:
    response = Client().get("/api/v2/me", headers={"Authorization": authorization})
    assert response.status_code == 401
    assert response.json()["statusCode"] == 20
    assert set(response.json()) == {"statusCode", "statusMessage"}
    assert response["WWW-Authenticate"].startswith("Basic realm=")


def test_basic_opens_a_session_whose_cookie_suffices(browser: Client) -> None:
    assert browser.get("/api/v2/me").json()["user"]["userName"] == "alice"


def test_a_bearer_token_signs_in(alice: Agent) -> None:
    token = issue_token(alice.user)
    response = Client().get("/api/v2/me", headers={"Authorization": f"Bearer {token}"})
    assert response.json()["user"]["userName"] == "alice"


def test_an_authenticated_get_names_the_token(browser: Client) -> None:
    response = browser.get("/api/v2/me")
    assert response["X-CSRF-HEADER"] == "X-CSRF-TOKEN"
    assert response["X-CSRF-TOKEN"]


def test_a_change_by_cookie_needs_the_token(browser: Client, bob: Agent) -> None:
    refused = (403, {"statusCode": 3, "statusMessage": "CSRF token missing or invalid"})
    assert post(browser) == refused
    foreign = Desktop(bob.user).request("GET", "me")["X-CSRF-TOKEN"]
    assert post(browser, **{"X-CSRF-TOKEN": foreign}) == refused
    own = browser.get("/api/v2/me")["X-CSRF-TOKEN"]
    assert post(browser, **{"X-CSRF-TOKEN": own}) == (200, {"statusCode": 0})


def test_own_credentials_need_no_token(alice: Agent) -> None:
    assert Desktop(alice.user).post("me", operationName="StartContactCenterSession", channels=["chat"])[0] == 200


def test_a_strict_installation_wants_the_token_always(alice: Agent, settings: object) -> None:
    settings.CSRF_ALWAYS = True  # type: ignore[attr-defined]
    desk = Desktop(alice.user)
    assert desk.post("me", operationName="Ready")[0] == 403
    desk.headers["X-CSRF-TOKEN"] = desk.request("GET", "me")["X-CSRF-TOKEN"]
    assert desk.post("me", operationName="StartContactCenterSession", channels=["chat"])[0] == 200


def test_credentials_of_another_user_replace_the_cookie(browser: Client, bob: Agent) -> None:
    header = Desktop(bob.user).headers
    assert browser.get("/api/v2/me", headers=header).json()["user"]["userName"] == "bob"
    assert browser.get("/api/v2/me").json()["user"]["userName"] == "bob"


def test_ending_the_session_ends_the_cookie(desk: Desktop) -> None:
    desk.expect("POST", "me", operationName="EndContactCenterSession")
    assert desk.client.get("/api/v2/me").status_code == 401


def test_a_page_of_a_named_origin_may_read_the_answers(alice: Agent, settings: object) -> None:
    settings.CORS_ORIGINS = ["https://desk.example"]  # type: ignore[attr-defined]
    asked = Client().options("/api/v2/me", headers={"Origin": "https://desk.example"})
    assert asked["Access-Control-Allow-Origin"] == "https://desk.example"
    desk = Desktop(alice.user)
    desk.headers["Origin"] = "https://desk.example"
    assert "X-CSRF-TOKEN" in desk.request("GET", "me")["Access-Control-Expose-Headers"]
    desk.headers["Origin"] = "https://elsewhere.example"
    assert "Access-Control-Allow-Origin" not in desk.request("GET", "me")
