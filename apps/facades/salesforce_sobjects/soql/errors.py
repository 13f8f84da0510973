"""Why a query was refused, with the place in its text (sobjects 8.4, P-33)."""

_AROUND = 40  # characters of the query shown before and after the place


class QueryError(Exception):
    """`code` is the errorCode that clients read; `at` is the place in the text, from 0."""

    code = "MALFORMED_QUERY"

    def __init__(self, problem: str, text: str = "", at: int = 0) -> None:
        super().__init__(f"{_excerpt(text, at)}{problem}" if text else problem)


class MalformedQuery(QueryError):
    pass


class InvalidField(QueryError):
    code = "INVALID_FIELD"


class MalformedId(QueryError):
    code = "MALFORMED_ID"


class InvalidType(QueryError):
    code = "INVALID_TYPE"


class OutsideRange(QueryError):
    code = "NUMBER_OUTSIDE_VALID_RANGE"


class InvalidLocator(QueryError):
    code = "INVALID_QUERY_LOCATOR"


class QueryTimeout(QueryError):
    code = "QUERY_TIMEOUT"


def _excerpt(text: str, at: int) -> str:
    """Two lines with a caret under the place, then row and column."""
    row = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1)
    line = text.split("\n")[row - 1].replace("\r", " ").replace("\t", " ")
    start = max(0, column - _AROUND)
    shown = line[start : column + _AROUND]
    return f"\n{shown}\n{' ' * (column - start)}^\nERROR at Row:{row}:Column:{column + 1}\n"
