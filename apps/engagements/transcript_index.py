"""Words of transcripts, so that a supervisor finds what was said among millions of lines.

As with the words of records, the index is asked by a function with its owner's rights that names the tenant itself and
gives nothing but keys (`apps/objects/word_index.py`). This one gives contacts, the newest first, with their lines.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.migrations.operations import RunSQL

MOST_LINES = 100  # of each contact that are given by their keys
_MOST_WORDS = 12
_LONGEST_WORD = 100
_WORDS = "to_tsvector('pg_catalog.simple', switchroom_words(text))"

_NAME = "switchroom_find_said"
_FIND = f"""
create or replace function {_NAME}(wanted tsquery, below bigint, most bigint, only_in bigint, above bigint)
    returns table (contact bigint, hits bigint, first_lines bigint[])
    language plpgsql stable security definer
    set search_path from current set enable_seqscan = off set work_mem = '64MB' as $$
begin
    return query execute $find$
        select interaction_id, count(*), (array_agg(id order by started_at, number))[1:{MOST_LINES}]
        from engagements_conversationentry
        where tenant_id = nullif(current_setting('switchroom.tenant', true), '')::bigint and {_WORDS} @@ $1
            and ($2 is null or interaction_id < $2) and ($4 is null or interaction_id = $4)
            and ($5 is null or interaction_id > $5)
        group by interaction_id
        order by case when $5 is null then -interaction_id else interaction_id end limit $3
    $find$ using wanted, below, most, only_in, above;
end $$;
"""
SEARCHABLE = RunSQL(
    f"""
create index engagements_conversationentry_words on engagements_conversationentry using gin (({_WORDS}));
{_FIND}
""",
    f"""
drop function {_NAME}(tsquery, bigint, bigint, bigint, bigint);
drop index engagements_conversationentry_words;
""",
)
BOTH_WAYS = RunSQL(f"drop function if exists {_NAME}(tsquery, bigint, bigint, bigint); {_FIND}", RunSQL.noop)


@dataclass(frozen=True)
class Said:
    """One contact where it was said: in how many lines, and the keys of these in order."""

    interaction_id: int
    hits: int
    lines: Sequence[int]


@dataclass(frozen=True)
class Phrase:
    """Words in a row. Of a quoted phrase they are whole; else each is one word, and may go on."""

    words: Sequence[str]
    is_quoted: bool

    @property
    def query(self) -> str:
        return " <-> ".join(f"'{word}'{'' if self.is_quoted else ':*'}" for word in self.words)

    @property
    def pattern(self) -> str:
        inner = r"[\W_]+".join(map(re.escape, self.words))
        ends = r"(?![^\W_])" if self.is_quoted else r"[^\W_]*"
        return rf"(?<![^\W_]){inner}{ends}"


def phrases(text: str) -> list[Phrase]:
    """What is asked for: all of these must stand in one line. Empty if the text has no word."""
    found = []
    for quoted, bare in re.findall(r'"([^"]*)"|([^"]+)', text):
        words = [word for word in re.findall(r"[^\W_]+", quoted or bare) if len(word) <= _LONGEST_WORD]
        if quoted and words:
            found.append(Phrase(words[:_MOST_WORDS], True))
        else:
            found += [Phrase([word], False) for word in words]
    return found[:_MOST_WORDS]


def said(
    wanted: Sequence[Phrase],
    *,
    most: int,
    below: int | None = None,
    only_in: int | None = None,
    above: int | None = None,
) -> Iterator[Said]:
    """Contacts of the tenant in scope, the newest first, begun before that of the key `below`; or those begun after
    that of the key `above`, the oldest first. One query."""
    if not wanted:
        return
    query = " & ".join(f"({phrase.query})" for phrase in wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            f"select * from {_NAME}(to_tsquery('pg_catalog.simple', %s), %s, %s, %s, %s)",
            [query, below, most, only_in, above],
        )
        yield from (Said(*row) for row in cursor.fetchall())


def marked(text: str, wanted: Sequence[Phrase]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it was asked for."""
    if not wanted:
        return [(text, False)]
    parts = re.split(f"({'|'.join(phrase.pattern for phrase in wanted)})", text, flags=re.IGNORECASE)
    return [(part, number % 2 == 1) for number, part in enumerate(parts) if part]
