"""Statements that PostgreSQL reads and plans once for a connection, not anew every time they come.

For those written once for the process (`inserting`, `updating`, selects). With many columns, planning one takes longer
than running it. Django's own cursors write the values into the statement, so that no two are ever the same.
"""

from typing import Any

import psycopg
from django.db import connection
from psycopg.types.numeric import Int8Dumper


class _Cursor(psycopg.Cursor[tuple[Any, ...]]):
    """One for each connection: making a cursor takes as long as running a statement on it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.adapters.register_dumper(int, Int8Dumper)  # else a number's size would make it another statement

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        return super().execute(query, params, prepare=True, **options)

    def close(self) -> None:
        """The next statement will need it."""


def cursor() -> Any:
    """A cursor of the current connection, inside whatever transaction is open. Fetch all before the next is asked for.

    Its errors, and counting of queries, are Django's.
    """
    connection.ensure_connection()
    kept: Any = getattr(connection, "prepared", None)
    if kept is None or kept.connection is not connection.connection:
        with connection.wrap_database_errors:
            kept = connection.prepared = _Cursor(connection.connection)  # type: ignore[attr-defined]
    return connection.make_debug_cursor(kept) if connection.queries_logged else connection.make_cursor(kept)
