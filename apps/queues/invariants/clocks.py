"""What the worker should have ended long ago: no offer hangs, nobody is taken for present who has gone (M-13).

`overdue` is in seconds.
"""

from collections.abc import Mapping

RULES: Mapping[str, str] = {
    "an offer or a wrap-up is overdue": """
        select interaction_id, format('part %%s, %%s, due %%s', id, state, deadline_at)
        from part where deadline_at < now() - make_interval(secs => %(overdue)s)""",
    "a stay for one agent is overdue": """
        select interaction_id, format('stay %%s, due %%s', id, deadline_at) from stay
        where target_agent_id is not null and offered_to_id is null
          and deadline_at < now() - make_interval(secs => %(overdue)s)""",
    "who has gone is still there": """
        select null::bigint, format('session %%s, lease until %%s', s.id, s.lease_until) from session s
        where s.ended_at is null and s.lease_until < now() - make_interval(secs => %(overdue)s)
          and (exists (select from channel c where c.session_id = s.id and c.is_ready)
            or exists (select from part p where p.session_id = s.id and p.state = 'offered'))""",
}
