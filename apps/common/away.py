"""Whether the database is there at all."""

from django.db import InterfaceError, OperationalError

_GONE = ("08", "53300", "57P")  # connections that fail or break, too many of them, a server that stops or starts


def is_away(error: BaseException | None) -> bool:
    """Whether this error says that the database does not answer, and not that it refused one statement."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(_GONE)
