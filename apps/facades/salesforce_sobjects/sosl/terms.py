"""From the text of a search to its tree: words, phrases and wildcards, joined by AND, OR and AND NOT (sobjects 9)."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import phonenumbers
from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from apps.facades.salesforce_sobjects.sosl.errors import InvalidSearch, MalformedSearch
from apps.facades.salesforce_sobjects.sosl.nodes import ANY, ONE, All, AnyOf, Node, Not, Number, Phrase
from apps.tenants import scope

LONGEST = 10_000  # characters
MOST_WORDS = 200
MOST_WILDCARDS = 50
DEEPEST = 20
_WORD = re.compile(r"[0-9A-Za-z\x80-\U0010ffff]+")  # how other letters part is left to the database
_WRITTEN = re.compile(r"\\(.)|(\*)|(\?)", re.DOTALL)
_QUOTED_OR_NOT = re.compile(r'"([^"]*)"|([^\s"]+)')
_NUMBER = re.compile(r"[+(]?[\d\s()./\-]{4,40}", re.ASCII)
_FEWEST_DIGITS = 4
_WHOLE_NUMBER = 7  # digits of which a code in front may be left out


def parse(text: str) -> Node:
    """The search of what stands between the braces. Raises MalformedSearch, InvalidSearch."""
    if len(text) > LONGEST:
        raise MalformedSearch(f"A search cannot be longer than {LONGEST:,} characters.")
    if not text.strip():
        raise MalformedSearch("A search term is needed.")
    try:
        tree = _grammar().parse(text)
    except UnexpectedInput as error:
        place = min(error.pos_in_stream or 0, len(text))
        raise MalformedSearch("unexpected character or operator in the search term", text, place + 1) from None
    return _or_number(text, _checked(_node(tree, 0)))


def plain(text: str) -> Node:
    """The search for plain words and quoted phrases, without operators; wildcards count. Raises as `parse`."""
    if len(text) > LONGEST:
        raise MalformedSearch(f"A search cannot be longer than {LONGEST:,} characters.")
    text = text.replace("\\", " ")
    found = [_phrase(quoted or word, is_quoted=bool(quoted)) for quoted, word in _QUOTED_OR_NOT.findall(text)]
    if not found:
        raise MalformedSearch("A search term is needed.")
    return _or_number(text, _checked(All(found)))


@cache
def _grammar() -> Lark:
    return Lark(
        Path(__file__).with_name("terms.lark").read_text(), start="any", parser="lalr", maybe_placeholders=False
    )


def _node(part: "Tree[Token] | Token", depth: int) -> Node:
    if isinstance(part, Token):
        is_quoted = part.type == "PHRASE"
        return _phrase(part[1:-1] if is_quoted else str(part), is_quoted=is_quoted)
    if depth > DEEPEST * 3:  # a pair of parentheses is three levels of the tree
        raise MalformedSearch(f"A search can not be nested deeper than {DEEPEST} levels.")
    parts = [_node(child, depth + 1) for child in part.children]
    if part.data == "not_":
        return Not(parts[0])
    if len(parts) == 1:
        return parts[0]
    return AnyOf(parts) if part.data == "any" else All(parts)


def _phrase(text: str, *, is_quoted: bool) -> Node:
    words = _WORD.findall(_WRITTEN.sub(_wildcard, text.replace(ANY, " ").replace(ONE, " ")))
    if is_quoted and not text.strip():
        raise MalformedSearch("A search term is needed.")
    phrase = Phrase(words, is_quoted)
    return phrase if is_quoted else _or_number(text, phrase)


def _wildcard(found: "re.Match[str]") -> str:
    return found[1] or (ANY if found[2] else ONE)


def _or_number(text: str, node: Node) -> Node:
    """The text may be a phone number as somebody writes it."""
    written = re.sub(r"\\(.)", r"\1", text).strip()
    digits = re.sub(r"\D", "", written, flags=re.ASCII)
    if not _NUMBER.fullmatch(written) or len(digits) < _FEWEST_DIGITS:
        return node
    return AnyOf([node, Number(digits, _without_code(written, digits))])


def _without_code(written: str, digits: str) -> str:
    """Country code and leading zero are left out, since numbers are written with and without."""
    if len(digits) < _WHOLE_NUMBER:
        return digits
    try:
        return str(phonenumbers.parse(written, scope.tenant().phone_region).national_number)
    except phonenumbers.NumberParseException:
        return digits.lstrip("0") or digits


def _checked(tree: Node) -> Node:
    words = [word for phrase in _phrases(tree) for word in phrase.words]
    wildcards = sum(word.count(ANY) + word.count(ONE) for word in words)
    if len(words) > MOST_WORDS or wildcards > MOST_WILDCARDS:
        raise MalformedSearch(f"A search takes at most {MOST_WORDS} words and {MOST_WILDCARDS} wildcards.")
    if not any(len(word) - word.count(ANY) - word.count(ONE) > 1 for word in words):
        raise InvalidSearch("A search term must be longer than one character.")
    return tree


def _phrases(node: Node) -> Iterator[Phrase]:
    if isinstance(node, Phrase):
        yield node
    elif isinstance(node, Not):
        yield from _phrases(node.part)
    elif isinstance(node, All):
        for part in node.parts:
            yield from _phrases(part)
