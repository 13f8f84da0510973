"""Everything that changes a session. All of it within the tenant's scope, that is in a transaction."""

import secrets
import string
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from apps.accounts.models import User
from apps.common import clock
from apps.common.errors import NotFound
from apps.events import reader
from apps.events.reader import Position
from apps.facades.cometd.models import CometdSession

RELEASES = "switchroom_cometd"  # NOTIFY: a client, and the turn before which none of its connects waits any longer
LAST_TURN = 2**63 - 1  # of a session that was closed

_ALPHABET = string.ascii_letters + string.digits
_LENGTH = 32  # 190 bits
_BATCHES_KEPT = 100
_EXPIRED_AT_ONCE = 20


def open_session(user: User, *, acknowledges: bool, kind: str = "") -> CometdSession:
    """A new client of one kind of endpoint, which will hear of everything from now on."""
    at = clock.now()
    _expire(at)
    return CometdSession.objects.create(
        client_id="".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)),
        user=user,
        kind=kind,
        position_xid=reader.now().xid,
        acknowledges=acknowledges,
        created_at=at,
        last_seen_at=at,
        expires_at=_expiry(at),
    )


def find(client_id: str, user: User, kind: str = "") -> CometdSession:
    """The user's session, locked. Raises NotFound for one that has expired, is somebody else's or of another kind."""
    is_well_formed = client_id.isascii() and client_id.isalnum()
    session = (
        is_well_formed and CometdSession.objects.locked().filter(client_id=client_id, user=user, kind=kind).first()
    )
    if not session or session.expires_at < clock.now():
        raise NotFound(client_id)
    return session


def subscribe(session: CometdSession, subscriptions: list[str]) -> None:
    session.subscriptions = list(dict.fromkeys([*session.subscriptions, *subscriptions]))
    _seen(session, "subscriptions")


def subscribe_from(session: CometdSession, places: Mapping[str, Position]) -> None:
    """Hear these channels, each from its place. A connect that waits comes back at once, as it waits for fewer."""
    session.places |= _as_json(places)
    if session.is_held:
        _release(session, session.turn + 1)
    subscribe(session, list(places))
    _seen(session, "places")


def unsubscribe(session: CometdSession, subscriptions: list[str]) -> None:
    session.subscriptions = [own for own in session.subscriptions if own not in subscriptions]
    session.places = {own: place for own, place in session.places.items() if own not in subscriptions}
    _seen(session, "subscriptions", "places")


def arrive(session: CometdSession, *, acknowledged: int | None) -> None:
    """A connect has come: an older one that waits is released, and what the client has received is forgotten.

    `acknowledged` is the last batch it has (ack extension). Not written until `deliver` or `hold`.
    """
    session.turn += 1
    if session.is_held:
        _release(session, session.turn)
    session.is_held = False
    session.was_connected = True
    if session.acknowledges:
        _forget(session, session.batch if acknowledged is None else acknowledged)


def deliver(session: CometdSession, up_to: Position) -> None:
    """The connect is answered with everything up to a position. With the ack extension, as a batch."""
    if session.acknowledges:
        session.batch += 1
        kept = session.unacknowledged[-_BATCHES_KEPT:]
        session.unacknowledged = [*kept, [session.batch, up_to.xid, up_to.id]]
    else:
        session.position_xid, session.position_id = up_to.xid, up_to.id
    session.is_held = False
    _seen(session, *_CONNECTING)


def move_on(session: CometdSession, places: Mapping[str, Position]) -> None:
    """The connect is answered with everything up to these places."""
    session.places |= _as_json(places)
    session.is_held = False
    _seen(session, "places", *_CONNECTING)


def hold(session: CometdSession, seconds: float) -> None:
    """The connect waits: for so long nobody need be heard of."""
    session.is_held = True
    _seen(session, *_CONNECTING, silent_for=seconds)


def close(session: CometdSession) -> None:
    """The client is gone, or has left more lying than it may: a waiting connect is released, the session forgotten."""
    if session.is_held:
        _release(session, LAST_TURN)
    session.delete()


_CONNECTING = ["position_xid", "position_id", "batch", "unacknowledged", "was_connected", "turn", "is_held"]


def _expire(at: datetime) -> None:
    """Forget some of the tenant's sessions that have not been heard of: as many go as can come."""
    lost = CometdSession.objects.filter(expires_at__lt=at).select_for_update(skip_locked=True, of=("self",))
    CometdSession.objects.filter(pk__in=[session.pk for session in lost[:_EXPIRED_AT_ONCE]]).delete()


def _seen(session: CometdSession, *fields: str, silent_for: float = 0) -> None:
    session.last_seen_at = clock.now()
    expires_at = _expiry(session.last_seen_at + timedelta(seconds=silent_for))
    session.expires_at = max(expires_at, session.expires_at) if session.is_held else expires_at
    session.save(update_fields=[*fields, "last_seen_at", "expires_at"])


def _forget(session: CometdSession, acknowledged: int) -> None:
    """Move the position past the batches received; those after it will be read again."""
    received = [batch for batch in session.unacknowledged if batch[0] <= acknowledged]
    session.unacknowledged = session.unacknowledged[len(received) :]
    if received:
        _, session.position_xid, session.position_id = received[-1]


def _release(session: CometdSession, turn: int) -> None:
    """Wake the process in which a connect of this client waits, once this is committed."""
    payload = f"{session.client_id} {turn}"

    def notify() -> None:
        with connection.cursor() as cursor:
            cursor.execute("select pg_notify(%s, %s)", [RELEASES, payload])

    transaction.on_commit(notify, robust=True)


def _as_json(places: Mapping[str, Position]) -> dict[str, list[int]]:
    return {channel: [place.xid, place.id] for channel, place in places.items()}


def _expiry(at: datetime) -> datetime:
    return at + timedelta(seconds=settings.COMETD_EXPIRY_SECONDS)
