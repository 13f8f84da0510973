"""Records with records below them, as they are sent to `/composite/tree` (sobjects 10.3)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.accounts.models import User
from apps.engagements.drafts import NewInteraction
from apps.facades.salesforce_sobjects import writing
from apps.facades.salesforce_sobjects.composite.reading import listed, malformed
from apps.facades.salesforce_sobjects.composite.records import MOST
from apps.facades.salesforce_sobjects.errors import Malformed
from apps.facades.salesforce_sobjects.writing import Mistake, Rejected
from apps.objects import registry
from apps.objects.columns import columns_of
from apps.objects.registry import SObject

_MOST_LEVELS = 5
_MOST_TYPES = 5


@dataclass
class Node:
    """One record; `link` is the field by which it names its parent. `result` is its id, or what is wrong with it."""

    sobject: SObject
    reference_id: str
    fields: dict[str, Any]
    parent: "Node | None" = None
    link: str = ""
    children: "list[Node]" = field(default_factory=list)
    result: str | Rejected | None = None

    def body(self) -> dict[str, Any]:
        return {**self.fields, **({self.link: self.parent.result} if self.parent else {})}


def read(sobject: SObject, body: Any) -> list[list[Node]]:
    """The records level by level. Raises Malformed for more of anything than a tree takes."""
    levels = [[_node(sobject, item) for item in listed(body, "records", MOST)]]
    while below := [child for node in levels[-1] for child in _read_children(node)]:
        levels.append(below)
        if len(levels) > _MOST_LEVELS:
            raise Malformed("EXCEEDED_ID_LIMIT", f"A tree has at most {_MOST_LEVELS} levels.")
        if sum(map(len, levels)) > MOST:
            raise Malformed("EXCEEDED_ID_LIMIT", f"At most {MOST} records can be submitted in one call.")
    if len({node.sobject.name for level in levels for node in level}) > _MOST_TYPES:
        raise Malformed("EXCEEDED_ID_LIMIT", f"A tree has at most {_MOST_TYPES} types of records.")
    _refuse_repeated([node for level in levels for node in level])
    return levels


def _node(sobject: SObject, item: Mapping[str, Any], parent: Node | None = None, link: str = "") -> Node:
    attributes = item.get("attributes")
    known = attributes if isinstance(attributes, dict) else {}
    name, reference_id = known.get("type"), known.get("referenceId")
    if not isinstance(name, str) or not isinstance(reference_id, str) or not reference_id:
        raise malformed("Every record needs its type and its referenceId in attributes.")
    node = Node(sobject, reference_id, dict(item), parent, link)
    del node.fields["attributes"]
    if name.lower() != sobject.name.lower():
        node.result = Rejected(Mistake("INVALID_TYPE", f"A record of {sobject.name} is expected here, not of {name}."))
    if any(each.lower() == link.lower() for each in node.fields):
        node.result = Rejected(Mistake("INVALID_FIELD", f"{link} follows from where the record stands.", [link]))
    return node


def _read_children(node: Node) -> Iterator[Node]:
    """Take the lists of children out of the record's fields."""
    relationships = {name.lower(): child for name, child in node.sobject.children.items()}
    for name in [name for name in node.fields if name.lower() in relationships]:
        object_name, accessor = relationships[name.lower()]
        column = node.sobject.model._meta.get_field(accessor).field.name  # type: ignore[union-attr]
        child = registry.named(object_name)
        link = next(
            each.name for each in columns_of(child).values() if column in (each.path, each.declared.alternative)
        )
        children = [_node(child, item, node, link) for item in listed(node.fields.pop(name), "records", MOST, least=0)]
        node.children += children
        yield from children


def _link(parent: SObject, child: SObject, accessor: str) -> str:
    """The child's field that names such a parent."""
    column = parent.model._meta.get_field(accessor).field.name  # type: ignore[union-attr]
    return next(each.name for each in columns_of(child).values() if column in (each.path, each.declared.alternative))


def _refuse_repeated(nodes: Sequence[Node]) -> None:
    seen: dict[str, Node] = {}
    for node in nodes:
        if (first := seen.setdefault(node.reference_id, node)) is not node:
            first.result = node.result = Rejected(Mistake("DUPLICATE_VALUE", "Duplicate referenceId in the request"))


def create(levels: Sequence[Sequence[Node]], user: User) -> None:
    """Write the records, parents before children, and give each its result. What hangs on a bad one is left alone."""
    for level in levels:
        groups: dict[str, list[Node]] = {}
        for node in level:
            if node.result is None and (node.parent is None or isinstance(node.parent.result, str)):
                groups.setdefault(node.sobject.name, []).append(node)
        for nodes in groups.values():
            for node, result in zip(nodes, _create(nodes, user), strict=True):
                node.result = result


def _create(nodes: Sequence[Node], user: User) -> Sequence[str | Rejected]:
    sobject = nodes[0].sobject
    drafts = [_draft(node) for node in nodes] if sobject is registry.of(NewInteraction.model) else None
    return writing.create_many(sobject, [node.body() for node in nodes], user, drafts=drafts)


def _draft(node: Node) -> NewInteraction:
    """Who is listed below takes part already (C-14)."""
    named = [value for child in node.children for name, value in child.fields.items() if name.lower() == _INSIDE]
    keys = [registry.named("User").key_of(each) for each in named if isinstance(each, str)]
    return NewInteraction(announced={key for key in keys if key is not None})


_INSIDE = "internalattendeeid"
