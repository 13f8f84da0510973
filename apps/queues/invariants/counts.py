"""What is counted beside the rows is what the rows say."""

from collections.abc import Mapping

RULES: Mapping[str, str] = {
    "a day's interactions are not those counted": """
        select null::bigint, format('%%s: %%s, counted %%s', day, coalesce(r.number, 0), coalesce(t.number, 0))
        from (
            select (opened_at at time zone 'UTC')::date as day, count(*) number
            from interaction where deleted_at is null group by 1
        ) r full join (select day, sum(delta) number from tally group by 1) t using (day)
        where coalesce(r.number, 0) <> coalesce(t.number, 0)""",
}
