"""Which waiting work an agent may be offered next (`apps/queues/waiting.py`).

A function, because its plan is kept by each connection: planning the statement takes ten times as long as running it.
One plan for all parameters, and by indexes even where it was made while little waited.
"""

from django.db import migrations

_OPEN = """e.tenant_id = c.tenant_id and e.channel = c.channel and e.left_at is null
                and e.offered_to_id is null and e.is_routable and e.ready_at is null"""
_MAKE = f"""
create function queues_next_waiting(of_channel bigint, at timestamptz, closed bigint[], heads integer)
returns setof bigint language plpgsql stable
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set jit = off
as $$
#variable_conflict use_column
begin
    -- An agent of a level may be asked from the first step on that asks for no more (`soonest`).
    return query select head.id
    from agents_agentchannel c
    cross join lateral (
        with recursive queue as (
            select m.queue_id as id
            from queues_queuemember m join queues_queue q on q.id = m.queue_id
            where m.tenant_id = c.tenant_id and m.agent_id = c.agent_id and m.queue_id <> all(closed)
            and not (q.voice_is_exclusive and exists (
                select from agents_agentchannel o where o.tenant_id = c.tenant_id and o.session_id = c.session_id
                and o.load > 0 and o.channel <> c.channel and 'voice' in (o.channel, c.channel)))
        ), kind as (
            select head.* from queue cross join lateral (
                select e.queue_id, e.demand, e.turn, e.skills from queues_queueentry e
                where {_OPEN}
                and e.reserved_for_id is null and e.queue_id = queue.id
                order by e.demand, e.turn limit 1) head
            union all
            select head.* from kind cross join lateral (
                select e.queue_id, e.demand, e.turn, e.skills from queues_queueentry e
                where {_OPEN}
                and e.reserved_for_id is null and e.queue_id = kind.queue_id
                and (e.demand, e.turn) > (kind.demand, kind.turn)
                order by e.demand, e.turn limit 1) head
        )
        select head.id, kind.turn, head.waits_since
        from kind cross join lateral (
            select coalesce(bool_and(soonest is not null), true) as ever, coalesce(max(soonest), 0) as after_s from (
                select min((step->>0)::bigint) filter (where (step->>1)::int <= coalesce(a.level, 0)) as soonest
                from jsonb_array_elements(kind.skills) need
                cross join lateral jsonb_array_elements(need->'steps') step
                left join agents_agentskill a on a.tenant_id = c.tenant_id and a.agent_id = c.agent_id
                    and a.skill_id = (need->>'skill')::bigint
                group by need) each_need
        ) able cross join lateral (
            select e.id, e.waits_since from queues_queueentry e
            where {_OPEN}
            and e.reserved_for_id is null
            and e.queue_id = kind.queue_id and e.demand = kind.demand and e.turn = kind.turn
            and e.waits_since <= case able.after_s
                when 0 then 'infinity' else at - make_interval(secs => able.after_s) end
            and not e.passed_over @> array[c.agent_id]
            order by e.waits_since, e.id limit heads
        ) head
        where able.ever
        union all
        select e.id, e.turn, e.waits_since from queues_queueentry e
        where {_OPEN}
        and e.target_agent_id = c.agent_id and not e.passed_over @> array[c.agent_id]
        union all
        select e.id, e.turn, e.waits_since from queues_queueentry e
        where {_OPEN}
        and e.reserved_for_id = c.agent_id and not e.passed_over @> array[c.agent_id]
        and e.queue_id in (select id from queue)
    ) head
    where c.id = of_channel
    order by head.turn, head.waits_since, head.id limit heads;
end
$$;
"""
_DROP = "drop function queues_next_waiting(bigint, timestamptz, bigint[], integer);"


class Migration(migrations.Migration):
    replaces = [("queues", "0019_live_operations_row_security")]

    dependencies = [("queues", "0003_isolation")]

    operations = [migrations.RunSQL(_MAKE, _DROP)]
