"""The journal's times are in order and without gaps (M-01, M-05).

Where a telephone system told a leg's times (M-21), each leg is in order for itself; how they join is its affair.
"""

from collections.abc import Mapping

RULES: Mapping[str, str] = {
    "times run backwards": """
        select interaction_id, what from (
            select interaction_id, format('leg %%s', number) what from leg where ended_at < started_at
            union all select interaction_id, format('stay %%s', id) from stay where left_at < entered_at
            union all select interaction_id, format('hold %%s', id) from hold where ended_at < started_at
            union all select interaction_id, format('part %%s', id) from part
                where answered_at < offered_at or talk_started_at < answered_at or left_at < answered_at
                   or left_at < talk_started_at or ended_at < coalesce(left_at, answered_at)
            union all select id, 'the interaction' from interaction where closed_at < opened_at
        ) o""",
    "a clock is missing, or runs for what is over": """
        select interaction_id, format('part %%s, %%s, deadline %%s', id, state, deadline_at) from part
        where case state when 'wrap_up' then false when 'offered' then deadline_at is null else deadline_at is not null
              end
        union all
        select interaction_id, format('stay %%s, deadline %%s', id, deadline_at) from stay
        where left_at is not null and deadline_at is not null
           or left_at is null and target_agent_id is not null and offered_to_id is null and deadline_at is null""",
    "legs are not numbered from 0": """
        select interaction_id, format('%%s legs, the last is %%s', count(*), max(number)) from leg group by 1
        having count(*) <> max(number) + 1 or count(*) filter (where cause = 'start' and number = 0) <> 1
            or count(*) filter (where cause = 'start') <> 1""",
    "a live interaction has no leg": """
        select i.id, i.stage from interaction i
        where stage <> 'recorded' and not exists (select from leg l where l.interaction_id = i.id)""",
    "a contact in the flow has no open leg": """
        select i.id, i.stage_since from interaction i
        where stage = 'flow' and not exists (select from leg l where l.interaction_id = i.id and l.ended_at is null)""",
    "the first leg does not begin with the interaction": """
        select i.id, format('opened %%s, leg %%s', i.opened_at, l.started_at)
        from interaction i join leg l on l.interaction_id = i.id
        where l.number = 0 and l.started_at <> i.opened_at""",
    "a leg begins before the one before it": """
        select l.interaction_id, format('leg %%s', l.number)
        from leg l join leg b on b.interaction_id = l.interaction_id and b.number = l.number - 1
        where l.started_at < b.started_at
          and not exists (select from retold r where r.interaction_id = l.interaction_id)""",
    # Handed on: the moment the former leg ends. Asked in: while one runs. Fetched out of a workbin: some time later.
    "a leg does not begin where its cause says": """
        select l.interaction_id, format('leg %%s, %%s', l.number, l.cause) from leg l
        where number > 0 and not exists (select from retold r where r.interaction_id = l.interaction_id)
          and not exists (
            select from leg b where b.interaction_id = l.interaction_id and b.number < l.number and case
                when l.cause in ('transfer', 'add') then
                    b.started_at <= l.started_at and coalesce(b.ended_at, 'infinity') >= l.started_at
                when l.cause = 'pull' or b.end_type <> 'success' then b.ended_at <= l.started_at
                else b.ended_at = l.started_at
            end)""",
    "legs overlap that nobody was asked into": """
        select l.interaction_id, format('leg %%s, %%s, begins within leg %%s', l.number, l.cause, b.number)
        from leg l join leg b on b.interaction_id = l.interaction_id and b.number < l.number
        where l.cause not in ('transfer', 'add') and coalesce(b.ended_at, 'infinity') > l.started_at
          and not exists (select from retold r where r.interaction_id = l.interaction_id)""",
    "a stay is not within its leg": """
        select s.interaction_id, format('stay %%s, leg %%s', s.id, l.number)
        from stay s join leg l on l.id = s.segment_id
        where l.interaction_id <> s.interaction_id or s.entered_at < l.started_at
           or coalesce(s.left_at, 'infinity') > coalesce(l.ended_at, 'infinity')""",
    "stays overlap": """
        select a.interaction_id, format('stays %%s and %%s', a.id, b.id)
        from stay a join stay b on b.interaction_id = a.interaction_id and b.id > a.id
        where b.entered_at < coalesce(a.left_at, 'infinity')
          and not exists (select from retold r where r.interaction_id = a.interaction_id)""",
    "an offer is not within its stay": """
        select p.interaction_id, format('part %%s, stay %%s', p.id, s.id)
        from part p join stay s on s.id = p.queue_entry_id
        where p.interaction_id <> s.interaction_id or p.segment_id <> s.segment_id or p.offered_at < s.entered_at
           or coalesce(p.answered_at, p.offered_at) > coalesce(s.left_at, 'infinity')""",
    "offers of one stay overlap": """
        select a.interaction_id, format('parts %%s and %%s', a.id, b.id)
        from part a join part b on b.queue_entry_id = a.queue_entry_id and b.id > a.id
        where b.offered_at < coalesce(a.answered_at, 'infinity')
          and not exists (select from retold r where r.interaction_id = a.interaction_id)""",
    "a stay is not taken by exactly one": """
        select s.interaction_id, format('stay %%s, %%s, accepted by %%s', s.id, s.exit_type, count(p.id))
        from stay s left join part p on p.queue_entry_id = s.id and p.outcome = 'accepted'
        group by s.id, s.interaction_id, s.exit_type
        having count(p.id) <> case when s.exit_type = 'success' then 1 else 0 end""",
    "a part is not within its leg": """
        select p.interaction_id, format('part %%s, leg %%s', p.id, l.number)
        from part p join leg l on l.id = p.segment_id
        where l.interaction_id <> p.interaction_id or p.offered_at < l.started_at
           or p.outcome = 'accepted' and coalesce(p.left_at, p.ended_at, 'infinity') > coalesce(l.ended_at, 'infinity')
           or coalesce(p.answered_at, p.offered_at) > coalesce(l.ended_at, 'infinity')""",
    "a part is not within its session": """
        select p.interaction_id, format('part %%s, session %%s', p.id, s.id)
        from part p join session s on s.id = p.session_id
        where (p.offered_at < s.started_at or coalesce(p.ended_at, p.offered_at) > coalesce(s.ended_at, 'infinity'))
          and not exists (select from retold r where r.interaction_id = p.interaction_id)""",
    "a hold is not within its part": """
        select h.interaction_id, format('hold %%s, part %%s', h.id, p.id) from hold h join part p on p.id = h.offer_id
        where h.interaction_id <> p.interaction_id or h.started_at < p.answered_at
           or coalesce(h.ended_at, 'infinity') > coalesce(p.left_at, 'infinity')""",
    "something happens after the end": """
        select i.id, format('leg %%s', l.number) from interaction i join leg l on l.interaction_id = i.id
        where l.ended_at > i.closed_at and not exists (select from retold r where r.interaction_id = i.id)
        union all
        select i.id, format('part %%s', p.id) from interaction i join part p on p.interaction_id = i.id
        where p.ended_at > i.closed_at and not exists (select from retold r where r.interaction_id = i.id)""",
    "time in state has a gap": """
        select null::bigint, format('session %%s at %%s', session_id, ended_at) from (
            select s.session_id, s.ended_at, n.ended_at session_end,
                   lead(s.started_at) over (partition by s.session_id, s.channel order by s.started_at, s.id) goes_on
            from span s join session n on n.id = s.session_id
        ) o where ended_at is distinct from coalesce(goes_on, session_end)""",
}
