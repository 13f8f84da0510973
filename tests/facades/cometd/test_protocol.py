"""The protocol's messages, their replies and refusals (genesys 15.1 to 15.6, 15.9)."""

from typing import Any

import pytest

from apps.accounts.models import User
from apps.common.threads import in_thread
from apps.tenants.models import Tenant
from tests.facades.cometd.bayeux import PATH, Bayeux, numbers
from tests.push.house import basic, happen, request, run, somebody

pytestmark = pytest.mark.django_db(transaction=True)
ADVICE = {"reconnect": "retry", "interval": 0, "timeout": 30000}


def test_a_handshake_offers_long_polling_alone(agent: User) -> None:
    async def scenario() -> None:
        client = Bayeux(agent)
        reply = await client.handshake(minimumVersion="1.0", ext={"unknown": 1})
        client_id = reply.pop("clientId")
        assert client_id.isalnum()
        assert len(client_id) >= 22  # 128 bits
        assert reply == {
            "id": "1",
            "channel": "/meta/handshake",
            "successful": True,
            "version": "1.0",
            "minimumVersion": "1.0",
            "supportedConnectionTypes": ["long-polling"],
            "advice": ADVICE,
        }
        for types in (["websocket", "callback-polling"], [], None, "long-polling"):
            reply = await client.handshake(supportedConnectionTypes=types)
            assert (reply["successful"], reply["error"]) == (False, "403::handshake_denied")
            assert reply["advice"] == ADVICE | {"reconnect": "none"}

    run(scenario)


def test_what_comes_with_a_handshake_is_ignored(agent: User) -> None:
    async def scenario() -> None:
        client = Bayeux(agent)
        replies = await client.send(
            client.message("/meta/subscribe", subscription="/news/chat"),
            client.message("/meta/handshake", version="1.0", supportedConnectionTypes=["long-polling"]),
        )
        assert [reply["channel"] for reply in replies] == ["/meta/handshake"]

    run(scenario)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "400::channel_missing"),
    ({"channel": "no-slash"}, "405::channel_invalid"),
    ({"channel": "/news/"}, "405::channel_invalid"),
    ({"channel": "/news/*"}, "405::channel_invalid"),
    ({"channel": 7}, "405::channel_invalid"),
    ({"channel": "/news/é"}, "405::channel_invalid"),
    ({"channel": "/meta/unheard-of"}, "405::channel_invalid"),
    ({"channel": "/meta/subscribe"}, "403::subscription_missing"),
    ({"channel": "/meta/subscribe", "subscription": []}, "403::subscription_missing"),
    ({"channel": "/meta/subscribe", "subscription": ["/news/chat", 1]}, "403::subscription_invalid"),
    ({"channel": "/meta/subscribe", "subscription": "news"}, "403::subscription_invalid"),
    ({"channel": "/meta/subscribe", "subscription": "/news/**/chat"}, "403::subscription_invalid"),
    ({"channel": "/meta/subscribe", "subscription": "/meta/connect"}, "403:/meta/connect:subscribe_denied"),
    ({"channel": "/meta/subscribe", "subscription": "/meta/**"}, "403:/meta/**:subscribe_denied"),
    ({"channel": "/meta/subscribe", "subscription": "/staff"}, "403:/staff:subscribe_denied"),
    ({"channel": "/meta/subscribe", "subscription": ["/news/chat", "/staff/"]}, "403:/staff/:subscribe_denied"),
    ({"channel": "/meta/unsubscribe"}, "403::subscription_missing"),
    ({"channel": "/news/chat", "data": {}}, "403:/news/chat:publish_denied"),
    ({"channel": "/meta/connect", "clientId": None}, "401::No client ID"),
    ({"channel": "/meta/subscribe", "subscription": "/news", "clientId": "x"}, "402::Unknown client"),
    ({"channel": "/meta/disconnect", "clientId": "x"}, "402::Unknown client"),
    ({"channel": "/news/chat", "clientId": "x" * 500}, "402::Unknown client"),
    ({"channel": "/service/x", "clientId": "a\x00b"}, "402::Unknown client"),
]


def test_a_refusal_names_its_reason_and_repeats_the_question(agent: User) -> None:
    async def scenario() -> None:
        client = await Bayeux(agent).open()
        for message, error in REFUSED:
            (reply,) = await client.send({"id": 17, "clientId": client.client_id} | message)
            repeated = {key: message[key] for key in ("channel", "subscription") if key in message}
            assert reply == {"id": 17, "successful": False, "error": error} | repeated
        (reply,) = await client.send(client.message("/service/any", data=1))
        assert reply == {"id": reply["id"], "channel": "/service/any", "successful": True}  # the session stands

    run(scenario)


def test_a_subscription_is_answered_as_it_was_sent(agent: User) -> None:
    async def scenario() -> None:
        client = Bayeux(agent)
        await client.handshake()
        for subscription in ("/news/chat", ["/calls", "/news/**"], "/service/any", "/**"):
            reply = await client.subscribe(subscription)
            assert (reply["successful"], reply["subscription"]) == (True, subscription)
            assert "data" not in reply

    run(scenario)


def test_events_come_under_the_name_subscribed_to_and_once(agent: User) -> None:
    async def heard(client: Bayeux, *subscriptions: str) -> list[str]:
        await client.open(*subscriptions)
        await happen(agent, 1, channel="voice")
        return [reply["channel"] for reply in await client.connect(advice={"timeout": 0}) if "data" in reply]

    async def scenario() -> None:
        client = Bayeux(agent)
        assert await heard(client, "/news/voice/") == ["/news/voice/"]
        assert await heard(client, "/news/voice/", "/news/voice", "/news/*") == ["/news/voice"]
        assert await heard(client, "/news/*", "/news/**") == ["/news/voice"]
        assert await heard(client, "/**") == ["/news/voice", "/calls"]
        assert await heard(client, "/news", "/news/chat", "/news/voice/*", "/service/**") == []

    run(scenario)


def test_unsubscribing_ends_the_news(agent: User) -> None:
    async def scenario() -> None:
        client = await Bayeux(agent).open("/news/*", "/calls")
        (reply,) = await client.send(client.message("/meta/unsubscribe", subscription=["/news/*", "/never"]))
        assert (reply["successful"], reply["subscription"]) == (True, ["/news/*", "/never"])
        await happen(agent, 1, channel="voice")
        assert [reply["channel"] for reply in await client.connect()][1:] == ["/calls"]

    run(scenario)


def test_a_right_that_was_taken_away_takes_its_news_along(tenant: Tenant) -> None:
    boss = somebody(tenant, "supervisor")

    async def scenario() -> None:
        client = await Bayeux(boss).open("/staff/news")
        await happen(boss, 1, channel="email")
        assert numbers(await client.connect()) == [1]
        await in_thread(User.objects.filter(pk=boss.pk).update, role="agent")
        await happen(boss, 2, channel="email")
        assert numbers(await client.connect(advice={"timeout": 0})) == []
        assert (await client.subscribe("/staff/news"))["error"] == "403:/staff/news:subscribe_denied"

    run(scenario)


def test_any_path_below_and_one_bare_message_will_do(agent: User) -> None:
    async def scenario() -> None:
        client = Bayeux(agent)
        body = b'{"channel":"/meta/handshake","id":1,"version":"1.0","supportedConnectionTypes":["long-polling"]}'
        for suffix in ("", "/", "/handshake", "/connect", "/disconnect", "/some/thing"):
            answer = await client.post(body, path=PATH + suffix)
            assert (answer.status, answer.json[0]["successful"], answer.json[0]["id"]) == (200, True, 1)

    run(scenario)


NO_BAYEUX = [
    (b"", 400),
    (b"{", 400),
    (b"[]", 400),
    (b"[1]", 400),
    (b'"text"', 400),
    (b"\xff\xfe", 400),
    (b"[" * 30000, 400),
    (b"[" + b" " * 70000 + b"]", 413),
    (b"[" + b",".join([b"{}"] * 51) + b"]", 413),
    (b'{"id": NaN}', 400),
]


def test_what_is_no_bayeux_is_answered_by_status(agent: User) -> None:
    async def scenario() -> None:
        for body, status in NO_BAYEUX:
            assert (await Bayeux(agent).post(body)).status == status
            assert (await request("POST", PATH, body)).status == 401

    run(scenario)


def test_a_websocket_is_refused_quickly(agent: User) -> None:
    async def scenario() -> None:
        upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", **basic(agent)}
        answer = await request("GET", PATH, headers=upgrade)
        assert (answer.status, answer.headers["allow"]) == (405, "POST, OPTIONS")

    run(scenario)
