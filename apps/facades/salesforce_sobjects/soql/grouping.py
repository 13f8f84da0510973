"""Queries with group functions or GROUP BY: one record for each group (sobjects 8.2)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from django.db.models import Count, F, Q, QuerySet, TextField, Value

from apps.facades.salesforce_sobjects.soql.comparisons import Subject
from apps.facades.salesforce_sobjects.soql.conditions import Conditions, refuse_unfilterable
from apps.facades.salesforce_sobjects.soql.errors import MalformedQuery
from apps.facades.salesforce_sobjects.soql.expressions import IDS
from apps.facades.salesforce_sobjects.soql.functions import AGGREGATES, SHOWN, Function, field_of, only_argument
from apps.facades.salesforce_sobjects.soql.groups import Counted, Grouped, counted, grouped
from apps.facades.salesforce_sobjects.soql.names import Names, Reach
from apps.facades.salesforce_sobjects.soql.numbers import limit_of, offset_of
from apps.facades.salesforce_sobjects.soql.ordering import MOST_KEYS, Key, refuse_unsortable
from apps.facades.salesforce_sobjects.soql.tree import By, Call, Item, Operand, Path, Plain, Select

MOST_GROUPS = 2000
_SETS = ("ROLLUP", "CUBE")
_MOST_IN_SETS = 3
_MOST_PARTS = 100
_NULL = Value(None, output_field=TextField())


def is_grouped(select: Select) -> bool:
    return bool(select.group) or any(
        isinstance(item, Plain) and isinstance(item.operand, Call) and item.operand.name in AGGREGATES
        for item in select.items
    )


class Grouping:
    """A grouped query over the rows that match. Raises QueryError while it is built."""

    def __init__(self, names: Names, select: Select, rows: "QuerySet[Any]") -> None:
        self.names = names
        self.asked = names.asked
        self.rows = rows
        self._counted: dict[Call, Counted] = {}
        self._grouped: dict[Any, Grouped] = {}
        self._by_set = self._group_by(select.group)
        self._parts = self._select(select.items)
        self._having = _Having(self).of(select.having) if select.having else Q()
        if len(select.order) > MOST_KEYS:
            raise MalformedQuery(f"a query is ordered by at most {MOST_KEYS} fields", self.asked.text)
        self._order = [self._ordered(by, number) for number, by in enumerate(select.order)]
        if select.limit and not select.group:
            problem = "Non-grouped query that uses overall aggregate functions cannot also use LIMIT"
            raise MalformedQuery(problem, self.asked.text, select.limit.start_pos or 0)
        offset = offset_of(select, self.asked)
        self._slice = slice(offset, offset + min(limit_of(select, self.asked), MOST_GROUPS))
        self._is_one = not select.group

    def records(self) -> list[dict[str, Any]]:
        """One record for each group, with what was selected under its alias or as `expr0`, `expr1`, ..."""
        names = [name for each in self._grouped.values() for name in each.columns]
        names += [each.name for each in self._counted.values()]
        if self._is_one:
            aggregated = self.rows.aggregate(**self._functions())
            found = [tuple(aggregated[name] for name in names)]
        else:
            names += [name for name, _, _ in self._order]
            found = list(self._groups(names)[self._slice])
        vectors = dict(zip(names, zip(*found, strict=True), strict=True)) if found else dict.fromkeys(names, ())
        values = [part.values(vectors, len(found)) for part in self._parts.values()]
        return [
            {"attributes": {"type": "AggregateResult"}, **dict(zip(self._parts, row, strict=True))}
            for row in zip(*values, strict=True)
        ]

    def part(self, operand: Operand) -> Counted | Grouped:
        """What a name or function in this query stands for. Raises QueryError if it is neither grouped nor counted."""
        if isinstance(operand, Call) and operand.name in AGGREGATES:
            if operand not in self._counted:
                self._counted[operand] = counted(self.names, operand, len(self._counted))
            return self._counted[operand]
        if isinstance(operand, Path) and (found := self._aliased(operand)):
            return found
        reach, function = field_of(self.names, operand)
        key = _key(reach, function)
        if key not in self._grouped:
            problem = f"Field must be grouped or aggregated: {reach.name}"
            raise MalformedQuery(problem, self.asked.text, operand.at)
        return self._grouped[key]

    def _aliased(self, path: Path) -> Counted | Grouped | None:
        return getattr(self, "_parts", {}).get(str(path)) if len(path.names) == 1 else None

    def _group_by(self, operands: Sequence[Operand]) -> Sequence[Sequence[Grouped]]:
        """The sets of groups: one, or with ROLLUP and CUBE several, that of all groups first."""
        first = operands[0] if operands else None
        kind = first.name if isinstance(first, Call) and first.name in _SETS else ""
        if isinstance(first, Call) and kind:
            if len(operands) > 1 or not 1 <= len(first.arguments) <= _MOST_IN_SETS:
                problem = f"{kind} stands alone and takes at most {_MOST_IN_SETS} fields"
                raise MalformedQuery(problem, self.asked.text, first.at)
            operands = first.arguments
        if len(operands) > MOST_KEYS:
            raise MalformedQuery(f"a query is grouped by at most {MOST_KEYS} fields", self.asked.text)
        for operand in operands:
            reach, function = field_of(self.names, operand)
            self._grouped[_key(reach, function)] = grouped(self.names, reach, function, len(self._grouped))
        every = list(self._grouped.values())
        sizes = range(len(every), -1, -1)
        if kind == "ROLLUP":
            return [every[:size] for size in sizes]
        return [each for size in sizes for each in combinations(every, size)] if kind else [every]

    def _select(self, items: Sequence[Item]) -> dict[str, Counted | Grouped]:
        if len(items) > _MOST_PARTS:
            raise MalformedQuery(f"a grouped query selects at most {_MOST_PARTS} fields", self.asked.text)
        parts: dict[str, Counted | Grouped] = {}
        unnamed = 0
        for item in items:
            if not isinstance(item, Plain):
                raise MalformedQuery("a grouped query selects fields and group functions", self.asked.text)
            operand: Operand = item.operand
            shown = ""
            if isinstance(operand, Call) and operand.name in SHOWN:
                shown, operand = operand.name, only_argument(operand, self.asked)
            part = self.part(operand)
            if item.alias:
                name = str(item.alias)
            elif isinstance(operand, Path):
                name = part.name
            else:
                name, unnamed = f"expr{unnamed}", unnamed + 1
            if name in parts:
                raise MalformedQuery(f"duplicate alias: {name}", self.asked.text, operand.at)
            parts[name] = replace(part, shown=shown)
        return parts

    def _ordered(self, by: By, number: int) -> tuple[str, Counted | Grouped, Key]:
        part = self.part(by.operand)
        if isinstance(part, Grouped) and not part.function:
            refuse_unsortable(part.reach, self.names)
        name = f"_order{number}"
        return name, part, Key(F(name), by.descending, by.nulls_last)

    def _functions(self) -> dict[str, Any]:
        return {each.name: each.value for each in self._counted.values()}

    def _groups(self, names: Sequence[str]) -> "QuerySet[Any]":
        first, *more = [self._one_set(each, names) for each in self._by_set]
        found: QuerySet[Any] = first.union(*more, all=True) if more else first
        return found.order_by(*(key.order for _, _, key in self._order))

    def _one_set(self, wanted: Sequence[Grouped], names: Sequence[str]) -> "QuerySet[Any]":
        """The groups by these fields; the others are null."""
        set_ = {name for each in wanted for name in each.columns}
        columns: dict[str, Any] = {}
        for each in self._grouped.values():
            columns |= {name: value if name in set_ else _NULL for name, value in each.columns.items()}
        functions = self._functions()
        for name, part, _ in self._order:
            if isinstance(part, Counted):
                functions[name] = part.value
            else:
                columns[name] = part.sort_key(self.names) if set_.issuperset(part.columns) else _NULL
        rows: QuerySet[Any] = self.rows.values(**columns).annotate(_rows=Count("pk"), **functions)
        found: QuerySet[Any] = rows.filter(self._having).values_list(*names)
        return found


def _key(reach: Reach, function: Function | None) -> Any:
    """What makes two mentions of a field the same."""
    return (*(step.name for step in reach.steps), reach.name, function)


class _Having(Conditions):
    """Compares groups instead of rows."""

    def __init__(self, grouping: Grouping) -> None:
        super().__init__(grouping.names)
        self._grouping = grouping

    def leaf(self, operand: Operand, build: Callable[[Subject], Q]) -> Q:
        part = self._grouping.part(operand)
        if isinstance(part, Grouped):
            refuse_unfilterable(part.reach, self.asked)
            if part.kind in IDS:
                return super().leaf(operand, build)
        return self.built(part.subject, build)
