"""Requests that are served together go by what a process remembers; what others do meanwhile is never overwritten."""

import asyncio
import threading
from typing import Any

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.events.reader import Position
from apps.facades.cometd import operations
from apps.facades.cometd.desk import Call, desk
from apps.facades.cometd.models import CometdSession
from apps.facades.cometd.sessions import Sessions
from apps.tenants.scope import scope
from tests.facades.cometd.bayeux import Bayeux
from tests.push.house import run

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def elsewhere(user: User, **values: Any) -> None:
    """Another process writes the user's session."""

    def write() -> None:
        with scope(user.tenant):
            CometdSession.objects.filter(user=user).update(**values)
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()


@pytest.mark.parametrize("end", ["deliver", "close"])
def test_a_batch_that_another_process_overtakes_is_served_again_from_the_row(agent: User, end: str) -> None:
    seen: list[list[str]] = []

    async def scenario() -> None:
        client = await Bayeux(agent).open("/news/chat")
        assert client.client_id

        def serve(sessions: Sessions) -> None:
            session = sessions.find(client.client_id or "", agent, "")
            seen.append(session.subscriptions)
            if len(seen) == 1:
                elsewhere(agent, subscriptions=["/news/mail"])
            if end == "close":
                operations.close(session)
            else:
                operations.deliver(session, Position(7, 7))

        loop = asyncio.get_running_loop()
        await asyncio.gather(*(desk(agent.tenant, loop).serve(Call(ids, serve), loop) for ids in [[client.client_id]]))

    run(scenario)
    assert seen == [["/news/chat"], ["/news/mail"]]
    with scope(agent.tenant):
        left = list(CometdSession.objects.filter(user=agent).values_list("subscriptions", "position_xid"))
    assert left == ([] if end == "close" else [(["/news/mail"], 7)])
