"""Who and what the contract's worked examples (8.1, 8.2) are about, with the ids printed there."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from apps.accounts.models import User
from apps.agents.models import Agent, AgentSession
from apps.queues.models import Flow, Queue
from tests.builders import make_queue

_PAYLOADS = Path(__file__).parent / "payloads"
TENANT_ID = "a616eed9-6f19-56f8-b58a-340e3fec2e66"


def example(name: str) -> Any:
    """A recorded reply."""
    return json.loads((_PAYLOADS / f"{name}.json").read_text())


def today(clock: str) -> datetime:
    """A moment of the examples' day."""
    return datetime.fromisoformat(f"2026-03-04T{clock}+00:00")


def agent(name: str, user_id: int, agent_id: str, tenant_agent_id: str, tenant: Any) -> Agent:
    first, last = name.split()
    user = User.objects.create(
        id=user_id, uuid=agent_id, username=f"{first.lower()}", first_name=first, last_name=last, tenant=tenant
    )
    return Agent.objects.create(user=user, uuid=tenant_agent_id)


def ramona(tenant: Any) -> Agent:
    ids = "368d8a18-31e9-5d82-acd6-623478ba92f5", "51fd70c4-4ba6-50da-961c-41f91da43f3a"
    return agent("Ramona Ilves", 4021, *ids, tenant)


def tomas(tenant: Any) -> Agent:
    ids = "6190446e-52d3-5608-8704-04335cca33e8", "5c1a0b27-ebe1-5a86-a93e-37e6ad890b69"
    return agent("Tomas Keller", 4037, *ids, tenant)


def ines(tenant: Any) -> Agent:
    ids = "9c0ef1c4-4f85-5653-aba1-d8c8186da2d9", "85af3e69-e5d4-569d-b1b4-cc5d7de8c3c0"
    return agent("Ines Duarte", 4052, *ids, tenant)


def session(who: Agent, session_id: str) -> AgentSession:
    begin = today("08:00:00.000")
    return AgentSession.objects.create(agent=who, uuid=session_id, started_at=begin, lease_until=begin)


def support(*members: Agent) -> Queue:
    return make_queue("Support", members, id=118, uuid="4be12489-1e1a-5928-aa19-9843dd83bc24")


def billing(*members: Agent) -> Queue:
    return make_queue("Billing", members, id=121, uuid="f465ebc4-9c4c-58ec-be27-ef7d0c579bbf")


def main_line() -> Flow:
    return Flow.objects.create(
        name="Main line", developer_name="Main_line", uuid="426eb496-170a-5e1c-9468-e4caccedf637"
    )
