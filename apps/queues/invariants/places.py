"""One place, one owner: the stage says what the open rows say (M-03, M-04, M-26)."""

from collections.abc import Mapping

RULES: Mapping[str, str] = {
    "an interaction stands where its rows do not": """
        select i.id, format('%%s, with %%s at work, %%s in wrap-up, %%s waiting',
                            i.stage, coalesce(working, 0), coalesce(finishing, 0), coalesce(waiting, 0))
        from interaction i
        left join (
            select interaction_id, count(*) filter (where state = 'working') working,
                   count(*) filter (where state = 'wrap_up') finishing
            from part where state <> 'ended' group by 1
        ) p on p.interaction_id = i.id
        left join (select interaction_id, count(*) waiting from stay where left_at is null group by 1) s
            on s.interaction_id = i.id
        where not case i.stage
            when 'queued' then working is null or working = 0
            when 'handled' then coalesce(working, 0) > 0
            else coalesce(working, 0) = 0 and waiting is null
        end
        or i.stage = 'queued' and waiting is distinct from 1
        or i.stage = 'wrap_up' and coalesce(finishing, 0) = 0
        or i.stage in ('recorded', 'ended') and finishing > 0""",
    "stage and columns differ": """
        select id, format('%%s, handler %%s, workbin %%s, closed %%s', stage, handler_id, workbin_id, closed_at)
        from interaction
        where (stage = 'parked') <> (workbin_id is not null)
           or stage = 'handled' and handler_id is null
           or stage not in ('handled', 'wrap_up') and handler_id is not null
           or stage <> 'recorded' and (stage = 'ended') <> (closed_at is not null)""",
    "a record without a life has a journal": """
        select i.id, 'recorded' from interaction i
        where stage = 'recorded' and exists (select from leg where interaction_id = i.id)""",
    "the handler does not work on it": """
        select i.id, format('handler %%s, %%s', handler_id, stage) from interaction i
        where handler_id is not null and not exists (
            select from part p where p.interaction_id = i.id and p.agent_id = i.handler_id
                and p.state = case i.stage when 'handled' then 'working' else 'wrap_up' end)""",
    "a stay and its offer do not know each other": """
        select s.interaction_id, format('stay %%s offered to %%s, offer to %%s', s.id, s.offered_to_id, p.agent_id)
        from stay s full join (select * from part where state = 'offered') p on p.queue_entry_id = s.id
        where (s.left_at is null or p.id is not null)
          and (s.offered_to_id is distinct from p.agent_id or s.left_at is not null)""",
    "two open offers of one stay": """
        select interaction_id, format('%%s offers of stay %%s', count(*), queue_entry_id)
        from part where state = 'offered' group by interaction_id, queue_entry_id having count(*) > 1""",
    "an agent takes part twice": """
        select interaction_id, format('agent %%s', agent_id) from part where state in ('offered', 'working')
        group by interaction_id, agent_id having count(*) > 1""",
    "open work on a leg that has ended": """
        select l.interaction_id, format('leg %%s', l.number) from leg l
        where ended_at is not null
          and (exists (select from stay where segment_id = l.id and left_at is null)
            or exists (select from part where segment_id = l.id and state in ('offered', 'working')))""",
    "an ended interaction has something open": """
        select i.id, o.what from interaction i join (
            select interaction_id, 'a leg' what from leg where ended_at is null
            union all select interaction_id, 'a stay' from stay where left_at is null
            union all select interaction_id, 'a part' from part where state <> 'ended'
            union all select interaction_id, 'a hold' from hold where ended_at is null
            union all select interaction_id, 'the conversation' from conversation where ended_at is null
        ) o on o.interaction_id = i.id
        where i.stage = 'ended'""",
    "on hold in one place only": """
        select i.id, format('held since %%s, %%s open holds', i.held_since, count(h.id))
        from interaction i
        left join hold h on h.interaction_id = i.id and h.ended_at is null and h.kind in ('customer', 'transfer')
        where i.held_since is not null or h.id is not null
        group by i.id, i.held_since
        having (i.held_since is not null) <> (count(h.id) > 0)""",
    "two open holds of one kind": """
        select interaction_id, format('%%s: %%s', kind, count(*)) from hold where ended_at is null
        group by interaction_id, kind, case kind when 'agent' then offer_id end having count(*) > 1""",
    "on hold without anybody at work": """
        select h.interaction_id, format('hold %%s, part %%s', h.id, p.state)
        from hold h join part p on p.id = h.offer_id
        where h.ended_at is null and p.state <> 'working'""",
}
