"""A Bayeux client without any wits: it sends what it is told and shows what comes."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from apps.accounts.models import User
from apps.facades.cometd.waiting import waits
from tests.push.house import Answer, basic, request

PATH = "/api/v2/notifications"


@dataclass
class Bayeux:
    user: User
    headers: dict[str, str] = field(default_factory=dict)
    client_id: str | None = None
    path: str = PATH
    _ids: Any = field(default_factory=lambda: count(1))

    def message(self, channel: str, **fields: Any) -> dict[str, Any]:
        own = {"clientId": self.client_id} if self.client_id else {}
        return {"channel": channel, "id": str(next(self._ids)), **own, **fields}

    async def send(self, *messages: Any, path: str | None = None) -> list[dict[str, Any]]:
        answer = await self.post(json.dumps(messages).encode(), path=path or self.path)
        assert answer.status == 200, answer.body
        assert answer.headers["content-type"] == "application/json"
        assert isinstance(answer.json, list)
        assert answer.json, "clients take an empty array for a failure (genesys 15.1)"
        return list(answer.json)

    async def post(self, body: bytes, *, path: str = PATH) -> Answer:
        headers = {"Content-Type": "application/json;charset=UTF-8", **(self.headers or basic(self.user))}
        return await request("POST", path, body, headers)

    async def handshake(self, **fields: Any) -> dict[str, Any]:
        self.client_id = None
        offer = {"version": "1.0", "supportedConnectionTypes": ["websocket", "long-polling"], **fields}
        (reply,) = await self.send(self.message("/meta/handshake", **offer))
        self.client_id = reply.get("clientId")
        return reply

    async def connect(self, **fields: Any) -> list[dict[str, Any]]:
        return await self.send(self.message("/meta/connect", connectionType="long-polling", **fields))

    def waiting(self, **fields: Any) -> "asyncio.Task[list[dict[str, Any]]]":
        return asyncio.create_task(self.connect(**fields))

    async def subscribe(self, subscription: Any) -> dict[str, Any]:
        (reply,) = await self.send(self.message("/meta/subscribe", subscription=subscription))
        return reply

    async def open(self, *subscriptions: str, **handshake: Any) -> "Bayeux":
        """Ready to wait: shaken hands, subscribed, and connected once."""
        await self.handshake(**handshake)
        for subscription in subscriptions:
            assert (await self.subscribe(subscription))["successful"]
        await self.connect(**({"ext": {"ack": 0}} if handshake.get("ext") else {}))
        return self


def numbers(replies: Iterable[dict[str, Any]]) -> list[int]:
    """Of the events among the replies, which ones."""
    return [reply["data"]["number"] for reply in replies if "data" in reply]


async def is_held(connect: "asyncio.Task[Any]", client: Bayeux) -> bool:
    """Whether the connect has come to wait."""
    while not connect.done():
        if client.client_id and waits(client.client_id):
            return True
        await asyncio.sleep(0.01)
    return False
