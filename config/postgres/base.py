"""Django's PostgreSQL backend, acting as the role that row-level security binds, and starting the embedded server."""

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql import base
from psycopg import sql

from config.postgres import embedded

_MOST_PREPARED = 1000  # statements of the busy paths that one connection keeps planned
_CONNECT_S = 5  # a machine that is gone answers nothing at all, and a page is not to wait for it
_ASK_AGAIN_S = 30.0  # a server that vanished without a word, with its machine or network


class DatabaseWrapper(base.DatabaseWrapper):
    """Sessions act as `ROLE` unless `as_owner` says otherwise or the maintenance database is meant."""

    _asked_at = 0.0

    def get_connection_params(self) -> dict[str, Any]:
        if data_dir := self.settings_dict.get("EMBEDDED"):
            self.settings_dict["HOST"], self.settings_dict["USER"] = embedded.start(
                data_dir, self.settings_dict["NAME"]
            )
        # Nothing is prepared by itself: Django's cursors cannot, and those of `apps.common.prepared` say so.
        return {"connect_timeout": _CONNECT_S, **super().get_connection_params(), "prepare_threshold": 0}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.prepared_max = _MOST_PREPARED
        role = self.settings_dict.get("ROLE")
        if role and conn_params.get("dbname") not in (None, "postgres"):
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
            connection.commit() if not connection.autocommit else None
        return connection

    def is_usable(self) -> bool:
        """Spare the question where the answer is known: a server that goes away closes the socket, which shows here."""
        if self.connection is not None and not self.connection.closed:
            quiet = not select.select([self.connection], [], [], 0)[0]
            if quiet and time.monotonic() - self._asked_at < _ASK_AGAIN_S:
                return True
        self._asked_at = time.monotonic()
        return super().is_usable()

    @contextmanager
    def as_owner(self) -> Iterator[None]:
        """Reconnect as the owner of the tables, for migrations; the block must not start inside a transaction."""
        before = dict(self.settings_dict)
        self.close()
        owner = self.settings_dict.get("OWNER") or {}
        self.settings_dict.update({"ROLE": None} | {k: v for k, v in owner.items() if k != "NAME"})
        try:
            yield
        finally:
            self.close()
            self.settings_dict.update(before)
