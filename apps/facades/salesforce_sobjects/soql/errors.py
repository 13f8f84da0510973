"""Why a query was refused, with the place in its text (sobjects 8.4, P-33)."""

_AROUND = 40  # characters of the query shown before and after the place


class QueryError(Exception):
    """`code` is the errorCode that clients read."""

    code = "MALFORMED_QUERY"

    def __init__(self, problem: str, text: str = "", column: int = 1) -> None:
        super().__init__(f"{_excerpt(text, column)}{problem}" if text else problem)


class MalformedQuery(QueryError):
    pass


class InvalidField(QueryError):
    code = "INVALID_FIELD"


class InvalidType(QueryError):
    code = "INVALID_TYPE"


def _excerpt(text: str, column: int) -> str:
    """Two lines with a caret under the place, then row and column."""
    line = text.replace("\n", " ").replace("\r", " ")
    start = max(0, column - 1 - _AROUND)
    shown = line[start : column - 1 + _AROUND]
    return f"\n{shown}\n{' ' * (column - 1 - start)}^\nERROR at Row:1:Column:{column}\n"
