"""The queue of a CxEngage agent's client: held until there is something to tell."""

import asyncio
from typing import Any

import pytest

from apps.accounts.models import User
from apps.agents.models import Agent
from apps.common.threads import in_thread
from apps.queues import operations
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.push.house import basic, request, run, somebody

pytestmark = pytest.mark.django_db(transaction=True)


def test_messages_come_once_and_again_from_the_same_place(tenant: Tenant) -> None:
    user = somebody(tenant)
    with scope(tenant):
        agent = Agent.objects.create(user=user)
        session = operations.start_session(agent, ["voice"], by=user)
    path = f"/v1/notifications/tenants/{tenant.uuid}/presence/{user.uuid}"

    def get_ready(ready: bool) -> None:
        with scope(tenant):
            change = operations.make_ready if ready else operations.make_not_ready
            change(agent, by=user)

    async def ask(who: User = user, where: str = path, **query: Any) -> Any:
        text = "&".join(f"{name}={value}" for name, value in query.items())
        return await request("GET", where, headers=basic(who), query=text)

    async def scenario() -> None:
        waiting = asyncio.ensure_future(ask(sessionId=session.uuid))
        while not waiting.done():  # it has to be there first, whenever that is
            await in_thread(get_ready, True)
            await asyncio.wait([waiting], timeout=0.2)
        first = waiting.result().json
        assert first["results"][0]["type"] == "resource-state-change"
        assert first["results"][0]["sessionId"] == str(session.uuid)
        waited = asyncio.ensure_future(ask(after=first["position"]))
        await in_thread(get_ready, False)
        told = (await waited).json["results"]
        assert told
        again = await ask(after=first["position"])
        assert again.json["results"][: len(told)] == told

        other = await in_thread(somebody, tenant)
        for status, answer in (
            (403, await ask(other)),
            (404, await ask(sessionId="0195f3a2-0000-7000-8000-000000000001")),
            (404, await ask(where=path[:-1])),
            (400, await ask(after="yesterday")),
            (401, await request("GET", path)),
        ):
            assert (answer.status, set(answer.json)) == (status, {"error"})

    run(scenario)
