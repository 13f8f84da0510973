"""A CometD client without acknowledging may lose what was written to a broken connection; its GET puts it right."""

from typing import Any

import pytest

from apps.common.threads import in_thread
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_agent, make_live, make_queue
from tests.desktop import Desktop
from tests.facades.cometd.bayeux import Bayeux, is_held
from tests.push.house import run

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

TOPIC = "/v2/me/interactions"
Picture = dict[str, Any]


def told(picture: Picture, replies: list[dict[str, Any]]) -> None:
    """Everything a client does with an event: put the resource in the place of the one it had."""
    picture.update(
        (each["data"]["interaction"]["id"], each["data"]["interaction"]) for each in replies if "data" in each
    )


def test_a_client_without_ack_is_back_in_step_after_its_get(tenant: Tenant) -> None:
    with scope(tenant):
        agent = make_agent()
        queue = make_queue(members=[agent])
    desk = Desktop(agent.user).start("workitem").expect("POST", "me", operationName="Ready")

    def contact() -> str:
        with scope(tenant):
            return str(make_live(queue, channel="work_item").genesys_id)

    def attach(public_id: str, key: str) -> None:
        assert desk.operate(public_id, "AttachUserData", userData={key: "1"})[0] == 200

    def read() -> Picture:
        return {each["id"]: each for each in desk.get("me/interactions?fields=*")["interactions"]}

    async def scenario() -> None:
        client = await Bayeux(agent.user, headers=desk.headers).open(TOPIC)
        waiting = client.waiting()
        assert await is_held(waiting, client)
        public_id = await in_thread(contact)
        await waiting  # the server has sent the offer; nothing of it arrives
        assert (await in_thread(desk.operate, public_id, "Accept"))[0] == 200  # nor of this

        await client.handshake()
        await client.subscribe(TOPIC)
        await in_thread(attach, public_id, "Before")  # is in the answer, and told once more
        picture = await in_thread(read)
        assert picture[public_id]["state"] == "Processing"
        await in_thread(attach, public_id, "After")  # is told only
        assert picture != await in_thread(read)
        told(picture, await client.connect())
        assert picture == await in_thread(read)

        waiting = client.waiting()
        await in_thread(attach, public_id, "While it waits")
        told(picture, await waiting)
        assert picture == await in_thread(read)

    run(scenario)
