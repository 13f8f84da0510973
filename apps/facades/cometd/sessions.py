"""The sessions that one batch of requests needs: locked together, changed in memory, written together.

A process remembers the sessions that it has written. Before it goes by its memory it locks the rows and compares their
versions, which PostgreSQL moves with every write: a session that another process has served meanwhile is read anew.
"""

from collections.abc import Iterable, Mapping, MutableMapping
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeGuard

from django.db import connection, transaction

from apps.accounts.models import User
from apps.common import clock
from apps.common.errors import NotFound
from apps.common.inserting import as_json, insert
from apps.events import reader
from apps.events.reader import Position
from apps.facades.cometd.models import CometdSession
from apps.facades.cometd.operations import new_session
from apps.tenants import scope

RELEASES = "switchroom_cometd"  # NOTIFY: a client, and the turn before which none of its connects waits any longer
Remembered = MutableMapping[str, CometdSession]

_EXPIRED_AT_ONCE = 20  # for each new one
_LONGEST_ID = 40
_KEPT = {  # what a write moves, with its type
    "position_xid": "bigint",
    "position_id": "bigint",
    "batch": "bigint",
    "unacknowledged": "jsonb",
    "was_connected": "boolean",
    "places": "jsonb",
    "turn": "bigint",
    "is_held": "boolean",
    "last_seen_at": "timestamptz",
    "expires_at": "timestamptz",
}
_values = attrgetter("pk", *_KEPT)
_UPDATE = f"""
    update cometd_cometdsession session
    set subscriptions = array(select jsonb_array_elements_text(written.subscriptions)),
        {", ".join(f"{name} = written.{name}" for name in _KEPT)}
    from jsonb_to_recordset(%s::jsonb)
        as written(id bigint, subscriptions jsonb, {", ".join(f"{name} {kind}" for name, kind in _KEPT.items())})
    where session.id = written.id
    returning session.client_id, session.xmin::text
"""


class Sessions:
    """Without a memory, everything that is to be known of them is in their rows."""

    def __init__(self, remembered: Remembered | None) -> None:
        self._has_memory = remembered is not None
        self._remembered = {} if remembered is None else remembered
        self._found: dict[str, CometdSession] = {}
        self._new: list[CometdSession] = []

    def lock(self, client_ids: Iterable[object]) -> None:
        """Have these sessions at hand, as far as they exist. Always in the same order, so that no two batches meet."""
        wanted = sorted({each for each in client_ids if _is_client_id(each)})
        if not wanted:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "select client_id, xmin::text from cometd_cometdsession where tenant_id = %s and client_id = any(%s)"
                " order by id for update",
                [scope.tenant_id(), wanted],
            )
            versions: dict[str, str] = dict(cursor.fetchall())
        known = {
            client_id: session
            for client_id, version in versions.items()
            if (session := self._remembered.get(client_id)) and session.version == version
        }
        missing = versions.keys() - known.keys()
        unknown = list(CometdSession.objects.filter(client_id__in=missing)) if missing else []
        if self._has_memory:
            for session in unknown:
                session.is_taken_over = True
        self._found = known | {session.client_id: session for session in unknown}
        for client_id in wanted:
            self._remembered.pop(client_id, None)  # until it is written

    @cached_property
    def readable(self) -> Position:
        """Up to where the ledger could be read, when somebody first asked."""
        return reader.now()

    def find(self, client_id: str, user: User, kind: str) -> CometdSession:
        """The user's session. Raises NotFound for one that has expired, is somebody else's or of another kind."""
        session = self._found.get(client_id)
        if (
            session is None
            or session.is_closed
            or session.user_id != user.id
            or session.kind != kind
            or session.expires_at < clock.now()
        ):
            raise NotFound(client_id)
        return session

    def open(self, user: User, *, acknowledges: bool, kind: str) -> CometdSession:
        """A new session, which will hear of everything from now on."""
        session = new_session(user, self.readable, acknowledges=acknowledges, kind=kind)
        self._new.append(session)
        return session

    def write(self) -> None:
        """Write all that was changed, and wake those in whichever process who need not wait any longer."""
        found = self._found.values()
        versions = _update([session for session in found if session.is_changed and not session.is_closed])
        closed = [session.pk for session in found if session.is_closed]
        if closed:
            CometdSession.objects.filter(pk__in=closed).delete()
        if self._new:
            _expire(_EXPIRED_AT_ONCE * len(self._new))
            insert(self._new)
        _release([each for each in found if each.released_turn and (each.is_changed or each.is_closed)])
        transaction.on_commit(lambda: self._remember(versions))

    def _remember(self, versions: Mapping[str, str]) -> None:
        for client_id, session in self._found.items():
            if client_id in versions:
                session.version, session.written_until = versions[client_id], session.expires_at
                session.is_changed = session.is_taken_over = False
                session.released_turn = 0
            elif session.is_closed or session.is_taken_over:
                continue  # nothing has come of it
            self._remembered[client_id] = session


def _is_client_id(text: object) -> TypeGuard[str]:
    return isinstance(text, str) and len(text) <= _LONGEST_ID and text.isascii() and text.isalnum()


def _update(sessions: list[CometdSession]) -> dict[str, str]:
    """Client ids with the versions that the rows have now."""
    if not sessions:
        return {}
    names = ("id", *_KEPT)
    rows: list[dict[str, Any]] = [
        {"subscriptions": session.subscriptions, **dict(zip(names, _values(session), strict=True))}
        for session in sessions
    ]
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [as_json(rows)])
        return dict(cursor.fetchall())


def _expire(limit: int) -> None:
    """Forget some of the tenant's sessions that have not been heard of: more go than come."""
    lost = CometdSession.objects.filter(expires_at__lt=clock.now()).select_for_update(skip_locked=True, of=("self",))
    keys = [session.pk for session in lost.only("pk")[:limit]]
    if keys:
        CometdSession.objects.filter(pk__in=keys).delete()


def _release(sessions: list[CometdSession]) -> None:
    """Wake the processes in which connects of these clients wait, once this is committed."""
    if not sessions:
        return
    payloads = [f"{session.client_id} {session.released_turn}" for session in sessions]

    def notify() -> None:
        with connection.cursor() as cursor:
            cursor.execute("select pg_notify(%s, payload) from unnest(%s::text[]) payload", [RELEASES, payloads])

    transaction.on_commit(notify, robust=True)
