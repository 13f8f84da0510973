"""What interactions are asked for by: queues, agents, disposition, links. Each is counted by day (`tally`).

An interaction has a mark once, however often it came to a queue or an agent. `KEYS` says which marks a row beside it
makes; triggers of those rows count the first that makes a mark, and its going. The disposition is that of the last part
that has one (M-18).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.engagements.models.tally import COLUMNS, SEEN, values

ATTRIBUTE = "unattachedAttr"  # a link of this type is a custom value that the flow set (cxengage X-46)
LINK_KINDS = ("type", "sub_type", "type sub_type", "name", "record_id", "name record_id")  # the columns that are told

STAYS, PARTS, LINKS = "queues_queueentry", "queues_workoffer", "engagements_hook"
_OF_VALUES = f"{{row}}.type = '{ATTRIBUTE}'"  # another link's record id is one record's: as many as there are links


@dataclass(frozen=True)
class Mark:
    """Interactions of one of these queues, agents or whatever `kind` says; `keys` as a tally writes them."""

    kind: str
    keys: Sequence[str]


def link_key(values: Sequence[str]) -> str:
    """One text of what the columns of a link's mark hold, as `KEYS` makes it. Two say how long the first one is."""
    return values[0] if len(values) == 1 else f"{len(values[0])}:{''.join(values)}"


def _key(columns: Sequence[str]) -> str:
    values = [f"{{row}}.{column}" for column in columns]
    return values[0] if len(values) == 1 else f"concat(length({values[0]}), ':', {', '.join(values)})"


def _link_keys() -> str:
    kept = {kind: _OF_VALUES if "record_id" in kind else "true" for kind in LINK_KINDS}
    return " union all ".join(
        f"select '{kind}' as kind, {_key(kind.split())}::text as key where {only}" for kind, only in kept.items()
    )


KEYS = {
    STAYS: "select 'queue' as kind, {row}.queue_id::text as key where {row}.queue_id is not null",
    PARTS: "select 'agent' as kind, {row}.agent_id::text as key",
    LINKS: _link_keys(),
}


def marks_of(interaction: str) -> str:
    """A query of the marks of an interaction, of which `interaction` says the key."""
    kinds = [
        f"select k.kind, k.key from {table} o cross join lateral ({keys.format(row='o')}) k "
        f"where o.interaction_id = {interaction}"
        for table, keys in KEYS.items()
    ]
    return " union ".join([*kinds, f"select 'disposition', disposition::text from ({given(interaction)}) g"])


def marked(rows: str, sign: str = "", narrowed: str = "true") -> str:
    """The statement that counts the marks of these interactions, as `tally.summed_up` counts themselves."""
    return f"""
        insert into engagements_interactiontally ({COLUMNS}, kind, key, delta)
        select {values("i.")}, m.kind, m.key, {sign}count(*) from {rows} i cross join lateral ({marks_of("i.id")}) m
        where i.{SEEN} and {narrowed} group by {values("i.")}, m.kind, m.key;
    """


def moved(row: str, delta: int) -> str:
    """For a trigger of interactions: count the marks of this row."""
    return f"""
        insert into engagements_interactiontally ({COLUMNS}, kind, key, delta)
        select {values(f"{row}.")}, m.kind, m.key, {delta} from ({marks_of(f"{row}.id")}) m where {row}.{SEEN};
    """


def given(interaction: str, others: str = "true", row: str = "") -> str:
    """The disposition of the last part with one, among these others and, if named, this row."""
    rows = (
        f"select disposition_id, offered_at, id from {PARTS} "
        f"where interaction_id = {interaction} and disposition_id is not null and {others}"
    )
    if row:
        rows += f" union all select {row}.disposition_id, {row}.offered_at, {row}.id"
    return (
        f"select disposition_id as disposition from ({rows}) given where disposition_id is not null "
        "order by offered_at desc, id desc limit 1"
    )
