"""Who may speak (genesys sections 2, 15.5, 15.8)."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from apps.accounts import remembered
from apps.accounts.models import User
from apps.common import clock
from apps.facades.cometd import csrf, views
from apps.tenants.models import Tenant
from tests.facades.cometd.bayeux import PATH, Bayeux
from tests.push.house import basic, cookie, request, run, somebody

pytestmark = pytest.mark.django_db(transaction=True)


def test_nobody_gets_a_failed_handshake_that_ends_the_trying(agent: User) -> None:
    async def scenario() -> None:
        for headers in (basic(agent, "wrong"), {"Authorization": "Basic ?"}, {"Cookie": "sessionid=nope"}):
            client = Bayeux(agent, headers=headers)
            reply = await client.handshake()
            assert (reply["successful"], reply["error"]) == (False, "401::Unauthorized")
            assert (reply["id"], reply["advice"]["reconnect"]) == ("1", "none")
            replies = await client.send(client.message("/meta/connect"), client.message("/news/chat"))
            assert [reply["error"] for reply in replies] == ["401::Unauthorized"] * 2

    run(scenario)


def test_a_session_belongs_to_its_user(tenant: Tenant, other_tenant: Tenant, agent: User) -> None:
    others = somebody(tenant), somebody(tenant, "admin"), somebody(other_tenant)

    async def scenario() -> None:
        client = await Bayeux(agent).open()
        for other in others:
            thief = Bayeux(other, client_id=client.client_id)
            (reply,) = await thief.connect()
            assert (reply["error"], reply["advice"]["reconnect"]) == ("402::Unknown client", "handshake")
            assert (await thief.subscribe("/news/chat"))["error"] == "402::Unknown client"
        (reply,) = await client.connect(advice={"timeout": 0})
        assert reply["successful"]

    run(scenario)


def test_whose_row_changes_all_the_time_is_served(agent: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another client of the same user may send name and password along with each request, and so sign in each time."""

    def known_and_changed(header: str) -> remembered.Known | None:
        found = remembered.know(header)
        User.objects.filter(pk=agent.pk).update(last_login=clock.now())
        return found

    monkeypatch.setattr(views, "know", known_and_changed)

    async def scenario() -> None:
        client = await Bayeux(agent).open("/news/chat")
        (reply,) = await client.connect(advice={"timeout": 1})
        assert reply["successful"]
        assert (await Bayeux(agent, headers=basic(agent, "wrong")).handshake())["error"] == "401::Unauthorized"

    run(scenario)


def test_a_cookie_needs_its_token(agent: User) -> None:
    browser = Client()
    browser.force_login(agent)
    token = csrf.headers(browser.session.session_key or "")
    assert token["X-CSRF-HEADER"] == "X-CSRF-TOKEN"
    signed_in = cookie(agent)

    async def scenario() -> None:
        own = {"Cookie": f"sessionid={browser.session.session_key}"}
        reply = await Bayeux(agent, headers=own | {"X-CSRF-TOKEN": token["X-CSRF-TOKEN"]}).handshake()
        assert reply["successful"]
        for headers in (own, own | {"X-CSRF-TOKEN": "x"}, signed_in | {"X-CSRF-TOKEN": token["X-CSRF-TOKEN"]}):
            answer = await Bayeux(agent, headers=headers).post(b"[{}]")
            assert (answer.status, answer.json["statusCode"]) == (403, 3)

    run(scenario)


def test_pages_of_listed_origins_may_speak_with_credentials(agent: User, settings: Settings) -> None:
    settings.CORS_ORIGINS = ["https://desk.example"]

    async def asked(origin: str, method: str = "OPTIONS") -> Any:
        return (await request(method, f"{PATH}/handshake", headers={"Origin": origin})).headers

    async def scenario() -> None:
        allowed = await asked("https://desk.example")
        assert allowed["access-control-allow-origin"] == "https://desk.example"
        assert allowed["access-control-allow-credentials"] == "true"
        assert "X-CSRF-TOKEN" in allowed["access-control-allow-headers"]
        assert allowed["access-control-expose-headers"] == "X-CSRF-HEADER, X-CSRF-TOKEN"
        assert allowed["vary"] == "Origin"
        assert "access-control-allow-origin" not in await asked("https://evil.example")
        assert "access-control-allow-origin" in await asked("https://desk.example", "POST")
        assert (await request("OPTIONS", PATH)).status == 204

    run(scenario)
