"""From the names in a query to fields: of the object itself, or through relationships of its parents."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

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
