"""Public clients of the push protocol, unmodified, hear what happens to records (engagement 4.1)."""

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiocometd_ng import AuthExtension, Client, Extension

from apps.accounts.models import User
from apps.accounts.operations import issue_token
from apps.common import threads
from apps.common.threads import in_thread
from apps.engagements.operations import NewInteraction, record
from apps.tenants.scope import scope
from tests.clients.conftest import House

CHANNEL = "/data/EngagementInteractionChangeEvent"


def make(user: User, *reasons: str) -> None:
    values = {"start_date_time": datetime(2026, 3, 4, tzinfo=UTC), "communication_channel": "Voice Call"}
    for reason in reasons:
        with scope(user.tenant):
            record(NewInteraction({**values, "reason": reason}), by=user)


class Token(AuthExtension):
    def __init__(self, token: str) -> None:
        self.token = token

    async def outgoing(self, payload: Any, headers: dict[str, str]) -> None:
        headers["Authorization"] = f"Bearer {self.token}"

    async def incoming(self, payload: Any, headers: Any = None) -> None:
        pass


class Replay(Extension):
    """Remembers the last event of each channel, as the published samples do."""

    def __init__(self, start: int) -> None:
        self.last = {CHANNEL: start}

    async def outgoing(self, payload: list[Any], headers: dict[str, str]) -> None:
        for message in payload:
            if message["channel"] == "/meta/subscribe":
                message.setdefault("ext", {})["replay"] = self.last

    async def incoming(self, payload: list[Any], headers: Any = None) -> None:
        for message in payload:
            if message["channel"] == CHANNEL:
                self.last[CHANNEL] = message["data"]["event"]["replayId"]


def test_the_python_client_hears_everything_once_over_two_sessions(house: House) -> None:
    token = issue_token(house.user)
    replay = Replay(-1)

    async def heard(number: int) -> list[str]:
        async with Client(f"{house.address}/cometd/59.0", auth=Token(token), extensions=[replay]) as client:
            await client.subscribe(CHANNEL)
            if number == 2:
                await in_thread(make, house.user, "a", "b")
            found = [(await client.receive())["data"]["payload"] for _ in range(number)]
            assert {each["ChangeEventHeader"]["changeType"] for each in found} == {"CREATE"}
            return [each["Reason"] for each in found]

    async def scenario() -> None:
        try:
            async with asyncio.timeout(90):
                assert await heard(2) == ["a", "b"]
                await in_thread(make, house.user, "c", "d", "e")  # nobody listens
                assert await heard(3) == ["c", "d", "e"]
        finally:
            threads.close()

    asyncio.run(scenario())


@contextmanager
def listening(folder: Path, house: House, *, replay: int, enough: int) -> Iterator[Iterator[Any]]:
    """What the client says: how its subscription went, then each event."""
    known = {"address": house.address, "token": issue_token(house.user), "channel": CHANNEL}
    environment = os.environ | {"LISTEN": json.dumps(known | {"replay": replay, "enough": enough})}
    command = [shutil.which("node") or "node", "listen.js"]
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield map(json.loads, process.stdout)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.stdout.close()


def test_the_javascript_client_hears_everything_once_over_two_sessions(house: House, cometd_folder: Path) -> None:
    with listening(cometd_folder, house, replay=-1, enough=2) as lines:
        assert next(lines) == {"subscribed": True}
        make(house.user, "a", "b")
        first = list(lines)
    assert [each["payload"]["Reason"] for each in first] == ["a", "b"]
    make(house.user, "c")
    with listening(cometd_folder, house, replay=first[0]["event"]["replayId"], enough=3) as lines:
        assert next(lines) == {"subscribed": True}
        make(house.user, "d")
        second = list(lines)
    assert second[0] == first[1]
    assert [each["payload"]["Reason"] for each in second] == ["b", "c", "d"]
