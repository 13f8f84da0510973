"""Text to tree. The grammar stands in `grammar.lark`."""

from functools import cache
from pathlib import Path as File
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput

from apps.common.storable import unstorable
from apps.facades.salesforce_sobjects.soql.errors import MalformedQuery
from apps.facades.salesforce_sobjects.soql.tree import (
    By,
    Call,
    Child,
    Compare,
    Condition,
    In,
    InRows,
    Junction,
    Not,
    Path,
    Plain,
    Select,
    Source,
    TypeOf,
)

LONGEST = 100_000  # characters (sobjects 8.4)
DEEPEST = 50
_RESERVED = frozenset({"SELECT", "FROM", "WHERE"})


class _Reserved(Exception):
    """A word that can be no field stands where a field should."""

    def __init__(self, token: Token) -> None:
        super().__init__(str(token))
        self.token = token


def parse(text: str) -> Select:
    """The query's tree. Raises MalformedQuery with row and column."""
    if len(text) > LONGEST:
        raise MalformedQuery(f"SOQL statements cannot be longer than {LONGEST:,} characters.")
    if problem := unstorable(text):
        raise MalformedQuery(problem)
    if not text.strip():
        raise MalformedQuery("A query is needed.")
    try:
        tree: Select = _grammar().parse(text)
    except _Reserved as error:
        raise MalformedQuery(f"unexpected token: '{error.token}'", text, error.token.start_pos or 0) from None
    except UnexpectedInput as error:
        token = getattr(error, "token", None)
        ended = token is not None and token.type == "$END"
        place = len(text) if ended else error.pos_in_stream or 0
        found = "<EOF>" if ended else text[place:].split(maxsplit=1)[0][:40]
        raise MalformedQuery(f"unexpected token: '{found}'", text, place) from None
    if _depth(tree) > DEEPEST:  # what would exhaust the stack of whoever translates it
        raise MalformedQuery(f"conditions can not be nested deeper than {DEEPEST} levels")
    return tree


@cache
def _grammar() -> Lark:
    text = File(__file__).with_name("grammar.lark").read_text()
    return Lark(text, start="query", parser="lalr", maybe_placeholders=True, transformer=_Builder())


def _depth(tree: Any) -> int:
    """How many levels of conditions, functions and subqueries lie within each other, as far as it matters."""
    level, depth = [tree], 0
    while level and depth <= DEEPEST:
        level = [part for each in level for part in _parts(each)]
        depth += 1
    return depth


def _parts(node: Any) -> list[Any]:
    match node:
        case Select():
            nested = [item.query if isinstance(item, Child) else getattr(item, "operand", None) for item in node.items]
            ordered = [by.operand for by in node.order]
            return [part for part in (*nested, node.where, node.having, *node.group, *ordered) if part]
        case Junction():
            return list(node.conditions)
        case Not():
            return [node.condition]
        case InRows():
            return [node.operand, node.rows]
        case Compare() | In():
            return [node.operand]
        case Call():
            return list(node.arguments)
    return []


@v_args(inline=True)
class _Builder(Transformer):
    """Called while parsing, so that no tree of the library's own is built."""

    def query(self, select: Select) -> Select:
        return select

    def select(self, items: Any, sources: Any, *rest: Any) -> Select:
        scope, where, mode, group, having, order, limit, offset, purposes, all_rows = rest
        return Select(
            items,
            sources,
            scope,
            where,
            mode,
            group or (),
            having,
            order or (),
            limit,
            offset,
            purposes,
            bool(all_rows),
        )

    def _several(self, *parts: Any) -> tuple[Any, ...]:
        return parts

    items = paths = sources = values = group = order = purposes = _several

    def _only(self, part: Any) -> Any:
        return part

    using = with_ = where = having = limit = offset = value = alias = _only

    def plain(self, operand: Any, alias: Token | None) -> Plain:
        return Plain(operand, alias)

    def typeof(self, relationship: Path, *parts: Any) -> TypeOf:
        *cases, otherwise = parts
        return TypeOf(relationship, tuple(cases), otherwise or ())

    def when(self, name: Token, paths: Any) -> tuple[Token, Any]:
        return name, paths

    child = Child

    def source(self, path: Path, alias: Token | None) -> Source:
        return Source(path, str(alias) if alias else None)

    def by(self, operand: Any, direction: Token | None, nulls: Token | None) -> By:
        return By(operand, (direction or "").upper() == "DESC", (nulls or "").upper() == "LAST")

    def path(self, *names: Token) -> Path:
        if names[0].upper() in _RESERVED:
            raise _Reserved(names[0])
        return Path(tuple(map(str, names)), names[0].start_pos or 0)

    def call(self, name: Token, *arguments: Any) -> Call:
        return Call(name.upper(), tuple(each for each in arguments if each), name.start_pos or 0)

    def compare(self, operand: Any, operator: Token, value: Token) -> Compare:
        return Compare(operand, "!=" if operator == "<>" else str(operator), value)

    def like(self, operand: Any, value: Token) -> Compare:
        return Compare(operand, "LIKE", value)

    def in_(self, operand: Any, values: Any) -> In:
        return In(operand, values)

    def not_in(self, operand: Any, values: Any) -> Not:
        return Not(In(operand, values))

    def in_rows(self, operand: Any, rows: Select) -> InRows:
        return InRows(operand, rows)

    def not_in_rows(self, operand: Any, rows: Select) -> Not:
        return Not(InRows(operand, rows))

    def includes(self, operand: Any, values: Any) -> In:
        return In(operand, values, includes=True)

    def excludes(self, operand: Any, values: Any) -> Not:
        return Not(In(operand, values, includes=True))

    def not_(self, condition: Condition) -> Not:
        return Not(condition)

    def all_(self, *conditions: Condition) -> Junction:
        return Junction(True, conditions)

    def any_(self, *conditions: Condition) -> Junction:
        return Junction(False, conditions)
