"""Contacts that wait, as many as are asked for: one is let in by the product, the others are its copies.

Copies have keys of their own, far from the product's, the same number in every table.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.agents.models import Agent, AgentChannel, AgentSession, Channel
from apps.common import clock
from apps.queues import operations
from apps.queues.models import Queue, QueueMember
from apps.tenants.scope import scope
from bench.server import House

CHANNEL = Channel.CHAT
# Table, and the columns that hold the copy's number.
_COPIED = (
    ("engagements_engagementinteraction", "id", ("id",)),
    ("queues_segment", "interaction_id", ("id", "interaction_id")),
    ("queues_queueentry", "interaction_id", ("id", "interaction_id", "segment_id")),
    ("engagements_conversation", "interaction_id", ("id", "interaction_id")),
)


def make_queue(house: House, name: str) -> Queue:
    with scope(house.tenant):
        return Queue.objects.create(name=name, developer_name=name, wrap_up_s=0)


def join(house: House, queue: Queue, agents: Sequence[Agent]) -> None:
    """Only once everybody waits: whoever came in would be offered to them, and so would the copies."""
    with scope(house.tenant):
        QueueMember.objects.bulk_create(QueueMember(queue=queue, agent=agent) for agent in agents)


def make_agents(house: House, name: str, count: int) -> Sequence[Agent]:
    """Signed in and ready; nothing is offered yet."""
    now = clock.now()
    with scope(house.tenant):
        names = [f"{name}-{house.tenant.uuid}-{number}" for number in range(count)]
        users = User.objects.bulk_create(User(tenant=house.tenant, username=each, role=Role.AGENT) for each in names)
        agents = Agent.objects.bulk_create(Agent(user=user) for user in users)
        sessions = AgentSession.objects.bulk_create(
            AgentSession(agent=agent, started_at=now, lease_until=now) for agent in agents
        )
        AgentChannel.objects.bulk_create(
            AgentChannel(
                session=session, agent=session.agent, channel=CHANNEL, is_ready=True, since=now, idle_since=now
            )
            for session in sessions
        )
    return agents


def wait(house: House, queue: Queue, count: int) -> int:
    """Let so many wait in the queue, one of them for real; returns the number of the first copy."""
    with scope(house.tenant):
        user = User.objects.get(tenant=house.tenant, role=Role.INTEGRATION)
        real = operations.open(channel=CHANNEL, by=user, customer="Anna", subject="Where is my card?")
        operations.enqueue(real, queue, by=user)
    first = 10**12 + queue.pk * 10**7
    facts = {"first": first, "copies": count - 1, "real": real.pk}
    with house.owner() as connection:
        connection.execute("set session_replication_role = replica")  # no triggers, and no look for the parents
        for table, link, numbered in _COPIED:
            connection.execute(_copies(table, link, numbered, columns(connection, table)), facts)
        connection.execute(
            "insert into queues_queuetally (tenant_id, queue_id, delta) values (%s, %s, %s)",
            [house.tenant.pk, queue.pk, count - 1],
        )
        for table, _, _ in _COPIED:
            connection.execute(sql.SQL("vacuum analyze {}").format(sql.Identifier(table)))
    return first


def columns(connection: "psycopg.Connection[Any]", table: str) -> list[str]:
    """The columns that are written, in order."""
    rows = connection.execute(
        "select column_name from information_schema.columns where table_name = %s and is_generated = 'NEVER'"
        " and column_name <> 'xid' order by ordinal_position",
        [table],
    )
    return [name for (name,) in rows]


def _copies(table: str, link: str, numbered: Sequence[str], names: Sequence[str]) -> sql.Composed:
    own = {"uuid": sql.SQL("gen_random_uuid()")} | dict.fromkeys(numbered, sql.SQL("%(first)s + copy"))
    return sql.SQL(
        "insert into {table} ({names}) select {values} from {table}, generate_series(0, %(copies)s - 1) copy"
        " where {table}.{link} = %(real)s"
    ).format(
        table=sql.Identifier(table),
        link=sql.Identifier(link),
        names=sql.SQL(", ").join(map(sql.Identifier, names)),
        values=sql.SQL(", ").join(own.get(name, sql.Identifier(name)) for name in names),
    )
