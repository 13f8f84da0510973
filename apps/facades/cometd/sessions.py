"""The sessions that one batch of requests needs: found together, changed in memory, written together.

A process remembers the sessions that it has written. Before it goes by its memory it compares the rows' versions, which
PostgreSQL moves with every write: a session that another process has served meanwhile is locked and read anew. A write
names the version that it follows from; one that comes too late fails the batch, and each of its requests is served by
itself.
"""

import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from functools import cached_property
from operator import attrgetter
from typing import TypeGuard

from django.db import connection, transaction
from django.db.models.expressions import RawSQL

from apps.accounts.models import User
from apps.common import clock, prepared
from apps.common.errors import NotFound
from apps.common.fast_json import dumps
from apps.common.inserting import insert
from apps.events import reader
from apps.events.reader import Position
from apps.facades.cometd.models import CometdSession
from apps.facades.cometd.operations import SURELY_BRIEF, new_session
from apps.tenants import scope

RELEASES = "switchroom_cometd"  # NOTIFY: a client, and the turn before which none of its connects waits any longer

_CAREFUL_SECONDS = 60.0
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
_names = ("id", "version", "subscriptions", *_KEPT)
_values = attrgetter(*_names)
_UPDATE = f"""
    with moved as (
        update cometd_cometdsession session
        set subscriptions = array(select jsonb_array_elements_text(written.subscriptions)),
            {", ".join(f"{name} = written.{name}" for name in _KEPT)}
        from jsonb_to_recordset(%s::jsonb) as written(
            id bigint, version text, subscriptions jsonb, {", ".join(f"{name} {kind}" for name, kind in _KEPT.items())})
        where session.id = written.id and session.xmin::text = written.version
        returning session.xmin::text as version
    )
    select count(*), min(version) from moved  -- what one statement writes has one version
"""
_DELETE = """
    delete from cometd_cometdsession session
    using unnest(%s::bigint[], %s::text[]) as closed (id, version)
    where session.id = closed.id and session.xmin::text = closed.version
"""
# Lists as texts, which cost least to make; ids have no blanks in them. Only what is not as remembered comes back.
_OUTDATED = """
    select known.client_id
    from unnest(string_to_array(%s, ' '), string_to_array(%s, ' ')) as known (client_id, version)
    left join cometd_cometdsession session on session.tenant_id = %s and session.client_id = known.client_id
    where session.xmin::text is distinct from known.version
"""


class Overtaken(Exception):
    """Another process has changed a session meanwhile."""


class NoLongerGood(Exception):
    """What was known of the caller has changed: look again who it is."""


class Remembered(OrderedDict[str, CometdSession]):
    """The sessions that a process has written, but for those that are being served.

    It is careful for a while after a session was taken over: where clients' requests reach any process, each is looked
    at before its session is believed to be as remembered.
    """

    _careful_until = 0.0

    @property
    def is_careful(self) -> bool:
        return self._careful_until > time.monotonic()

    def be_careful(self) -> None:
        self._careful_until = time.monotonic() + _CAREFUL_SECONDS


class Sessions:
    """Without a memory, everything that is to be known of them is in their rows."""

    def __init__(self, remembered: Remembered | None) -> None:
        self._has_memory = remembered is not None
        self._remembered = Remembered() if remembered is None else remembered
        self._found: dict[str, CometdSession] = {}
        self._new: list[CometdSession] = []
        self._at = clock.now()

    def take(self, client_ids: Iterable[object], to_be_written: Iterable[object] = ()) -> None:
        """Have these sessions at hand, as far as they exist.

        Those `to_be_written` are believed without a look at their rows, unless one is careful: the write will tell.
        """
        asked = {each for each in client_ids if _is_client_id(each)}
        wanted = asked.union(each for each in to_be_written if _is_client_id(each))
        if self._remembered.is_careful:
            asked = wanted
        pop = self._remembered.pop  # until it is written
        found = {client_id: session for client_id in wanted if (session := pop(client_id, None))}
        for client_id in outdated({client_id: found[client_id] for client_id in asked & found.keys()}):
            del found[client_id]
        self._found = found if found.keys() >= wanted else self._all_locked(wanted, found)

    def _all_locked(self, wanted: set[str], remembered: Mapping[str, CometdSession]) -> dict[str, CometdSession]:
        """All of them, those that are remembered as well: no two processes lock each other's in turn."""
        found = {}
        for session in _locked(wanted):
            known = remembered.get(session.client_id)
            if known is not None and known.version == session.version:
                session = known
            else:
                session.is_taken_over = self._has_memory
                if session.turn:  # a connect of it was another process's
                    self._remembered.be_careful()
            found[session.client_id] = session
        return found

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
            or session.expires_at < self._at
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
        moved = [session for session in found if session.is_changed and not session.is_closed]
        version = _update(moved)
        _delete([session for session in found if session.is_closed])
        if self._new:
            _expire(_EXPIRED_AT_ONCE * len(self._new))
            insert(self._new)
        _release([each for each in found if each.released_turn and (each.is_changed or each.is_closed)])
        transaction.on_commit(lambda: self._remember(moved, version))

    def _remember(self, moved: Iterable[CometdSession], version: str) -> None:
        now = time.monotonic()
        for session in moved:
            session.version, session.written_until = version, session.expires_at
            session.brief_until = now + (session.expires_at - self._at - SURELY_BRIEF).total_seconds()
            session.is_changed = session.is_taken_over = False
            session.released_turn = 0
        for client_id, session in self._found.items():
            if not (session.is_closed or session.is_taken_over):  # if so, nothing has come of it
                self._remembered[client_id] = session


def _is_client_id(text: object) -> TypeGuard[str]:
    return isinstance(text, str) and len(text) <= _LONGEST_ID and text.isascii() and text.isalnum()


def outdated(remembered: Mapping[str, CometdSession]) -> list[str]:
    """Those whose rows are no longer as they were. One statement, however many."""
    if not remembered:
        return []
    versions = " ".join([session.version for session in remembered.values()])
    with prepared.cursor() as cursor:
        cursor.execute(_OUTDATED, [" ".join(remembered), versions, scope.tenant_id()])
        return [client_id for (client_id,) in cursor.fetchall()]


def _locked(client_ids: set[str]) -> Iterable[CometdSession]:
    """As they stand in their rows, always in the same order, so that no two batches meet."""
    rows = CometdSession.objects.filter(client_id__in=client_ids).select_for_update(of=("self",)).order_by("pk")
    for session in rows.annotate(row_version=RawSQL("cometd_cometdsession.xmin::text", [])):
        session.version = session.row_version
        yield session


def _update(sessions: list[CometdSession]) -> str:
    """The version that all these rows have now."""
    if not sessions:
        return ""
    # Always in the same order, so that no two processes that follow from the same version wait for each other.
    rows = [dict(zip(_names, _values(session), strict=True)) for session in sorted(sessions, key=attrgetter("id"))]
    with prepared.cursor() as cursor:
        cursor.execute(_UPDATE, [dumps(rows).decode()])
        written, version = cursor.fetchone()
    if written < len(sessions):
        raise Overtaken
    return str(version)


def _delete(sessions: list[CometdSession]) -> None:
    if not sessions:
        return
    with connection.cursor() as cursor:
        cursor.execute(_DELETE, [[each.pk for each in sessions], [each.version for each in sessions]])
        if cursor.rowcount < len(sessions):
            raise Overtaken


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
