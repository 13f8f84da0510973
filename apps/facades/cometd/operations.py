"""Everything that changes a session. Sessions are locked and changed in memory; `Sessions` writes a batch of them."""

import secrets
import string
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings

from apps.accounts.models import User
from apps.common import clock
from apps.events.reader import Position
from apps.facades.cometd.models import CometdSession

LAST_TURN = 2**63 - 1  # of a session that was closed
BRIEF_SECONDS = 2.0  # a wait that is over sooner is not written: the process that holds it is the only one to know

_ALPHABET = string.ascii_letters + string.digits
_LENGTH = 32  # 190 bits
_BATCHES_KEPT = 100
SURELY_BRIEF = timedelta(seconds=15)  # until others may take the session for expired: a busy process is late
_TURNS = 2**32  # more than one process counts before another takes the session over


def new_session(user: User, start: Position, *, acknowledges: bool, kind: str) -> CometdSession:
    """A new client of one kind of endpoint, which will hear of everything after `start`."""
    at = clock.now()
    return CometdSession(
        tenant_id=user.tenant_id,
        client_id="".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)),
        user=user,
        kind=kind,
        position_xid=start.xid,
        acknowledges=acknowledges,
        created_at=at,
        last_seen_at=at,
        expires_at=_expiry(at),
    )


def subscribe(session: CometdSession, subscriptions: list[str]) -> None:
    """Hear these channels too. A connect that waits comes back at once, as it waits for fewer."""
    _release_unwritten(session)
    if session.is_held:
        session.released_turn = session.turn + 1
    session.subscriptions = list(dict.fromkeys([*session.subscriptions, *subscriptions]))
    _seen(session)


def subscribe_from(session: CometdSession, places: Mapping[str, Position]) -> None:
    """Hear these channels, each from its place."""
    session.places |= _as_json(places)
    subscribe(session, list(places))


def unsubscribe(session: CometdSession, subscriptions: list[str]) -> None:
    _release_unwritten(session)
    session.subscriptions = [own for own in session.subscriptions if own not in subscriptions]
    session.places = {own: place for own, place in session.places.items() if own not in subscriptions}
    _seen(session)


def arrive(session: CometdSession, *, acknowledged: int | None) -> None:
    """A connect has come: an older one that waits is released, and what the client has received is forgotten.

    `acknowledged` is the last batch it has (ack extension). `deliver` or `hold` follows.
    """
    _release_unwritten(session)
    session.turn += 1
    if session.is_held:
        session.released_turn = session.turn
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
    _seen(session)


def move_on(session: CometdSession, places: Mapping[str, Position]) -> None:
    """The connect is answered with everything up to these places."""
    session.places |= _as_json(places)
    session.is_held = False
    _seen(session)


def hold(session: CometdSession, seconds: float) -> None:
    """The connect waits: for so long nobody need be heard of."""
    session.is_held = True
    _seen(session, silent_for=seconds)


def hold_briefly(session: CometdSession, seconds: float) -> None:
    """As `hold`, but nothing is written yet if this process knows the session, and it does not expire meanwhile.

    Should the wait not be brief, `hold` follows after `BRIEF_SECONDS`.
    """
    is_known = not (session.is_changed or session.is_taken_over or session.released_turn)
    hold(session, seconds)
    session.is_changed = not (is_known and session.written_until > session.last_seen_at + SURELY_BRIEF)


def close(session: CometdSession) -> None:
    """The client is gone, or has left more lying than it may: a waiting connect is released, the session forgotten."""
    if session.is_held or session.is_taken_over:
        session.released_turn = LAST_TURN
    session.is_closed = True


def _release_unwritten(session: CometdSession) -> None:
    """Another process, which served the session last, may hold a connect that it has not written."""
    if session.is_taken_over and session.turn and not session.is_held:
        session.turn = (session.turn // _TURNS + 1) * _TURNS
        session.is_held = True
        session.released_turn = session.turn


def _seen(session: CometdSession, silent_for: float = 0) -> None:
    session.last_seen_at = clock.now()
    expires_at = _expiry(session.last_seen_at, silent_for)
    session.expires_at = max(expires_at, session.expires_at) if session.is_held else expires_at
    session.is_changed = True


def _forget(session: CometdSession, acknowledged: int) -> None:
    """Move the position past the batches received; those after it will be read again."""
    received = [batch for batch in session.unacknowledged if batch[0] <= acknowledged]
    session.unacknowledged = session.unacknowledged[len(received) :]
    if received:
        _, session.position_xid, session.position_id = received[-1]


def _as_json(places: Mapping[str, Position]) -> dict[str, list[int]]:
    return {channel: [place.xid, place.id] for channel, place in places.items()}


def _expiry(at: datetime, silent_for: float = 0) -> datetime:
    return at + timedelta(seconds=silent_for + settings.COMETD_EXPIRY_SECONDS)
