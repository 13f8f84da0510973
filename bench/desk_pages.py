"""Hundreds of open desks in one process, each with its stream; what an event says has changed is fetched at once.

Run as a process: `python -m bench.desk_pages`, with {"stream", "web", "cookies"} (two ports, sessions of the desks) as
JSON on the first line of its input. Says `ready` when every desk is in step. The next line ends it: it prints
{"delivered": [...], "changed": [...], "requests": n}: seconds from each event that the page follows to its arrival, and
to the page that shows it, and how many answers brought that.
"""

import asyncio
import json
import random
import re
import sys
import time
from datetime import datetime
from typing import Any

_GATHERING = 0.005  # seconds in which further events join the same request
_QUEUES_EVERY = 10.0  # seconds, while nothing is open
_AT_ONCE = 8  # pages that load at the same time, before it begins


class Desk:
    """One agent's page: what static/switchroom/desk.js hears, asks for and says of itself."""

    loading = asyncio.Semaphore(_AT_ONCE)

    def __init__(self, cookie: str, figures: "Figures") -> None:
        self.cookie, self.figures = f"sessionid={cookie}", figures
        self.asked: dict[str, dict[str, None]] = {"want": {}, "here": {}, "beside": {}}
        self.told: list[float] = []  # when what the page does not show yet happened
        self.fetching: asyncio.Task[None] | None = None
        self.work, self.offers = "", list[str]()

    async def sit_down(self, stream: int, web: int) -> None:
        """Until the page is in step and shows what it may have missed while it loaded."""
        self.port, self.web = web, await asyncio.open_connection("127.0.0.1", web)
        async with self.loading:
            page = await self._get("/desk/")
        heard, here = (_said(page, f'data-events{which}="([^"]*)"')[0].split() for which in ("", "-here"))
        self.heard, self.heard_here = frozenset(heard), frozenset(here)
        self.user = int(_said(page, 'data-user="(\\d+)"')[0])
        self._shows(page)
        reader, self.stream = await asyncio.open_connection("127.0.0.1", stream, limit=2**20)
        self.stream.write(f"GET /events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self.cookie}\r\n\r\n".encode())
        while (await reader.readline()).strip() != b"event: in-step":
            pass
        self.listening = asyncio.create_task(self._listen(reader))
        async with self.loading:
            self._ask("beside", "everything")
            while self.fetching and not self.fetching.done():
                await self.fetching
        self.looking = asyncio.create_task(self._look())

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        name = ""
        while line := await reader.readline():
            if line.startswith(b"event: "):
                name = line[7:].strip().decode()
            elif line.startswith(b"data: ") and name in self.heard:
                self._hear(name, json.loads(line[6:]))

    def _hear(self, name: str, event: dict[str, Any]) -> None:
        about = event.get("interaction")
        is_here = bool(about) and about["uuid"] == self.work
        concerned = [*event.get("parts", []), *filter(None, [event.get("agent")])]
        is_mine = any(each["user_id"] == self.user for each in concerned)
        if is_here or (is_mine and name not in self.heard_here):
            at = datetime.fromisoformat(event["at"]).timestamp()
            self.figures.delivered.append(time.time() - at)
            self.told.append(at)
            self._ask("here" if is_here else "beside", name)

    async def _look(self) -> None:
        """The queues that a page with nothing open shows."""
        await asyncio.sleep(random.uniform(0, _QUEUES_EVERY))
        while True:
            if not self.work:
                self._ask("want", "my-queues")
            await asyncio.sleep(_QUEUES_EVERY)

    def _ask(self, kind: str, name: str) -> None:
        self.asked[kind][name] = None
        if self.fetching is None or self.fetching.done():
            self.fetching = asyncio.create_task(self._fetch())

    async def _fetch(self) -> None:
        await asyncio.sleep(_GATHERING)
        query = "&".join(f"{kind}={'+'.join(names)}" for kind, names in self.asked.items())
        self.asked = {kind: {} for kind in self.asked}
        shown, self.told = self.told, []
        self._shows(await self._get(f"/desk/parts?{query}&"))
        now = time.time()
        self.figures.changed += [now - at for at in shown]
        self.figures.requests += bool(shown)
        if any(self.asked.values()):
            self.fetching = asyncio.create_task(self._fetch())

    def _shows(self, html: str) -> None:
        self.work = next(iter(_said(html, 'id="work"[^>]* data-work="([^"]*)"')), self.work)
        if 'id="offers"' in html:
            self.offers = _said(html, 'data-offer="([^"]*)"')

    async def _get(self, path: str) -> str:
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self.cookie}\r\n"
        if path != "/desk/":
            head += "HX-Request: true\r\nHX-Current-URL: http://127.0.0.1/desk/\r\nX-Desk-Line: -1\r\n"
            head += f"X-Desk-Work: {self.work}\r\nX-Desk-Offers: {' '.join(self.offers)}\r\n"
        if self.web[0].at_eof():  # the server closes what has been quiet for long
            self.web = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.web
        writer.write(f"{head}\r\n".encode())
        answer = (await reader.readuntil(b"\r\n\r\n")).decode()
        if not answer.startswith("HTTP/1.1 200"):
            raise RuntimeError(answer)
        if token := _said(answer, r"(?i)set-cookie: (csrftoken=\w+)"):
            self.cookie = f"{self.cookie.partition(';')[0]}; {token[0]}"
        length = int(_said(answer, r"(?i)content-length: (\d+)")[0])
        return (await reader.readexactly(length)).decode()


def _said(text: str, pattern: str) -> list[str]:
    return re.findall(pattern, text)


class Figures:
    def __init__(self) -> None:
        self.delivered: list[float] = []
        self.changed: list[float] = []
        self.requests = 0  # that brought them

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
    desks = [Desk(cookie, figures) for cookie in given["cookies"]]
    await asyncio.gather(*(desk.sit_down(given["stream"], given["web"]) for desk in desks))
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await figures.settle()
    print(json.dumps(vars(figures)), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
