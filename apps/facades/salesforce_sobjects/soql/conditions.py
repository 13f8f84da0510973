"""A WHERE or HAVING clause as an ORM condition. Nothing of the query's text ever reaches the database's language."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Left
from django.db.models.lookups import In as InValues
from django.db.models.lookups import IsNull

from apps.facades.salesforce_sobjects.soql.comparisons import Subject, among, compare, including, is_null
from apps.facades.salesforce_sobjects.soql.errors import InvalidField, MalformedQuery
from apps.facades.salesforce_sobjects.soql.expressions import IDS
from apps.facades.salesforce_sobjects.soql.functions import field_of, subject
from apps.facades.salesforce_sobjects.soql.names import Asked, Names, Reach
from apps.facades.salesforce_sobjects.soql.parents import NOTHING, SHARED, condition
from apps.facades.salesforce_sobjects.soql.tree import (
    Call,
    Compare,
    Condition,
    In,
    InRows,
    Junction,
    Not,
    Operand,
    Path,
    Plain,
    Select,
)
from apps.objects.columns import Column

_MOST_SEMI_JOINS = 2
_MOST_RELATED = 200  # in one query: each is a subquery of its own


class Conditions:
    """Translates the conditions of one SELECT. `of` raises QueryError."""

    def __init__(self, names: Names, *, joins: bool = True) -> None:
        self.names = names
        self.asked = names.asked
        self._joins_left = _MOST_SEMI_JOINS if joins else 0
        self._negated = False

    def where(self, tree: Condition) -> Q:
        """A whole WHERE; only here, and not under NOT or OR, may semi-joins stand."""
        parts = tree.conditions if isinstance(tree, Junction) and tree.every else (tree,)
        if len(parts) > 1:
            parts = merged(Junction(True, parts))
        return Q(*(self._joined(part) or self.of(part) for part in parts))

    def of(self, tree: Condition) -> Q:
        match tree:
            case Junction():
                conditions = map(self.of, merged(tree))
                return Q(*conditions, _connector=Q.AND if tree.every else Q.OR)
            case Not():
                return self._not(tree.condition)
            case Compare(operator="!="):  # includes rows where the field is empty (P-27)
                return self._not(replace(tree, operator="="))
            case Compare():
                return self._compare(tree)
            case In():
                return self._among(tree)
        raise self._refusal("Semi join sub-selects are only allowed at the top level of WHERE", tree.operand)

    def _not(self, tree: Condition) -> Q:
        before, self._negated = self._negated, True
        found = self.of(tree)
        self._negated = before
        return ~found

    def _compare(self, tree: Compare) -> Q:
        if tree.operator == "=" and is_null(tree.value):
            return self._empty(tree.operand)
        literals = self.asked.literals
        return self.leaf(tree.operand, lambda subject: compare(subject, tree.operator, tree.value, literals))

    def _among(self, tree: In) -> Q:
        build = including if tree.includes else among
        values = [token for token in tree.values if not is_null(token)]
        found = self.leaf(tree.operand, lambda subject: build(subject, values, self.asked.literals))
        return found | self._empty(tree.operand) if len(values) < len(tree.values) else found

    def _empty(self, operand: Operand) -> Q:
        """Also where there is no parent that could have the field."""
        return ~self.leaf(operand, lambda subject: subject.present)

    def leaf(self, operand: Operand, build: Callable[[Subject], Q]) -> Q:
        """What `build` makes of the field or function."""
        reach, function = field_of(self.names, operand)
        refuse_unfilterable(reach, self.asked)
        self.asked.related += bool(reach.steps)
        if self.asked.related > _MOST_RELATED:
            raise self._refusal(f"at most {_MOST_RELATED} conditions may be on other objects", operand)
        return condition(self.asked, reach, lambda column: self.built(subject(function, column), build))

    def built(self, subject: Subject, build: Callable[[Subject], Q]) -> Q:
        """Under NOT it must be true or false, never unknown, because NOT turns the result of the whole (P-27)."""
        found = build(subject)
        return found & subject.present if self._negated else found

    def _joined(self, tree: Condition) -> Q | None:
        """A semi-join or anti-join; None if it is neither."""
        if isinstance(tree, InRows):
            return self._in_rows(tree)
        if isinstance(tree, Not) and isinstance(tree.condition, InRows):
            return ~self._in_rows(tree.condition)
        return None

    def _in_rows(self, tree: InRows) -> Q:
        if not self._joins_left:
            raise self._refusal(f"at most {_MOST_SEMI_JOINS} semi joins are allowed, and none within one", tree.operand)
        self._joins_left -= 1
        if isinstance(tree.operand, Call):
            raise self._refusal("a semi join takes an id or a reference", tree.operand)
        reach = self.names.reach(tree.operand)
        refuse_unfilterable(reach, self.asked)
        inner, path = self._inner(tree.rows)
        selected = inner.reach(path)
        if {reach.declared.type, selected.declared.type} - IDS or selected.steps:
            raise self._refusal("a semi join compares an id or a reference with another", path)
        rows = inner.rows()
        if tree.rows.where:
            rows = rows.filter(Conditions(inner, joins=False).where(tree.rows.where))
        column = selected.ends[0][1]
        assert column
        return condition(self.asked, reach, lambda own: _same(own, column, rows))

    def _inner(self, select: Select) -> tuple[Names, Path]:
        """The names of a semi-join's inner SELECT, and what it selects."""
        sobject = self.asked.object(str(select.sources[0].path), select.at)
        item = select.items[0]
        limited = select.group or select.order or select.limit or select.offset
        if len(select.items) != 1 or limited or not isinstance(item, Plain) or isinstance(item.operand, Call):
            raise MalformedQuery("a semi join selects one id or reference", self.asked.text, select.at)
        return Names(self.asked, sobject, select.sources), item.operand

    def _refusal(self, problem: str, operand: Operand) -> MalformedQuery:
        return MalformedQuery(problem, self.asked.text, operand.at)


def _same(own: Column, selected: Column, rows: Any) -> Q:
    """That the field names what one of the rows names, by our keys of the same object, or by the same text."""
    found, before = Q(), list[str]()
    for path, prefix in own.links:
        earlier = list[Any]()
        for inner, inner_prefix in selected.links:
            if inner_prefix == prefix:
                keys = rows.filter(*earlier, IsNull(F(inner), False)).values(inner)
                found |= Q(InValues(F(path), keys), IsNull(F(path), False), *(IsNull(F(each), True) for each in before))
            earlier.append(IsNull(F(inner), True))
        before.append(path)
    for path in own.texts:
        for inner in selected.texts:
            keys = rows.filter(IsNull(F(inner), False)).annotate(_named=Left(inner, SHARED)).values("_named")
            found |= Q(InValues(Left(F(path), SHARED), keys), IsNull(F(path), False))
    return found or NOTHING


def merged(tree: Junction) -> tuple[Condition, ...]:
    """The same with one IN in place of many comparisons of one field: `a = 1 OR a = 2`, `a != 1 AND a != 2`."""
    operator = "!=" if tree.every else "="
    same: dict[Any, list[Compare]] = {}
    for each in tree.conditions:
        if isinstance(each, Compare) and each.operator == operator and isinstance(each.operand, Path):
            same.setdefault(tuple(map(str.lower, each.operand.names)), []).append(each)
    several = {id(each): group for group in same.values() if len(group) > 1 for each in group}
    found: list[Condition] = []
    for each in tree.conditions:
        group = several.get(id(each))
        if group is None:
            found.append(each)
        elif group[0] is each:
            alike = In(group[0].operand, tuple(compared.value for compared in group))
            found.append(Not(alike) if tree.every else alike)
    return tuple(found)


def refuse_unfilterable(reach: Reach, asked: Asked) -> None:
    if not reach.declared.filterable:
        raise InvalidField(f"field '{reach.name}' can not be filtered in a query call", asked.text, reach.at)
