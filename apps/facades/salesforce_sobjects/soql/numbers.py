"""LIMIT and OFFSET."""

from lark import Token

from apps.facades.salesforce_sobjects.soql.errors import OutsideRange
from apps.facades.salesforce_sobjects.soql.names import Asked
from apps.facades.salesforce_sobjects.soql.tree import Select

FARTHEST_OFFSET = 2000
_MOST = 2**31  # rows; what a number beyond it asks for is all of them


def limit_of(select: Select, asked: Asked) -> int:
    """The number after LIMIT; without one, all rows. Raises MalformedQuery."""
    return _number(select.limit, asked) if select.limit else _MOST


def offset_of(select: Select, asked: Asked) -> int:
    """Raises OutsideRange."""
    found = _number(select.offset, asked) if select.offset else 0
    if found > FARTHEST_OFFSET:
        raise OutsideRange(f"Maximum SOQL offset allowed is {FARTHEST_OFFSET}")
    return found


def _number(token: Token, asked: Asked) -> int:
    number = asked.literals.integer(token)
    if number < 0:
        raise asked.literals.refusal("a number here must not be negative", token)
    return min(number, _MOST)
