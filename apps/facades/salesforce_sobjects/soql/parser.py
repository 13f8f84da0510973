"""Text to tree. The grammar stands in `grammar.lark`."""

from functools import cache
from pathlib import Path

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from apps.common.storable import unstorable
from apps.facades.salesforce_sobjects.soql.errors import MalformedQuery

LONGEST = 100_000  # characters (sobjects 8.4)
DEEPEST = 50


@cache
def _grammar() -> Lark:
    text = Path(__file__).with_name("grammar.lark").read_text()
    return Lark(text, start="query", parser="lalr", propagate_positions=True, maybe_placeholders=True)


def parse(text: str) -> "Tree[Token]":
    """The query's tree. Raises MalformedQuery with row and column."""
    if len(text) > LONGEST:
        raise MalformedQuery(f"SOQL statements cannot be longer than {LONGEST:,} characters.")
    if problem := unstorable(text):
        raise MalformedQuery(problem)
    if not text.strip():
        raise MalformedQuery("A query is needed.")
    try:
        return _not_too_deep(_grammar().parse(text))
    except UnexpectedInput as error:
        token = getattr(error, "token", None)
        ended = token is not None and token.type == "$END"
        place = len(text) if ended else error.pos_in_stream or 0
        found = "<EOF>" if ended else text[place:].split(maxsplit=1)[0]
        raise MalformedQuery(f"unexpected token: '{found}'", text, place + 1) from None


def _not_too_deep(tree: "Tree[Token]") -> "Tree[Token]":
    """Refuse what would exhaust the stack of whoever translates it."""
    level = [tree]
    for _ in range(DEEPEST):
        level = [child for each in level for child in each.children if isinstance(child, Tree)]
        if not level:
            return tree
    raise MalformedQuery(f"conditions can not be nested deeper than {DEEPEST} levels")
