"""Nobody carries more than there is room for, or work that nobody there knows of (M-13)."""

from collections.abc import Mapping

RULES: Mapping[str, str] = {
    "load is not the open work": """
        select null::bigint, format('session %%s, %%s: load %%s, open parts %%s', c.session_id, c.channel, c.load,
                                    coalesce(o.parts, 0))
        from channel c
        left join (
            select p.session_id, i.channel, count(*) parts from part p join interaction i on i.id = p.interaction_id
            where p.state <> 'ended' and p.takes_place group by 1, 2
        ) o on o.session_id = c.session_id and o.channel = c.channel
        where c.load <> coalesce(o.parts, 0)""",
    "more than there is room for": """
        select null::bigint, format('session %%s, %%s: %%s of %%s', session_id, channel, load, capacity)
        from channel where load > capacity""",
    "open work on a channel that the session does not have": """
        select p.interaction_id, format('part %%s, session %%s, %%s', p.id, p.session_id, i.channel)
        from part p join interaction i on i.id = p.interaction_id
        where p.state <> 'ended'
          and not exists (select from channel c where c.session_id = p.session_id and c.channel = i.channel)""",
    "open work of a session that is over": """
        select p.interaction_id, format('part %%s, %%s, session %%s', p.id, p.state, s.id)
        from part p join session s on s.id = p.session_id
        where p.state <> 'ended' and (s.ended_at is not null or s.agent_id <> p.agent_id)""",
    "ready in a session that is over": """
        select null::bigint, format('session %%s, %%s', c.session_id, c.channel)
        from channel c join session s on s.id = c.session_id where c.is_ready and s.ended_at is not null""",
    "two open sessions of one agent": """
        select null::bigint, format('agent %%s', agent_id) from session where ended_at is null
        group by agent_id having count(*) > 1""",
}
