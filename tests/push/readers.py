"""Readers that are killed and come back: real connections, each cut off at any moment and begun anew."""

import asyncio
import json
import random
import re
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

NOTIFICATIONS, STREAM = "/api/v2/notifications", "/events/stream"
_LIFE_S = (0.02, 0.8)  # how long a reader lives before it is killed
_KEY = re.compile("IX([0-9A-F]+)")


@dataclass
class Reader:
    """What one client has of what it was told. `seen` is kept; everything else dies with its connection."""

    address: str
    headers: dict[str, str]
    seen: list[int] = field(default_factory=list)

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One request on a connection of its own."""
        reader, writer = await self._send(method, path, body)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            length = re.search(rb"(?i)content-length: *(\d+)", head)
            assert length
            return json.loads(await reader.readexactly(int(length[1])))
        finally:
            writer.transport.abort()

    async def _send(
        self, method: str, path: str, body: Any, headers: Mapping[str, str] = MappingProxyType({})
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        where = urlsplit(self.address)
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        sent = json.dumps(body).encode() if body is not None else b""
        fields = {"Host": where.netloc, "Content-Type": "application/json", "Content-Length": str(len(sent))}
        fields |= {**self.headers, **headers}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode() + sent)
        return reader, writer

    async def live(self) -> None:
        """Hear, until killed."""
        raise NotImplementedError

    async def begin(self) -> None:
        """Before the first life."""

    async def live_and_die(self, is_enough: Callable[[], bool]) -> None:
        while not is_enough():
            with suppress(TimeoutError):
                await asyncio.wait_for(self.live(), random.uniform(*_LIFE_S))


@dataclass
class Stream(Reader):
    """The event stream. Its place is the id of the last message that came whole."""

    last: str = ""

    async def begin(self) -> None:
        """Hear where it begins: the first sign that it is in step."""
        await self._listen(lambda: bool(self.last))

    async def live(self) -> None:
        await self._listen(lambda: False)

    async def _listen(self, is_enough: Callable[[], bool]) -> None:
        reader, writer = await self._send("GET", STREAM, None, {"Last-Event-ID": self.last} if self.last else {})
        try:
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
            while not is_enough():
                self._hear((await reader.readuntil(b"\n\n")).decode())
        finally:
            writer.transport.abort()

    def _hear(self, chunk: str) -> None:
        fields = dict(line.split(": ", 1) for line in chunk.splitlines() if ": " in line)
        if "id" not in fields:
            return
        assert fields["event"] != "resync"
        self.last = fields["id"]
        if fields["event"] != "in-step":
            self.seen.append(json.loads(fields["data"])["interaction_id"])


@dataclass
class Acknowledging(Reader):
    """A CometD client with the ack extension. It keeps its client id and the last batch that it has."""

    client_id: str = ""
    batch: int = 0

    async def send(self, channel: str, **fields: Any) -> list[Any]:
        own = {"clientId": self.client_id} if self.client_id else {}
        message = {"channel": channel, "id": "1", **own, **fields}
        replies: list[Any] = await self.ask("POST", NOTIFICATIONS, [message])
        assert replies[0]["successful"], replies[0]
        return replies

    async def begin(self) -> None:
        types = ["long-polling"]
        (reply,) = await self.send("/meta/handshake", supportedConnectionTypes=types, ext={"ack": True})
        self.client_id = reply["clientId"]
        await self.send("/meta/subscribe", subscription="/v2/me/interactions")
        await self.live()

    async def live(self) -> None:
        replies = await self.send("/meta/connect", connectionType="long-polling", ext={"ack": self.batch})
        if "ext" in replies[0]:  # none where a connect that was cut off came late, and ended this one's wait
            self.batch = replies[0]["ext"]["ack"]
        for event in replies[1:]:
            key = _KEY.fullmatch(event["data"]["interaction"]["id"])
            assert key
            self.seen.append(int(key[1], 16))


async def gather(*work: Coroutine[Any, Any, Any]) -> None:
    """All at once; the first failure ends the rest."""
    async with asyncio.TaskGroup() as group:
        for each in work:
            group.create_task(each)
