"""From the SELECT list to a Selection."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.db.models.lookups import IsNull
from lark import Token

from apps.facades.salesforce_sobjects.soql.conditions import Conditions
from apps.facades.salesforce_sobjects.soql.errors import InvalidType, MalformedQuery
from apps.facades.salesforce_sobjects.soql.expressions import kind_of
from apps.facades.salesforce_sobjects.soql.functions import SHOWN, labelled, only_argument, unknown
from apps.facades.salesforce_sobjects.soql.names import Names, Reach
from apps.facades.salesforce_sobjects.soql.numbers import limit_of
from apps.facades.salesforce_sobjects.soql.ordering import order_of, ordered
from apps.facades.salesforce_sobjects.soql.selection import Cell, Listed, Related, Selection
from apps.facades.salesforce_sobjects.soql.tree import Call, Child, Path, Plain, Select, TypeOf
from apps.objects.columns import column_of, columns_of
from apps.objects.registry import SObject, named

_MOST_CHILDREN = 20
_NESTED_SINCE, _DEEPEST = 58, 5  # from this version subqueries may lie in subqueries
_MOST_OF_ALL_FIELDS = 200  # rows


def selection_of(names: Names, select: Select, depth: int = 0) -> Selection:
    """Raises QueryError."""
    selection = Selection(names.asked, names.sobject)
    builder = _Builder(names, selection, depth)
    for item in select.items:
        match item:
            case Plain(operand=Path() as path):
                builder.field(path, item.alias)
            case Plain(operand=call):
                builder.call(call, item.alias, select)
            case TypeOf():
                builder.typeof(item)
            case Child():
                builder.child(item.query)
    return selection


class _Builder:
    def __init__(self, names: Names, selection: Selection, depth: int) -> None:
        self.names = names
        self.asked = names.asked
        self.selection = selection
        self.depth = depth

    def field(self, path: Path, alias: Token | None) -> None:
        if alias:
            problem = "only aggregate expressions use field aliasing"
            raise MalformedQuery(problem, self.asked.text, alias.start_pos or 0)
        self._place(self.names.reach(path))

    def call(self, call: Any, alias: Token | None, select: Select) -> None:
        if call.name == "FIELDS":
            return self._all_fields(call, select)
        if call.name not in SHOWN:
            raise unknown(call, self.asked)
        argument = only_argument(call, self.asked)
        if isinstance(argument, Call):
            raise unknown(argument, self.asked)
        reach = labelled(self.names, call) if call.name == "TOLABEL" else self.names.reach(argument)
        return self._place(reach, call.name, str(alias) if alias else "")

    def typeof(self, item: TypeOf) -> None:
        *steps, last = self.names.relationship(item.relationship)
        selection = self.selection
        for step in steps:
            selection = selection.related(step).of(step.targets[0])
        related = selection.related(last)
        targets = {target.name.lower(): target for target in last.targets}
        for name, paths in item.cases:
            target = targets.pop(name.lower(), None)
            if target is None and name.lower() not in map(str.lower, last.column.declared.references):
                problem = f"TYPEOF {last.name} leads to no {name}"
                raise InvalidType(problem, self.asked.text, name.start_pos or 0)
            if target:
                self._fields_of(related, target, paths)
        for target in targets.values() if item.otherwise else ():
            self._fields_of(related, target, item.otherwise, lenient=True)

    def child(self, query: Select) -> None:
        relationship = str(query.sources[0].path)
        parent = self.names.sobject
        found = {name.lower(): (name, *child) for name, child in parent.children.items()}.get(relationship.lower())
        self._refuse_children(query)
        if found is None:
            raise InvalidType(
                f"Didn't understand relationship '{relationship}' in FROM part of query call. If you are attempting to "
                "use a custom relationship, be sure to append the '__r' after the custom relationship name.",
                self.asked.text,
                query.at,
            )
        key, object_name, accessor = found
        self.selection.parts[key] = self._listed(query, named(object_name), accessor)

    def _listed(self, query: Select, sobject: SObject, accessor: str) -> Listed:
        names = Names(self.asked, sobject, query.sources)
        link = self.names.sobject.model._meta.get_field(accessor).field.attname  # type: ignore[union-attr]
        rows = names.rows().filter(*_not_elsewhere(sobject, link))
        if query.where:
            rows = rows.filter(Conditions(names).where(query.where))
        keys = order_of(names, query.order)
        if query.limit:
            place = Window(RowNumber(), partition_by=F(link), order_by=[key.order for key in keys])
            rows = rows.annotate(_place=place).filter(_place__lte=limit_of(query, self.asked))
        return Listed(selection_of(names, query, self.depth + 1), ordered(rows, keys), link)

    def _refuse_children(self, query: Select) -> None:
        self.asked.children += 1
        deepest = _DEEPEST if self.asked.nested or self.asked.version >= _NESTED_SINCE else 1
        problem = ""
        if self.depth >= deepest:
            problem = f"subqueries can be nested {deepest} deep"
        elif self.asked.children > _MOST_CHILDREN:
            problem = f"a query may have at most {_MOST_CHILDREN} subqueries"
        elif query.group or query.having or query.offset or query.scope or query.purposes or query.all_rows:
            problem = "a subquery takes WHERE, ORDER BY and LIMIT"
        if problem:
            raise MalformedQuery(problem, self.asked.text, query.at)

    def _all_fields(self, call: Any, select: Select) -> None:
        argument = only_argument(call, self.asked)
        group = str(argument).upper()
        if group not in ("ALL", "STANDARD", "CUSTOM"):
            raise MalformedQuery(f"unexpected token: '{argument}'", self.asked.text, argument.at)
        limited = select.limit and limit_of(select, self.asked) <= _MOST_OF_ALL_FIELDS
        if group != "STANDARD" and not limited:
            problem = f"The SOQL FIELDS function must have a LIMIT of at most {_MOST_OF_ALL_FIELDS}"
            raise MalformedQuery(problem, self.asked.text, call.at)
        for column in columns_of(self.names.sobject).values():
            if group == "ALL" or (group == "CUSTOM") == bool(column.custom):
                self.selection.parts.setdefault(column.name, Cell(column))

    def _place(self, reach: Reach, shown: str = "", alias: str = "") -> None:
        """The field at its place: in the record itself, or in those of its parents."""
        selection, key = self.selection, alias or reach.name
        if not reach.steps:
            selection.parts[key] = Cell(reach.ends[0][1], shown)
            return
        for step in reach.steps[:-1]:
            selection = selection.related(step).of(step.targets[0])
        related = selection.related(reach.steps[-1])
        for target, column in reach.ends:
            related.of(target).parts[key] = Cell(column, shown)

    def _fields_of(self, related: Related, target: SObject, paths: Sequence[Path], *, lenient: bool = False) -> None:
        """The fields of one case of TYPEOF; ELSE names fields that not every object has."""
        builder = _Builder(Names(self.asked, target), related.of(target), self.depth)
        for path in paths:
            name = path.names[-1]
            if lenient and len(path.names) == 1 and column_of(target, name) is None:
                column = kind_of(target) if name.lower() == "type" else None
                builder.selection.parts[name] = Cell(column)
            else:
                builder.field(path, None)


def _not_elsewhere(sobject: SObject, link: str) -> list[Any]:
    """That nothing which counts before the link names another parent (M-09)."""
    for column in columns_of(sobject).values():
        paths = [path for path, _ in column.links]
        if link in paths and column.declared.type == "reference":
            return [IsNull(F(path), True) for path in paths[: paths.index(link)]]
    return []
