"""The live stream of our own pages."""

import asyncio
import json
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from pytest_django import Settings

from apps.accounts.models import User
from apps.accounts.operations import issue_token
from apps.common.threads import in_thread
from apps.tenants.models import Tenant
from tests.push.house import basic, cookie, happen, listening, publish, request, run, somebody

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/events/stream"


@pytest.fixture
def agent(tenant: Tenant) -> User:
    return somebody(tenant)


async def told(chunks: "asyncio.Queue[str]") -> tuple[str, str, Any]:
    """The next event: its name, its id, its data."""
    while (chunk := await chunks.get()) == ":\n\n":
        pass
    fields = dict(line.split(": ", 1) for line in chunk.strip().split("\n"))
    return fields["event"], fields["id"], json.loads(fields["data"])


def test_a_page_is_told_that_it_is_in_step_and_then_what_happens(agent: User) -> None:
    headers = cookie(agent)

    async def scenario() -> None:
        async with listening(PATH, headers) as chunks:
            name, position, data = await told(chunks)
            assert (name, data) == ("in-step", {"position": position})
            await happen(agent, 7)
            name, _, data = await told(chunks)
            assert (name, data["interaction_id"], data["interaction"]["id"]) == ("work.offered", 7, 7)

    run(scenario)


def test_a_page_that_was_away_is_told_what_it_missed(agent: User) -> None:
    headers = cookie(agent)

    async def scenario() -> None:
        async with listening(PATH, headers) as chunks:
            await told(chunks)
            await happen(agent, 1)
            _, last, _ = await told(chunks)
        for number in (2, 3):
            await happen(agent, number)
        async with listening(PATH, headers | {"Last-Event-ID": last}) as chunks:
            events = [await told(chunks) for _ in range(3)]
            assert [name for name, _, _ in events] == ["work.offered", "work.offered", "in-step"]
            assert [data["interaction_id"] for _, _, data in events[:2]] == [2, 3]

    run(scenario)


def test_a_page_that_missed_too_much_reads_afresh(agent: User, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = cookie(agent)
    monkeypatch.setattr("apps.events.stream.REPLAY_LIMIT", 3)

    async def scenario() -> None:
        async with listening(PATH, headers) as chunks:
            _, start, _ = await told(chunks)
        for number in range(4):
            await happen(agent, number)
        async with listening(PATH, headers | {"Last-Event-ID": start}) as chunks:
            assert (await told(chunks))[0] == "resync"
            await happen(agent, 4)
            assert (await told(chunks))[2]["interaction_id"] == 4

    run(scenario)


def test_an_agent_hears_of_the_own_work_and_a_supervisor_of_all(tenant: Tenant, other_tenant: Tenant) -> None:
    agent, supervisor, stranger = somebody(tenant), somebody(tenant, "supervisor"), somebody(other_tenant, "admin")
    headers = {user: cookie(user) for user in (agent, supervisor, stranger)}

    async def scenario() -> None:
        async with (
            listening(PATH, headers[agent]) as agents,
            listening(PATH, headers[supervisor]) as supervisors,
            listening(PATH, headers[stranger]) as strangers,
        ):
            for chunks in (agents, supervisors, strangers):
                await told(chunks)
            await in_thread(publish, tenant, 1, [])
            await happen(agent, 2)
            assert (await told(agents))[2]["interaction_id"] == 2
            assert [(await told(supervisors))[2]["interaction_id"] for _ in range(2)] == [1, 2]
            assert strangers.empty()

    run(scenario)


def test_it_beats_and_ends_with_the_session(agent: User, settings: Settings) -> None:
    settings.STREAM_BEAT_SECONDS = 0.05
    headers = cookie(agent)

    async def scenario() -> None:
        async with listening(PATH, headers) as chunks:
            await told(chunks)
            assert await chunks.get() == ":\n\n"
            await in_thread(Session.objects.all().delete)
            while await chunks.get():
                pass
        assert (await request("GET", PATH, headers=headers)).status == 401

    run(scenario)


def test_others_sign_in_by_token_or_by_name_and_password(tenant: Tenant) -> None:
    boss = somebody(tenant, "supervisor")
    token = {"Authorization": f"Bearer {issue_token(boss)}"}

    async def scenario() -> None:
        async with listening(PATH, token) as one, listening(PATH, basic(boss)) as two:
            for chunks in (one, two):
                assert (await told(chunks))[0] == "in-step"
            await happen(boss, 7)
            for chunks in (one, two):
                assert (await told(chunks))[2]["interaction_id"] == 7
        for wrong in ({"Authorization": "Bearer nope"}, basic(boss, "wrong"), {"Authorization": "?"}):
            answer = await request("GET", PATH, headers=wrong)
            assert (answer.status, "Bearer" in answer.headers["www-authenticate"]) == (401, True)

    run(scenario)


def test_nobody_listens_without_signing_in() -> None:
    async def scenario() -> None:
        assert (await request("GET", PATH)).status == 401
        assert (await request("POST", PATH)).status == 405

    run(scenario)
