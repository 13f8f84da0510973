"""Thousands of CometD clients in one process: plain sockets and as little understanding as will do.

Run as a process: `python -m bench.listeners`, with {"port", "headers": [one line for each client]} as JSON on the first
line of its input. Says `ready` when every client waits. Each further line is a number of events to expect; once every
client has had so many it prints {"at": [...], "keys": [...]}: when each came, and which.
"""

import asyncio
import json
import re
import resource
import sys
import time
from typing import Any

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_KEY = re.compile(rb'"id": ?"IX([0-9A-F]+)"')
_CLIENT_ID = re.compile(rb'"clientId": ?"(\w+)"')
_OPENING_AT_ONCE = 100


class Listener(asyncio.Protocol):
    """One client. Handshake, subscription, first connect, and from then on connect after connect."""

    def __init__(self, crowd: "Crowd", header: str) -> None:
        self.crowd = crowd
        self.header = header
        self.client_id = ""
        self.received = b""
        self.wanted = 0  # bytes of the answer; 0: not known yet
        self.steps = 0
        self.last = 0  # the newest event's key: they must come in order, each once
        self.is_open = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self._send("/meta/handshake", version="1.0", supportedConnectionTypes=["long-polling"])

    def connection_lost(self, error: Exception | None) -> None:
        if not self.crowd.is_over:
            self.crowd.fail(f"the server closed a connection: {error}")

    def data_received(self, data: bytes) -> None:
        self.received = self.received + data if self.received else data
        if not self.wanted:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return
            length = _LENGTH.search(self.received, 0, end)
            if not self.received.startswith(b"HTTP/1.1 200") or not length:
                self.crowd.fail(self.received.decode())
                return
            self.wanted = end + 4 + int(length[1])
        if len(self.received) >= self.wanted:
            answer, self.received, self.wanted = self.received, b"", 0
            self._answered(answer)

    def _answered(self, answer: bytes) -> None:
        self.steps += 1
        if self.steps > 3:
            self.transport.write(self.connecting)
            keys = [int(key, 16) for key in _KEY.findall(answer)]
            if keys:
                self.crowd.heard(self, keys)
                return
        if b'"successful":false' in answer.replace(b" ", b""):
            self.crowd.fail(answer.decode())
            return
        if self.steps == 1:
            found = _CLIENT_ID.search(answer)
            assert found
            self.client_id = found[1].decode()
            self._send("/meta/subscribe", subscription="/v2/me/interactions")
        elif self.steps == 2:
            self._send("/meta/connect", connectionType="long-polling", advice={"timeout": 0})
        elif self.steps == 3:
            self.connecting = self._request("/meta/connect", connectionType="long-polling")
            self.transport.write(self.connecting)
            self.is_open.set_result(None)

    def _send(self, channel: str, **fields: Any) -> None:
        self.transport.write(self._request(channel, **fields))

    def _request(self, channel: str, **fields: Any) -> bytes:
        own = {"clientId": self.client_id} if self.client_id else {}
        body = json.dumps([{"channel": channel, "id": str(self.steps), **own, **fields}]).encode()
        head = f"POST /api/v2/notifications/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{self.header}\r\n"
        return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


class Crowd:
    def __init__(self) -> None:
        self.is_over = False
        self.expected = 0
        self.keys: list[int] = []
        self.at: list[float] = []
        self.all_came = asyncio.Event()

    def fail(self, why: str) -> None:
        if not self.is_over:
            self.is_over = True
            sys.exit(f"a listener failed: {why}")

    def heard(self, listener: Listener, keys: list[int]) -> None:
        now = time.time()
        for key in keys:
            if key <= listener.last:
                self.fail(f"event {key} came after {listener.last}")
            listener.last = key
            self.keys.append(key)
            self.at.append(now)
        if len(self.keys) >= self.expected:
            self.all_came.set()

    async def gather(self, port: int, headers: list[str]) -> None:
        """Open all clients, a hundred at a time."""
        loop = asyncio.get_running_loop()
        places = asyncio.Semaphore(_OPENING_AT_ONCE)

        async def one(header: str) -> None:
            async with places:
                _, listener = await loop.create_connection(lambda: Listener(self, header), "127.0.0.1", port)
                await listener.is_open

        await asyncio.gather(*map(one, headers))

    async def hear(self, expected: int) -> dict[str, Any]:
        """What came, once it is so much in all."""
        self.expected = expected
        if len(self.keys) < expected:
            self.all_came.clear()
            await self.all_came.wait()
        return {"at": self.at, "keys": self.keys}


async def main() -> None:
    asked = json.loads(await _line())
    crowd = Crowd()
    await crowd.gather(asked["port"], asked["headers"])
    print("ready", flush=True)
    while line := await _line():
        print(json.dumps(await crowd.hear(int(line))), flush=True)
    crowd.is_over = True


async def _line() -> str:
    return await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(main())
