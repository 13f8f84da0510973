"""Triggers that count interactions and their marks, so that nothing that writes a row can forget to.

Many rows made in one statement are counted as one, and no two writers meet on a row. Rows beside an interaction that
change or go are counted one by one before they do: each then finds what became of those before it.
"""

from collections.abc import Sequence
from typing import Any

import pgtrigger

from apps.engagements.models.marks import KEYS, LINKS, PARTS, STAYS, given, marked, moved
from apps.engagements.models.tally import COLUMNS, KEPT, SEEN, summed_up, values

_INTERACTIONS = "engagements_engagementinteraction"


def _counted(row: str, delta: int) -> str:
    return (
        f"insert into engagements_interactiontally ({COLUMNS}, delta) "
        f"select {values(f'{row}.')}, {delta} where {row}.{SEEN};"
    )


def _distinct() -> str:
    """What an update must change for the counts to change."""
    was, now = (f"row({values(f'{row}.')}, {row}.{SEEN})" for row in ("old", "new"))
    return f"{was} is distinct from {now}"


OF_INTERACTIONS = [
    pgtrigger.Trigger(
        name="tally_made",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="new_values"),
        func=summed_up("new_values") + "return null;",
    ),
    pgtrigger.Trigger(
        name="tally_moved",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("opened_at", "deleted_at", *KEPT),
        condition=pgtrigger.Condition(_distinct()),
        func=_counted("old", -1) + _counted("new", 1) + moved("old", -1) + moved("new", 1) + "return null;",
    ),
    pgtrigger.Trigger(
        name="tally_gone",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Delete,
        referencing=pgtrigger.Referencing(old="old_values"),
        func=summed_up("old_values", "-") + marked("old_values", "-") + "return null;",
    ),
]


def _count(interaction: str, marks: str, delta: int) -> str:
    return f"""
        insert into engagements_interactiontally ({COLUMNS}, kind, key, delta)
        select {values("i.")}, m.kind, m.key, {delta} from {_INTERACTIONS} i cross join lateral ({marks}) m
        where i.id = {interaction} and i.{SEEN};
    """


def _alone(table: str, row: str) -> str:
    """The marks that this row makes, and no other of its interaction's."""
    keys = KEYS[table]
    return f"""
        select k.kind, k.key from ({keys.format(row=row)}) k where not exists (
            select from {table} o cross join lateral ({keys.format(row="o")}) ok
            where o.interaction_id = {row}.interaction_id and o.id <> {row}.id and ok.kind = k.kind and ok.key = k.key
        )
    """


def _first(table: str) -> str:
    """The marks that nothing but new rows makes."""
    keys = KEYS[table]
    return f"""
        select distinct n.interaction_id, k.kind, k.key
        from new_values n cross join lateral ({keys.format(row="n")}) k where not exists (
            select from {table} o cross join lateral ({keys.format(row="o")}) ok
            where o.interaction_id = n.interaction_id and ok.kind = k.kind and ok.key = k.key
                and o.id not in (select id from new_values)
        )
    """


def _many(marks: str, sign: str = "") -> str:
    """Count marks with their `interaction_id`."""
    return f"""
        insert into engagements_interactiontally ({COLUMNS}, kind, key, delta)
        select {values("i.")}, m.kind, m.key, {sign}count(*) from ({marks}) m
        join {_INTERACTIONS} i on i.id = m.interaction_id where i.{SEEN} group by {values("i.")}, m.kind, m.key;
    """


def _disposition(chosen: str) -> str:
    return f"select 'disposition' as kind, g.disposition::text as key from ({chosen}) g"


def _made(name: str, func: str) -> Any:
    return pgtrigger.Trigger(
        name=f"{name}_made",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="new_values"),
        func=func + "return null;",
    )


def _changed(name: str, columns: Sequence[str], func: str, only: str = "true") -> Any:
    was, now = (", ".join(f"{row}.{column}" for column in columns) for row in ("old", "new"))
    return pgtrigger.Trigger(
        name=f"{name}_changed",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf(*columns),
        condition=pgtrigger.Condition(f"row({was}) is distinct from row({now}) and {only}"),
        func=func + "return new;",
    )


def _gone(name: str, func: str, only: str) -> Any:
    return pgtrigger.Trigger(
        name=f"{name}_gone",
        when=pgtrigger.Before,
        operation=pgtrigger.Delete,
        condition=pgtrigger.Condition(only),
        func=func + "return old;",
    )


def _triggers(name: str, table: str, columns: Sequence[str], only: str) -> list[Any]:
    less = _count("old.interaction_id", _alone(table, "old"), -1)
    more = _count("new.interaction_id", _alone(table, "new"), 1)
    return [_made(name, _many(_first(table))), _changed(name, columns, less + more), _gone(name, less, only)]


def _dispositions() -> list[Any]:
    fresh = "select interaction_id from new_values where disposition_id is not null group by interaction_id"
    before, after = (
        f"select f.interaction_id, m.kind, m.key from ({fresh}) f "
        f"cross join lateral ({_disposition(given('f.interaction_id', others))}) m"
        for others in ("id not in (select id from new_values)", "true")
    )

    def one(row: str, delta: int, *, itself: bool) -> str:
        chosen = given(f"{row}.interaction_id", f"id <> {row}.id", row if itself else "")
        return _count(f"{row}.interaction_id", _disposition(chosen), delta)

    between = one("old", 1, itself=False) + one("new", -1, itself=False)
    return [
        _made(
            "mark_disposition",
            f"if exists (select from new_values where disposition_id is not null) then "
            f"{_many(before, '-')} {_many(after)} end if; ",
        ),
        _changed(
            "mark_disposition",
            ("disposition_id", "offered_at", "interaction_id"),
            f"{one('old', -1, itself=True)} if old.interaction_id <> new.interaction_id then {between} end if; "
            f"{one('new', 1, itself=True)}",
            "coalesce(old.disposition_id, new.disposition_id) is not null",
        ),
        _gone(
            "mark_disposition",
            one("old", -1, itself=True) + one("old", 1, itself=False),
            "old.disposition_id is not null",
        ),
    ]


OF_STAYS = _triggers("mark_queue", STAYS, ("queue_id", "interaction_id"), "old.queue_id is not null")
OF_PARTS = [*_triggers("mark_agent", PARTS, ("agent_id", "interaction_id"), "true"), *_dispositions()]
OF_LINKS = _triggers("mark_link", LINKS, ("type", "sub_type", "record_id", "name", "interaction_id"), "true")
