"""What must be true of calls beside their interactions (M-16, M-23)."""

from collections.abc import Mapping

TABLES: Mapping[str, str] = {"call": "voice_calls_voicecall"}

# A telephone system's clock tells when its legs began and ended (M-21).
RETOLD = "select interaction_id from call where from_telephony and interaction_id is not null"

RULES: Mapping[str, str] = {
    "a call belongs to another interaction than its leg": """
        select c.interaction_id, format('call %%s', c.id) from call c join leg l on l.id = c.segment_id
        where c.interaction_id <> l.interaction_id""",
    "a call waits in another queue than its interaction": """
        select i.id, format('call %%s of queue %%s, stay in queue %%s', c.id, c.owner_queue_id, s.queue_id)
        from interaction i join stay s on s.interaction_id = i.id and s.left_at is null
        join call c on c.interaction_id = i.id
        where i.stage = 'queued' and s.queue_id is not null and c.call_disposition <> 'completed'
          and c.segment_id is not null and c.owner_queue_id is distinct from s.queue_id""",
    "a call is not with the agent who talks": """
        select p.interaction_id, format('call %%s, %%s, of user %%s, agent %%s', c.id, c.call_disposition,
                                        c.owner_user_id, p.agent_id)
        from part p join call c on c.segment_id = p.segment_id join agent a on a.id = p.agent_id
        where p.state = 'working' and c.call_accept_date_time is not null and c.call_disposition <> 'completed'
          and (c.owner_user_id is distinct from a.user_id or c.call_disposition <> 'in-progress')""",
    "a call that nobody will answer goes on": """
        select i.id, format('call %%s, %%s', c.id, c.call_disposition)
        from call c join interaction i on i.id = c.interaction_id
        where i.stage = 'ended' and c.call_disposition <> 'completed'
          and not exists (select from part p where p.interaction_id = i.id and p.outcome = 'accepted')""",
}
