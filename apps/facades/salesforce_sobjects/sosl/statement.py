"""A search as it was asked for (sobjects 9)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from apps.common.storable import unstorable
from apps.facades.salesforce_sobjects.sosl import terms
from apps.facades.salesforce_sobjects.sosl.errors import MalformedSearch, OutsideRange
from apps.facades.salesforce_sobjects.sosl.nodes import Node

LONGEST = 100_000  # characters
MOST = 2000  # rows, in all and of each object; also the farthest offset
MOST_OBJECTS = 20
EVERYWHERE = "ALL"
USUAL = ("EngagementInteraction", "EngagementAttendee", "EngagementTopic", "VoiceCall")  # without RETURNING (P-35)

_CLAUSE = re.compile(r"\b(?:WHERE|USING|ORDER\s+BY|LIMIT|OFFSET)\b", re.IGNORECASE)
_PAGE = re.compile(r"(?:\bLIMIT\s+([0-9]+)\s*)?(?:\bOFFSET\s+([0-9]+)\s*)?\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Target:
    """One object to look in, in the query language's words. `conditions` are its WHERE and ORDER BY."""

    name: str
    fields: str = "Id"
    conditions: str = ""
    limit: int = MOST
    offset: int = 0


@dataclass(frozen=True)
class Search:
    """What is searched for, in which fields of which objects. Raises MalformedSearch where that cannot be done."""

    wanted: Node
    scope: str = EVERYWHERE
    targets: Sequence[Target] = tuple(map(Target, USUAL))
    limit: int = MOST
    with_labels: bool = False

    def __post_init__(self) -> None:
        if len(self.targets) > MOST_OBJECTS:
            raise MalformedSearch(f"A search takes at most {MOST_OBJECTS} objects.")
        if len(self.targets) > 1 and any(target.offset for target in self.targets):
            raise MalformedSearch("OFFSET is possible with one object only.")


def parse(text: str) -> Search:
    """A search in SOSL. Raises MalformedSearch, InvalidSearch, OutsideRange."""
    if len(text) > LONGEST:
        raise MalformedSearch(f"A search cannot be longer than {LONGEST:,} characters.")
    if problem := unstorable(text):
        raise MalformedSearch(problem)
    try:
        tree = _grammar().parse(text)
    except UnexpectedInput as error:
        raise MalformedSearch("unexpected token", text, min(error.pos_in_stream or 0, len(text)) + 1) from None
    found = {str(part.data): part.children for part in tree.children if isinstance(part, Tree)}
    braces = next(part for part in tree.children if isinstance(part, Token))
    return Search(
        terms.parse(braces[1:-1]),
        scope=str(found["scope"][0]).upper() if "scope" in found else EVERYWHERE,
        targets=[_target(each, text) for each in found["returning"]] if "returning" in found else Search.targets,
        limit=limit_of(str(found["limit"][0])) if "limit" in found else MOST,
        with_labels="labels" in found,
    )


@cache
def _grammar() -> Lark:
    text = Path(__file__).with_name("grammar.lark").read_text()
    return Lark(text, start="search", parser="lalr", propagate_positions=True, maybe_placeholders=False)


def _target(tree: "Tree[Token]", text: str) -> Target:
    """An object and what stands in its parentheses: fields, then WHERE, ORDER BY, LIMIT, OFFSET as there are."""
    name, *inner = (each for each in tree.children if isinstance(each, Token))
    if not inner:
        return Target(str(name))
    within = text[inner[0].end_pos : inner[-1].start_pos]
    clause = _CLAUSE.search(within)
    fields, rest = (within[: clause.start()], within[clause.start() :]) if clause else (within, "")
    page = _PAGE.search(rest)
    assert page  # the empty end matches, too
    limit, offset = page.groups()
    if not fields.strip():
        raise MalformedSearch(f"Name the fields of {name}.", text, (inner[0].end_pos or 0) + 1)
    return Target(
        str(name), fields, rest[: page.start()], limit_of(limit) if limit else MOST, offset_of(offset) if offset else 0
    )


def limit_of(digits: str) -> int:
    if len(digits) > 9 or int(digits) > MOST:
        raise MalformedSearch(f"LIMIT can be at most {MOST:,}.")
    return int(digits)


def offset_of(digits: str) -> int:
    if len(digits) > 9 or int(digits) > MOST:
        raise OutsideRange(f"Maximum SOSL offset allowed is {MOST}")
    return int(digits)
