"""Hundreds of open desks in one process, each with its stream; what an event says has changed is fetched at once.

Run as a process: `python -m bench.desk_pages`, with {"stream", "web", "cookies"} (two ports, sessions of the desks) as
JSON on the first line of its input. Says `ready` when every desk is in step. The next line ends it: it prints
{"delivered": [...], "changed": [...]}, seconds from each event to its arrival, and to the page that shows it.
"""

import asyncio
import json
import sys
import time
from datetime import datetime

_WANT = "/desk/parts?want=was-set+statebar+offers+my-work+work+context"  # what an empty desk asks for
_GATHERING = 0.04  # seconds in which further events join the same request, as on the page


class Desk:
    """One agent's page."""

    def __init__(self, cookie: str, figures: "Figures") -> None:
        self.cookie, self.figures = cookie, figures
        self.told: list[float] = []  # when what the page does not show yet happened
        self.fetching: asyncio.Task[None] | None = None

    async def listen(self, stream: int, web: int, in_step: "asyncio.Future[None]") -> None:
        self.web = await asyncio.open_connection("127.0.0.1", web)
        reader, writer = await asyncio.open_connection("127.0.0.1", stream, limit=2**20)
        writer.write(self._get("/events/stream"))
        name = b""
        while line := await reader.readline():
            if line.startswith(b"event: "):
                name = line[7:].strip()
            elif line.startswith(b"data: ") and name == b"in-step":
                in_step.set_result(None)
            elif line.startswith(b"data: "):
                self._heard(datetime.fromisoformat(json.loads(line[6:])["at"]).timestamp())

    def _heard(self, at: float) -> None:
        self.figures.delivered.append(time.time() - at)
        self.told.append(at)
        if self.fetching is None or self.fetching.done():
            self.fetching = asyncio.create_task(self._fetch())

    async def _fetch(self) -> None:
        while self.told:
            await asyncio.sleep(_GATHERING)
            shown, self.told = self.told, []
            reader, writer = self.web
            writer.write(self._get(_WANT))
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            if not head.startswith(b"http/1.1 200"):
                raise RuntimeError(head.decode())
            await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r\n")[0]))
            now = time.time()
            self.figures.changed += [now - at for at in shown]

    def _get(self, path: str) -> bytes:
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sessionid={self.cookie}\r\nHX-Request: true\r\n"
        return f"{head}X-Desk-Line: -1\r\n\r\n".encode()


class Figures:
    def __init__(self) -> None:
        self.delivered: list[float] = []
        self.changed: list[float] = []

    async def settle(self) -> None:
        """Until nothing has come for two seconds, and what came is shown; for a minute at most."""
        before = (-1, -1)
        for _ in range(30):
            now = (len(self.delivered), len(self.changed))
            if now == before and now[0] == now[1]:
                return
            before = now
            await asyncio.sleep(2)


async def main() -> None:
    given = json.loads(sys.stdin.readline())
    figures = Figures()
    loop = asyncio.get_running_loop()
    ready = [loop.create_future() for _ in given["cookies"]]
    desks = [
        loop.create_task(Desk(cookie, figures).listen(given["stream"], given["web"], future))
        for cookie, future in zip(given["cookies"], ready, strict=True)
    ]
    await asyncio.gather(*ready)
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await figures.settle()
    print(json.dumps({"delivered": figures.delivered, "changed": figures.changed}), flush=True)
    for desk in desks:
        desk.cancel()


if __name__ == "__main__":
    asyncio.run(main())
