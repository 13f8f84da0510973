"""Hearing NOTIFY: one connection per process, which makes itself new when it breaks.

A notification only says "look". Whoever is woken reads the table, and is woken every few seconds anyway, so that a lost
notification costs seconds and never an event.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from apps.common.threads import in_thread

logger = logging.getLogger(__name__)

_PROBE_SECONDS = 5.0


class Listener:
    """Calls `heard[channel](payload)` for each notification, and `perhaps_missed()` when some may have been lost."""

    def __init__(self, heard: Mapping[str, Callable[[str], None]], perhaps_missed: Callable[[], None]) -> None:
        self._heard = heard
        self._perhaps_missed = perhaps_missed
        self.has_tried = asyncio.Event()  # whether the first attempt to listen has come to an end, good or bad

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            try:
                await self._listen()
            except psycopg.Error as error:
                logger.warning("not listening for events, polling instead: %s", error)
            self.has_tried.set()
            self._perhaps_missed()
            await asyncio.sleep(settings.EVENT_POLL_SECONDS)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(await in_thread(_conninfo), autocommit=True) as listening:
            for channel in self._heard:
                await listening.execute(sql.SQL("listen {}").format(sql.Identifier(channel)))
            self.has_tried.set()
            while True:
                self._perhaps_missed()
                async for notification in listening.notifies(timeout=settings.EVENT_POLL_SECONDS):
                    self._heard[notification.channel](notification.payload)
                await self._probe(listening)

    async def _probe(self, listening: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        """A connection may be dead without a word: ask it something."""
        try:
            await asyncio.wait_for(listening.execute("select 1"), _PROBE_SECONDS)
        except TimeoutError as error:
            with suppress(psycopg.Error):
                await listening.close()
            raise psycopg.OperationalError("the connection no longer answers") from error


def _conninfo() -> str:
    """Where Django's database is, without what concerns only Django's own connections."""
    given = connection.get_connection_params()
    own = {"cursor_factory", "context", "prepare_threshold"}
    return make_conninfo(**{name: value for name, value in given.items() if name not in own})
