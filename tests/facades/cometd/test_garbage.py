"""Whatever is sent: a message gets its reply, nobody gets an empty array, and nobody else loses a session."""

import json
import random
from typing import Any

import pytest

from apps.accounts.models import User
from tests.facades.cometd.bayeux import Bayeux, numbers
from tests.push.house import happen, run

pytestmark = pytest.mark.django_db(transaction=True)

_WORDS: list[Any] = [None, "", 0, -1, 2**80, 1e300, True, [], {}, [[]], {"a": 1}, "\x00", "\ud800", "é", "x" * 500, "/"]
_CHANNELS = [
    *("/meta/connect", "/meta/subscribe", "/meta/unsubscribe", "/meta/disconnect", "/meta/handshake"),
    *("/service/a", "/news/chat", "/**", "/meta/**", "/meta/"),
]
_FIELDS: dict[str, list[Any]] = {
    "channel": _CHANNELS,
    "id": ["1", 7],
    "clientId": ["nobodys"],
    "version": ["1.0"],
    "supportedConnectionTypes": [["long-polling"]],
    "connectionType": ["long-polling", "callback-polling"],
    "subscription": [*_CHANNELS, ["/news/*"], ["/news/*", 7]],
    "advice": [{"timeout": 0}, {"timeout": "x"}, {"timeout": -5}],
    "ext": [{"ack": 1}, {"ack": True}, {"ack": 2**80}],
    "data": [{"number": 1}],
}


def _message(chance: random.Random, *others: str) -> dict[str, Any]:
    made = {
        name: chance.choice(likely if chance.random() < 0.7 else _WORDS)
        for name, likely in _FIELDS.items()
        if chance.random() < 0.7
    }
    if chance.random() < 0.4:
        made["clientId"] = chance.choice(others)
    return made


def test_garbage(agent: User) -> None:
    async def scenario() -> None:
        chance = random.Random(15)
        bystander = await Bayeux(agent).open("/news/*")
        for _ in range(60):
            client = Bayeux(agent)
            await client.handshake()
            assert client.client_id
            sent = [_message(chance, client.client_id) for _ in range(chance.randint(1, 6))]
            if len(sent) == 1:  # so that none waits
                sent *= 2
            answer = await client.post(json.dumps(sent).encode())
            assert answer.status == 200, sent
            replies = [reply for reply in answer.json if "successful" in reply]
            shaking = [each for each in sent if each.get("channel") == "/meta/handshake"][:1]
            assert [reply.get("id") for reply in replies] == [each.get("id") for each in shaking or sent] != []
            assert not any("data" in reply for reply in replies)
        await happen(agent, 1, channel="voice")
        assert numbers(await bystander.connect()) == [1]

    run(scenario)
