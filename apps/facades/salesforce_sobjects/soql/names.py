"""From the names in a query to fields: of the object itself, or through relationships of its parents."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Left
from django.db.models.lookups import Exact, In, IsNull

from apps.accounts.models import User
from apps.engagements.visibility import visible
from apps.facades.salesforce_sobjects.soql.errors import InvalidField, InvalidType, MalformedQuery
from apps.facades.salesforce_sobjects.soql.expressions import kind_of
from apps.facades.salesforce_sobjects.soql.literals import Literals
from apps.facades.salesforce_sobjects.soql.tree import Path, Source
from apps.objects import registry
from apps.objects.columns import Column, Parent, column_of, parents_of
from apps.objects.documented import Documented
from apps.objects.registry import SObject

DEEPEST, MOST = 5, 55  # relationships in one path, and in one query (sobjects 8.2)
SHARED = 15  # characters that the two forms of an id have in common
NOTHING = Q(Value(False))
_NULL = Value(None, output_field=TextField())
_COMMON = frozenset({"id", "name", "type"})


Ends = Sequence[tuple[SObject, Column | None]]


@dataclass
class Asked:
    """What holds for the whole of one query: who asks, over what, and how its values are read."""

    user: User
    literals: Literals
    with_deleted: bool = False
    version: int = 0
    nested: bool = False  # subqueries may lie in subqueries, whatever the version
    relationships: set[tuple[str, ...]] = field(default_factory=set)
    children: int = 0
    related: int = 0  # conditions on other objects
    _rows: "dict[str, QuerySet[Any]]" = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.literals.text

    def rows(self, sobject: SObject) -> "QuerySet[Any]":
        """All that the caller may see of an object. Everything that a query touches comes from here."""
        if sobject.name not in self._rows:
            self._rows[sobject.name] = visible(sobject, self.user, with_deleted=self.with_deleted).order_by()
        return self._rows[sobject.name]

    def object(self, name: str, at: int) -> SObject:
        found = registry.find(name)
        if found is None or "query" not in found.calls:
            raise InvalidType(f"sObject type '{name}' is not supported.", self.text, at)
        return found


@dataclass(frozen=True)
class Reach:
    """A field, and the relationships that lead to it. `ends` has one column for each object it may lie on."""

    steps: Sequence[Parent]
    ends: "Ends"
    declared: Documented
    at: int

    @property
    def name(self) -> str:
        return self.declared.api_name


class Names:
    """The names that one SELECT knows: its object, its aliases, and what they lead to."""

    def __init__(self, asked: Asked, sobject: SObject, sources: Sequence[Source] = ()) -> None:
        self.asked = asked
        self.sobject = sobject
        self._aliases: dict[str, tuple[str, ...]] = {sobject.name.lower(): ()}
        for place, source in enumerate(sources):
            names = self._unaliased(source.path.names) if place else ()
            if place:
                self._walk(names, source.path.at)
            if source.alias:
                self._aliases[source.alias.lower()] = names

    def rows(self) -> "QuerySet[Any]":
        return self.asked.rows(self.sobject)

    def reach(self, path: Path) -> Reach:
        """The field that the path names. Raises InvalidField."""
        *relationships, name = self._unaliased(path.names)
        steps = self._walk(relationships, path.at)
        if not steps:
            ends: Ends = [(self.sobject, column_of(self.sobject, name))]
        elif is_polymorphic(steps[-1]):
            return self._common(steps, name, path.at)
        else:
            target = steps[-1].targets[0]
            ends = [(target, column_of(target, name) or (kind_of(target) if name.lower() == "type" else None))]
        sobject, column = ends[0]
        if column is None:
            raise self.no_column(name, sobject.name, path.at)
        return Reach(steps, ends, column.declared, path.at)

    def relationship(self, path: Path) -> list[Parent]:
        """The relationships of a path that ends in one. Raises InvalidField."""
        return self._walk(self._unaliased(path.names), path.at)

    def no_column(self, name: str, entity: str, at: int) -> InvalidField:
        return InvalidField(
            f"No such column '{name}' on entity '{entity}'. If you are attempting to use a custom field, be sure to "
            "append the '__c' after the custom field name.",
            self.asked.text,
            at,
        )

    def _unaliased(self, names: Sequence[str]) -> tuple[str, ...]:
        if len(names) > 1 and (path := self._aliases.get(names[0].lower())) is not None:
            return (*path, *names[1:])
        return tuple(names)

    def _walk(self, names: Sequence[str], at: int) -> list[Parent]:
        if len(names) > DEEPEST:
            raise MalformedQuery(f"a path leads through at most {DEEPEST} relationships", self.asked.text, at)
        steps: list[Parent] = []
        for name in names:
            found = None
            if not steps:
                found = parents_of(self.sobject).get(name.lower())
            elif not is_polymorphic(steps[-1]):
                found = parents_of(steps[-1].targets[0]).get(name.lower())
            if found is None:
                raise self._no_relationship(name, at)
            steps.append(found)
            self.asked.relationships.add((self.sobject.name, *(step.name for step in steps)))
        if len(self.asked.relationships) > MOST:
            raise MalformedQuery(f"a query may name at most {MOST} relationships", self.asked.text, at)
        return steps

    def _no_relationship(self, name: str, at: int) -> InvalidField:
        return InvalidField(
            f"Didn't understand relationship '{name}' in field path. If you are attempting to use a custom "
            "relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL "
            "or the describe call for the appropriate names.",
            self.asked.text,
            at,
        )

    def _common(self, steps: Sequence[Parent], name: str, at: int) -> Reach:
        """A field that whatever the relationship leads to has in common: those of the object Name."""
        declared = registry.find("Name")
        if name.lower() not in _COMMON and not (declared and name.lower() in declared.fields):
            raise self.no_column(name, "Name", at)
        kinds = name.lower() == "type"
        ends = [(target, kind_of(target) if kinds else column_of(target, name)) for target in steps[-1].targets]
        known = next((column.declared for _, column in ends if column), None)
        return Reach(steps, ends, known or Documented(name, "string", frozenset("FGS"), name), at)


def is_polymorphic(parent: Parent) -> bool:
    """Whether it is open which object the relationship leads to; also where we hold nothing of what it leads to."""
    return len(parent.column.declared.references) != 1 or not parent.targets


def links(column: Column, target: SObject) -> Iterator[tuple[str, Sequence[str], bool]]:
    """How a reference may name a row of the target: our column, those that count before it, whether it is a text."""
    before: list[str] = []
    for path, prefix in column.links:
        if prefix == target.prefix:
            yield path, list(before), False
        before.append(path)
    for path in column.texts:
        if target.text_id:
            yield path, list(before), True
        before.append(path)


def condition(asked: Asked, reach: Reach, leaf: Callable[[Column], Q]) -> Q:
    """`leaf` of the field, wherever it lies. False where there is no parent; always true or false, never unknown."""
    return _condition(asked, reach.steps, reach.ends, leaf)


def _condition(asked: Asked, steps: Sequence[Parent], ends: Ends, leaf: Callable[[Column], Q]) -> Q:
    if not steps:
        column = ends[0][1]
        return leaf(column) if column else NOTHING
    found = Q()
    for target, beyond in _ways(steps, ends):
        rows = asked.rows(target).filter(_condition(asked, steps[1:], beyond, leaf))
        for path, before, is_text in links(steps[0].column, target):
            found |= Q(_named(path, is_text, target, rows), *_none_of(before))
    return found or NOTHING


def _ways(steps: Sequence[Parent], ends: Ends) -> Iterator[tuple[SObject, Ends]]:
    """The objects that the first step leads to, each with where the path ends from there."""
    if len(steps) > 1:
        yield steps[0].targets[0], ends
    else:
        yield from ((target, [(target, column)]) for target, column in ends if column)


def _named(path: str, is_text: bool, target: SObject, rows: "QuerySet[Any]") -> Q:
    """That the reference names one of the rows."""
    if is_text:
        keys = rows.annotate(_named=Left(str(target.text_id), SHARED)).values("_named")
        return Q(In(Left(F(path), SHARED), keys)) & Q(IsNull(F(path), False))
    return Q(In(F(path), rows.values("pk"))) & Q(IsNull(F(path), False))


def _none_of(paths: Sequence[str]) -> list[Any]:
    return [IsNull(F(path), True) for path in paths]


def value(asked: Asked, reach: Reach, of: Callable[[SObject, Column], Any]) -> Any:
    """The expression `of` of the field, wherever it lies; null where there is no parent."""
    return _value(asked, reach.steps, reach.ends, of)


def _value(asked: Asked, steps: Sequence[Parent], ends: Ends, of: Callable[[SObject, Column], Any]) -> Any:
    if not steps:
        sobject, column = ends[0]
        return of(sobject, column) if column else _NULL
    found = []
    for target, beyond in _ways(steps, ends):
        inner = _value(asked, steps[1:], beyond, of)
        for path, before, is_text in links(steps[0].column, target):
            rows = asked.rows(target).filter(*_match(path, is_text, target))
            rows = rows.filter(*(IsNull(OuterRef(each), True) for each in before))
            found.append(Subquery(rows.values(_value=inner)[:1]))
    if len(found) == 1:
        return found[0]
    return Coalesce(*found) if found else _NULL


def _match(path: str, is_text: bool, target: SObject) -> list[Any]:
    if is_text:
        return [Exact(Left(str(target.text_id), SHARED), Left(OuterRef(path), SHARED))]
    return [Q(pk=OuterRef(path))]
