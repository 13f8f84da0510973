"""Databases with a generated past, a small one and a large one, each behind a web process of its own.

They stay in the folder of `--data-dir`, so that a large one is made once.
"""

import atexit
import base64
import http.client
import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from apps.demo.setup import PASSWORD
from bench import server
from bench.table import Row

SMALL = 10_000
large = 0  # contacts; `--contacts` says how many
_ROUNDS = 5
_LEAST = 1 / 1.5  # at a hundred times the size it may take half as long again
_MARGIN = 20  # requests before a round is measured


class Past:
    """A contact centre with so many finished contacts, and its CxEngage API."""

    def __init__(self, contacts: int) -> None:
        folder, self.contacts = _folder(contacts), contacts
        tenant, user = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}|integration\.\d+", _made(folder).read_text())
        self.dice = random.Random(contacts)
        self.path = f"/v1/tenants/{tenant}/interactions"
        self._headers = {"Authorization": f"Basic {base64.b64encode(f'{user}:{PASSWORD}'.encode()).decode()}"}
        self.supervisor, self._cookies = user.replace("integration", "supervisor"), dict[str, str]()
        port = server.free_port()
        web = server.serve(folder / "postgres", port)
        atexit.register(web.terminate)
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        server.wait(self._connection)
        self._headers["Authorization"] = f"Token {self._token(user)}"
        self.total: int = self.ask(limit=0)["total"]

    def ask(self, interaction_id: str = "", **query: Any) -> Any:
        """A record, or a page of the list."""
        path = f"{self.path}/{interaction_id}" if interaction_id else f"{self.path}?{urlencode(query)}"
        response = self._send("GET", path, headers=self._headers)
        body = response.read()
        if response.status != http.client.OK:
            raise RuntimeError(body[:500].decode())
        return json.loads(body)

    def post(self, path: str, body: Any) -> Any:
        """What is asked by POST, below the tenant."""
        headers = {**self._headers, "Content-Type": "application/json"}
        response = self._send("POST", f"{self.path.removesuffix('interactions')}{path}", json.dumps(body), headers)
        text = response.read()
        if response.status != http.client.OK:
            raise RuntimeError(text[:500].decode())
        return json.loads(text)

    def page(self, address: str, user: str = "") -> None:
        """A page of the administration, read by a supervisor."""
        user = user or self.supervisor
        if user not in self._cookies:
            self._sign_in(user)
        response = self._send("GET", address, headers={"Cookie": self._cookies[user]})
        response.read()
        if response.status != http.client.OK:
            raise RuntimeError(f"{address}: {response.status}")

    def _send(
        self, method: str, address: str, body: str | None = None, headers: "dict[str, str] | None" = None
    ) -> http.client.HTTPResponse:
        """Once more, should the server have closed a connection that was quiet for long."""
        try:
            self._connection.request(method, address, body, headers or {})
            return self._connection.getresponse()
        except (BrokenPipeError, http.client.RemoteDisconnected):
            self._connection.close()
            self._connection.request(method, address, body, headers or {})
            return self._connection.getresponse()

    def _sign_in(self, user: str) -> None:
        response = self._send("GET", "/sign-in")
        form, seen = response.read().decode(), _cookies(response)
        (token,) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
        told = {"csrfmiddlewaretoken": token, "username": user, "password": PASSWORD}
        headers = {"Cookie": seen, "Content-Type": "application/x-www-form-urlencoded"}
        response = self._send("POST", "/sign-in", urlencode(told), headers)
        response.read()
        self._cookies[user] = _cookies(response)

    def _token(self, user: str) -> str:
        """Checking a password takes a third of a second, which is not what is measured here."""
        body = json.dumps({"username": user, "password": PASSWORD})
        return str(json.load(self._send("POST", "/v1/tokens", body, {"Content-Type": "application/json"}))["token"])


def _cookies(response: http.client.HTTPResponse) -> str:
    return "; ".join(each.partition(";")[0] for each in response.headers.get_all("Set-Cookie", []))


@cache
def both() -> tuple[Past, Past]:
    for contacts in (SMALL, large):  # first: meanwhile nobody is connected
        _prepare(contacts)
    return Past(SMALL), Past(large)


def _prepare(contacts: int) -> None:
    folder = _folder(contacts)
    _manage(folder, "migrate", "-v0")
    if not _made(folder).exists():
        _made(folder).write_text(_manage(folder, "generate_history", str(contacts)))


def _made(folder: Path) -> Path:
    return folder / "made.txt"


def compare(name: str, question: Callable[[Past], Callable[[], object]], seconds: float) -> Row:
    """What 95 of 100 such requests take at most, the small one's time to the large one's; the median round's.

    `question` prepares one request; they take turns, so that both meet the same weather.
    """
    small, great = both()
    rounds = []
    for _ in range(_ROUNDS):
        times = _turns([small, great], question, seconds / _ROUNDS)
        rounds.append([sorted(each)[int(len(each) * 0.95)] for each in times])
    fast, slow = sorted(rounds, key=lambda pair: pair[0] / pair[1])[_ROUNDS // 2]
    return Row(f"{name}, p95: {great.total:,} contacts : {small.total:,}", 1 / slow, 1 / fast, least=_LEAST)


def _turns(pasts: list[Past], question: Callable[[Past], Callable[[], object]], seconds: float) -> list[list[float]]:
    times: list[list[float]] = [[] for _ in pasts]
    start = time.monotonic()
    while time.monotonic() - start < seconds or len(times[0]) < _MARGIN:
        for past, taken in zip(pasts, times, strict=True):
            ask = question(past)
            begin = time.perf_counter()
            ask()
            taken.append(time.perf_counter() - begin)
    return times


def run(contacts: int, *arguments: str) -> str:
    """What Python prints with these arguments, working with the database of that past."""
    return _run(_folder(contacts), *arguments)


def _folder(contacts: int) -> Path:
    return Path(os.environ["SWITCHROOM_DATA_DIR"]) / f"past-{contacts}"


def _manage(folder: Path, *arguments: str) -> str:
    return _run(folder, "manage.py", *arguments)


def _run(folder: Path, *arguments: str) -> str:
    """In a process of its own: this one's database is another."""
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment["SWITCHROOM_DATA_DIR"] = str(folder)
    ended = subprocess.run([sys.executable, *arguments], env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return ended.stdout
