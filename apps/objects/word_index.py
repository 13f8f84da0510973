"""Words of documented records, so that a search finds them among millions.

A record's words are those of its name, its texts and phone numbers and of every custom text. A phone number is also
kept as its digits, from the front and, marked, from the end: a number is found by its last digits, too.

Row-level security would keep PostgreSQL from using such an index, because matching words is no leakproof operation. The
index is therefore asked by a function that runs with its owner's rights, names the tenant in scope itself and gives
nothing but keys; who asks reads the rows by those keys, as ever.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.migrations.operations import RunSQL

LONGEST = 100_000  # characters of one record that are searched; PostgreSQL's own limit is a megabyte of words
FROM_THE_END = "\u02ad"  # stands before reversed digits
# Whose words are indexed; what else is searched is read through, which small tables can bear.
INDEXED = frozenset(
    {
        "attendees_engagementattendee",
        "directory_crmrecord",
        "engagements_engagementinteraction",
        "topics_engagementtopic",
        "voice_calls_voicecall",
    }
)
_PARTING = "-+./@:&<_~"  # would make addresses, paths and signed numbers of words; what else parts words is known
_NUMBER = r"[+(]?[0-9][0-9 ()./-]{2,28}[0-9]"  # what among custom texts counts as a number

FUNCTIONS = RunSQL(
    f"""
create function switchroom_words(text) returns text immutable parallel safe
    return translate(left($1, {LONGEST}), '{_PARTING}', '{" " * len(_PARTING)}');

create function switchroom_digits(text) returns text immutable parallel safe
    return ' ' || translate($1, translate($1, '0123456789', ''), '')
        || ' {FROM_THE_END}' || reverse(translate($1, translate($1, '0123456789', ''), ''));

create function switchroom_custom_words(jsonb) returns text immutable parallel safe
    return (select string_agg(
        ' ' || value || case when value ~ '^{_NUMBER}$' then switchroom_digits(value) else '' end, '')
    from jsonb_each_text($1) where jsonb_typeof($1 -> key) = 'string');
""",
    """
drop function switchroom_custom_words(jsonb);
drop function switchroom_digits(text);
drop function switchroom_words(text);
""",
)


def finder(table: str) -> str:
    """The function that gives the keys of a table's rows with certain words: finder(tsquery, most)."""
    return f"switchroom_find_{table}"


def keys_with(table: str, wanted: str, most: int) -> list[int]:
    """Keys of rows with these words (a `tsquery`), in no order."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {finder(table)}(to_tsquery('pg_catalog.simple', %s), %s)", [wanted, most])
        return [key for (key,) in cursor.fetchall()]


def searchable(table: str, texts: Sequence[str], numbers: Sequence[str] = (), *, records: bool = True) -> RunSQL:
    """Index the words of these columns, in a migration. `records`: rows have custom fields and a recycle bin."""
    words = " || ' ' || ".join(f"coalesce({column}, '')" for column in (*texts, *numbers))
    if records:
        words += (
            " || case when custom_fields = '{}' then '' else coalesce(switchroom_custom_words(custom_fields), '') end"
        )
    digits = "".join(f" || coalesce(switchroom_digits({column}), '')" for column in numbers)
    vector = f"to_tsvector('pg_catalog.simple', switchroom_words({words}){digits})"
    kept = " and deleted_at is null" if records else ""
    return RunSQL(
        f"""
create index {table}_words on {table} using gin (({vector}));
create function {finder(table)}(wanted tsquery, most bigint) returns setof bigint
    language plpgsql stable security definer
    set search_path from current set enable_seqscan = off set work_mem = '64MB' as $$
begin
    return query execute $find$
        select id from {table}
        where tenant_id = nullif(current_setting('switchroom.tenant', true), '')::bigint{kept} and {vector} @@ $1
        limit $2
    $find$ using wanted, most;
end $$;
""",
        f"drop function {finder(table)}(tsquery, bigint); drop index {table}_words;",
    )
