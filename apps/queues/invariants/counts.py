"""What is counted beside the rows is what the rows say."""

from collections.abc import Mapping

from apps.engagements.models.marks import marks_of

RULES: Mapping[str, str] = {
    "a day's interactions are not those counted": """
        select null::bigint, format('%%s: %%s, counted %%s', day, coalesce(r.number, 0), coalesce(t.number, 0))
        from (
            select (opened_at at time zone 'UTC')::date as day, count(*) number
            from interaction where deleted_at is null group by 1
        ) r full join (select day, sum(delta) number from tally where kind = '' group by 1) t using (day)
        where coalesce(r.number, 0) <> coalesce(t.number, 0)""",
    "a day's interactions with a mark are not those counted": f"""
        select null::bigint, format('%%s, %%s %%s: %%s, counted %%s',
            day, kind, key, coalesce(r.number, 0), coalesce(t.number, 0))
        from (
            select (i.opened_at at time zone 'UTC')::date as day, m.kind, m.key, count(*) number
            from interaction i cross join lateral ({marks_of("i.id")}) m where i.deleted_at is null group by 1, 2, 3
        ) r full join (
            select day, kind, key, sum(delta) number from tally where kind <> '' group by 1, 2, 3
        ) t using (day, kind, key)
        where coalesce(r.number, 0) <> coalesce(t.number, 0)""",
}
