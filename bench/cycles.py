"""Work offered, accepted and completed by 1,000 agents, against the very same rows written raw.

Ours: four processes, a quarter of the agents each, call the operations: an agent accepts what is offered and completes
it, and is offered the next contact in that same transaction. The reference makes the same inserts and updates, in the
same three transactions, with pgbench on 8 connections: the same tables with the same triggers, no product.
"""

import multiprocessing
import os
from collections.abc import Sequence
from itertools import count
from typing import Any

import psycopg
from psycopg import sql

from bench import lane
from bench.load import CONNECTIONS, pgbench, taking_turns
from bench.server import House
from bench.table import Row
from bench.waiting import columns, join, make_agents, make_queue, wait
from config.postgres import embedded

AGENTS, LANES = 1000, 4
OURS, SHARE = 6000, 4000  # contacts for the product, and for each of the reference's clients

_RAW = """
\\set i {first} + :client_id * {share} + :n
\\set n :n + 1
\\set k :client_id * {each} + random(0, {each} - 1)
\\set agent {agent} + :k
\\set session {session} + :k
\\set channel {channel} + :k
\\set user {user} + :k
begin;
insert into queues_workoffer (tenant_id, uuid, interaction_id, segment_id, queue_entry_id, agent_id, session_id, state,
    offered_at, deadline_at, why, is_remembered, takes_place) values ({tenant}, gen_random_uuid(), :i, :i, :i, :agent,
    :session, 'offered', now(), now() + interval '30 s', {why}, true, true);
update queues_queueentry set offered_to_id = :agent where id = :i;
update agents_agentchannel set load = load + 1 where id = :channel;
update engagements_engagementinteraction set system_modstamp = now() where id = :i;
{offered}
commit;
begin;
update queues_workoffer set state = 'working', outcome = 'accepted', answered_at = now(), talk_started_at = now(),
    deadline_at = null where id = currval('queues_workoffer_id_seq');
update queues_queueentry set offered_to_id = null, left_at = now(), exit_type = 'success' where id = :i;
update queues_segment set to_agent_id = :agent where id = :i;
update engagements_engagementinteraction set stage = 'handled', stage_since = now(), handler_id = :agent,
    owner_id = :user, status = 'In Progress', mapped_state = 'InProgress', last_modified_by_id = :user,
    last_modified_date = now(), system_modstamp = now() where id = :i;
{attendee}
{accepted}
{customer}
{joined}
{changed}
commit;
begin;
update queues_workoffer set state = 'ended', left_at = now(), ended_at = now()
    where id = currval('queues_workoffer_id_seq');
update attendees_engagementattendee set end_date_time = date_trunc('second', now()), system_modstamp = now()
    where id = currval('attendees_engagementattendee_id_seq');
update queues_segment set ended_at = now(), end_type = 'success' where id = :i;
update engagements_conversation set ended_at = now() where id = :i;
update engagements_chatparticipant set left_at = now() where tenant_id = {tenant} and interaction_id = :i;
update agents_agentchannel set load = load - 1, idle_since = now() where id = :channel;
update engagements_engagementinteraction set stage = 'ended', stage_since = now(), handler_id = null,
    status = 'Completed', mapped_state = 'Completed', closed_at = now(), end_date_time = date_trunc('second', now()),
    last_modified_date = now(), system_modstamp = now() where id = :i;
{completed}
commit;
"""


def measure(house: House, seconds: float) -> Row:
    agents = make_agents(house, "cycle", AGENTS)
    queue = make_queue(house, "Ours")
    wait(house, queue, OURS)
    join(house, queue, agents)
    os.environ["DATABASE_URL"] = embedded.url(house.postgres_dir)
    with multiprocessing.get_context("spawn").Pool(LANES, lane.settle, [house.tenant.pk]) as lanes:
        keys = [agent.pk for agent in agents]
        shares = [keys[number::LANES] for number in range(LANES)]
        lanes.map(lane.ready, shares, chunksize=1)  # everybody is offered something: the warm-up, too
        lanes.map(lane.cycles, [(share, 1.0) for share in shares], chunksize=1)
        others = [agent.pk for agent in make_agents(house, "raw", AGENTS)]
        raw = _raw(house, others, wait(house, make_queue(house, "Raw"), CONNECTIONS * SHARE + 1))
        firsts = count(step=SHARE // 4)
        ours, reference = taking_turns(
            lambda each: sum(lanes.map(lane.cycles, [(share, each) for share in shares], chunksize=1)),
            lambda each: pgbench(house, raw, each, first=next(firsts)),
            seconds,
        )
    return Row("offer, accept, complete : the same rows by pgbench", ours, reference, least=0.12)


def _raw(house: House, agents: Sequence[int], first: int) -> str:
    """What a cycle of the product's wrote, to be written again for other contacts and agents."""
    with house.owner() as connection:
        parts = (
            "queues_workoffer w join agents_agent a on a.id = w.agent_id where w.state = 'ended' order by w.id limit 1"
        )
        contact, why = _one(connection, f"select w.interaction_id, w.why::text from {parts}")
        agent, session, channel, user = _one(
            connection,
            "select min(a.id), min(c.session_id), min(c.id), min(a.user_id)"
            " from agents_agent a join agents_agentchannel c on c.agent_id = a.id where a.id = any(%s)",
            list(agents),
        )
        events = {
            name: _insert(connection, "events_event", "interaction_id = %s and name = %s", contact, f"work.{name}")
            for name in ("offered", "accepted", "completed")
        }
        changed = "interaction_id = %s and name = 'chat.participants_changed' order by id limit 1"
        events["changed"] = _insert(connection, "events_event", changed, contact)
        attendee = _insert(connection, "attendees_engagementattendee", "engagement_id = %s", contact)
        customer, joined = (
            _insert(connection, "engagements_chatparticipant", "interaction_id = %s and kind = %s", contact, kind)
            for kind in ("customer", "agent")
        )
        filled = sql.SQL(_RAW).format(
            first=sql.Literal(first),
            share=sql.Literal(SHARE),
            each=sql.Literal(AGENTS // CONNECTIONS),
            agent=sql.Literal(agent),
            session=sql.Literal(session),
            channel=sql.Literal(channel),
            user=sql.Literal(user),
            tenant=sql.Literal(house.tenant.pk),
            why=sql.Literal(why),
            attendee=attendee,
            customer=customer,
            joined=joined,
            **events,
        )
        return filled.as_string(connection)


def _one(connection: "psycopg.Connection[Any]", query: str, *values: object) -> Any:
    found = connection.execute(query, list(values)).fetchone()
    assert found
    return found


def _insert(connection: "psycopg.Connection[Any]", table: str, which: str, *values: object) -> sql.Composed:
    """The statement that writes a row of the product's again, for the contact `i` and the agent `agent`.

    What is empty in it stays so.
    """
    own = {
        "uuid": sql.SQL("gen_random_uuid()"),
        "at": sql.SQL("now()"),
        "interaction_id": sql.SQL(":i"),
        "engagement_id": sql.SQL(":i"),
        "agent_id": sql.SQL(":agent"),
        "internal_attendee_id": sql.SQL(":user"),
        "end_date_time": sql.SQL("null"),
        "joined_at": sql.SQL("now()"),
        "left_at": sql.SQL("null"),
        "start_date_time": sql.SQL("date_trunc('second', now())"),
    }
    names = [name for name in columns(connection, table) if name != "id"]
    row = _one(connection, f"select {', '.join(f'{name}::text' for name in names)} from {table} where {which}", *values)
    return sql.SQL("insert into {} ({}) values ({});").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join(
            sql.Literal(value) if value is None else own.get(name, sql.Literal(value))
            for name, value in zip(names, row, strict=True)
        ),
    )
