"""The usual connect, that of a client which was answered a moment ago: it waits at once, and nothing is asked for it.

It goes by what this process remembers of its session and its caller. Whether that still stands is looked at together
with many others', once the wait is no longer brief or with its answer, whichever is sooner.
"""

import asyncio
import time

from django.conf import settings

from apps.accounts.models import User
from apps.accounts.remembered import Known
from apps.events.hub import Hub
from apps.events.reader import Position
from apps.facades.cometd import operations
from apps.facades.cometd.desk import desk
from apps.facades.cometd.exchange import Held, LedgerHearer, ext_of, hearer_of
from apps.facades.cometd.messages import Message
from apps.facades.cometd.models import CometdSession
from apps.facades.cometd.waiting import Bell, Waiting


def arrive(
    received: list[Message],
    caller: Known,
    base_url: str,
    bell: Bell,
    house: Hub,
    loop: asyncio.AbstractEventLoop,
) -> Waiting | None:
    """None for whatever has to be looked at closer, and for whom there is news already."""
    message = received[0]
    client_id = message.get("clientId")
    if len(received) > 1 or message.get("channel") != "/meta/connect" or "advice" in message or not client_id:
        return None
    user, tenant = caller.user, caller.user.tenant
    remembered = desk(tenant, loop).remembered
    if remembered.is_careful:
        return None
    session = remembered.get(client_id) if isinstance(client_id, str) else None
    if session is None or not _is_usual(session, user) or remembered.pop(client_id, None) is not session:
        return None
    acknowledged = ext_of(message).get("ack")
    is_number = isinstance(acknowledged, int) and not isinstance(acknowledged, bool)
    operations.arrive(session, acknowledged=acknowledged if is_number else None)
    remembered[client_id] = session
    position = Position(session.position_xid, session.position_id)
    watch = house.watch_now(tenant, user.id, position, bell)
    if watch is None:
        return None
    if watch.has_news:
        watch.leave()
        return None
    session.is_held = True
    held = Held(
        message,
        client_id,
        session.turn,
        _hearer(session, user, base_url),
        position,
        position,
        settings.COMETD_HOLD_SECONDS,
        is_unwritten=True,
        is_unchecked=True,
    )
    return Waiting(held, bell, watch, house, caller, loop)


def _is_usual(session: CometdSession, user: User) -> bool:
    """Nothing of it is being changed, and its row does not expire while it is unchecked."""
    return (
        session.user_id == user.id
        and session.kind == ""
        and session.was_connected
        and not (session.is_held or session.is_changed or session.is_taken_over or session.is_closed)
        and session.brief_until > time.monotonic()
    )


def _hearer(session: CometdSession, user: User, base_url: str) -> LedgerHearer:
    """The last one, as long as the same is heard by the same."""
    last = session.hearer
    if last and last.user is user and last.all_subscriptions is session.subscriptions and last.base_url == base_url:
        return last
    made = session.hearer = hearer_of(session, user, base_url)
    return made
