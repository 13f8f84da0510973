"""An agent at the desk, and a queue to be offered work from."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client

from apps.agents.models import Agent
from apps.engagements.models import EngagementInteraction
from apps.queues.models import Queue
from apps.tenants.models import Tenant
from tests.builders import make_agent, make_live, make_queue

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/"}


@dataclass
class AtDesk:
    """What an agent sees and does, as a browser would: with htmx where `script` is on."""

    agent: Agent
    queue: Queue
    client: Client
    script: bool = False

    def look(self, address: str = "/desk/") -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200
        return str(answer.content.decode())

    def parts(self, *names: str, work: UUID | str = "", shown: str = "") -> str:
        headers = {**HTMX, "X-Desk-Work": str(work), "X-Desk-Offers": shown}
        return str(self.client.get("/desk/parts", {"want": " ".join(names)}, headers=headers).content.decode())

    def post(self, address: str, **given: Any) -> HttpResponse:
        headers = {**HTMX, "X-Desk-Work": str(given.get("open", ""))} if self.script else {}
        return self.client.post(address, given, headers=headers)  # type: ignore[return-value]

    def act(self, interaction: EngagementInteraction, act: str, **given: Any) -> HttpResponse:
        return self.post(f"/desk/work/{interaction.uuid}", act=act, **given)

    def offered(self, **values: Any) -> EngagementInteraction:
        """A contact that has just been offered to the agent, who is ready for it."""
        self.post("/desk/state", to="ready")
        return make_live(self.queue, **values)


@pytest.fixture
def desk(in_scope: Tenant, client: Client) -> AtDesk:
    """An agent who has just sat down, not ready."""
    agent = make_agent("tomas")
    client.force_login(agent.user)
    client.get("/desk/")
    return AtDesk(agent, make_queue("Claims", [agent]), client)


@pytest.fixture
def scripted(desk: AtDesk) -> AtDesk:
    desk.script = True
    return desk
