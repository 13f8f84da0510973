"""One request: its messages in, their replies out, perhaps with a connect that has to wait. Blocks; needs the scope."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.conf import settings

from apps.accounts.models import User
from apps.common.errors import NotFound
from apps.events import reader
from apps.events.models import Event
from apps.events.reader import Line, Position
from apps.facades.cometd import advice, channels, errors, operations
from apps.facades.cometd.dialect import dialect
from apps.facades.cometd.errors import Refused
from apps.facades.cometd.messages import Message, event, refusal, success
from apps.facades.cometd.models import CometdSession
from apps.facades.cometd.sessions import Sessions
from apps.tenants.models import Tenant

LONG_POLLING = "long-polling"
VERSION = "1.0"
_MOST_SUBSCRIPTIONS = 100
_OF_META = {
    "/meta/handshake": "_handshake",
    "/meta/connect": "_connect",
    "/meta/subscribe": "_subscribe",
    "/meta/unsubscribe": "_unsubscribe",
    "/meta/disconnect": "_disconnect",
}


class Hearer(Protocol):
    """What a connect that waits hears, and how it is answered."""

    @property
    def user(self) -> User: ...

    @property
    def tenant(self) -> Tenant: ...

    @property
    def kind(self) -> str: ...

    @property
    def is_quick(self) -> bool:
        """Whether hearing and answering need nothing but the session."""

    @property
    def woken_by(self) -> int | None:
        """The user whose events are news; None for everybody's."""

    def hear(self, lines: Sequence[Line]) -> list[Message]:
        """The news of events that have come since the last time. In a thread, if it is not quick."""

    def answer(
        self, message: Message, session: CometdSession, news: list[Message], position: Position
    ) -> list[Message]:
        """The replies once the wait is over; `position` is behind all news. In the tenant's scope."""


@dataclass(frozen=True)
class LedgerHearer:
    """Renders events for one session."""

    user: User
    base_url: str
    subscriptions: Sequence[str]  # of those the session has, the ones that the user may hear
    all_subscriptions: Sequence[str]
    kind: str = ""
    is_quick: bool = True

    @property
    def tenant(self) -> Tenant:
        return self.user.tenant

    @property
    def woken_by(self) -> int | None:
        return self.user.id

    def hear(self, lines: Sequence[Line]) -> list[Message]:
        return self.messages(line.event() for line in lines)

    def answer(
        self, message: Message, session: CometdSession, news: list[Message], position: Position
    ) -> list[Message]:
        if session.subscriptions != self.all_subscriptions:  # what it heard with the former ones is not what it missed
            start = Position(session.position_xid, session.position_id)
            news, position = _queued(start, hearer_of(session, self.user, self.base_url))
        if len(news) > settings.COMETD_QUEUE_LIMIT:
            operations.close(session)
            return [refusal(message, errors.unknown_on_connect())]
        return [answered(message, session, position), *news]

    def messages(self, events: Iterable[Event]) -> list[Message]:
        """What this session hears of the events, oldest first, each message once."""
        names: dict[str, str | None] = {}

        def hears(channel: str) -> bool:
            if channel not in names:
                names[channel] = channels.delivered_as(channel, self.subscriptions)
            return names[channel] is not None

        render = dialect().messages
        return [
            event(name, data)
            for happened in events
            for channel, data in render(happened, self.user, base_url=self.base_url, hears=hears)
            if hears(channel) and (name := names[channel])
        ]


@dataclass(frozen=True)
class Held:
    """A connect that waits for news."""

    message: Message
    client_id: str
    turn: int
    hearer: Hearer
    position: Position  # what comes after it is news
    readable: Position  # what had happened up to here when the connect came is told, however short the wait
    seconds: float
    is_unwritten: bool = False  # no other process can know of it
    is_unchecked: bool = False  # it goes by what the process remembers


@dataclass
class Connecting:
    message: Message
    number: int  # of its reply
    session: CometdSession
    may_wait: bool
    seconds: float


@dataclass
class Exchange:
    """Answers the messages of one user's request."""

    user: User
    base_url: str
    messages: list[Message]
    sessions: Sessions
    replies: list[Message] = field(default_factory=list)
    held: Held | None = None
    kind = ""  # of its sessions
    _connecting: Connecting | None = None

    def run(self) -> None:
        """Fill `replies`, or `held` for a connect that waits and will be the only reply."""
        handshakes = [message for message in self.messages if message.get("channel") == "/meta/handshake"]
        for message in handshakes[:1] or self.messages:  # what comes with a handshake is ignored (15.3)
            self.replies.append(self._reply(message))
        if self._connecting:
            self._finish_connect(self._connecting)

    def _reply(self, message: Message) -> Message:
        try:
            return success(message, **self._handler(message)(message))
        except Refused as refused:
            return refusal(message, refused)

    def _handler(self, message: Message) -> Callable[[Message], Message]:
        channel = message.get("channel")
        if channel is None:
            raise errors.channel_missing()
        if isinstance(channel, str) and channel in _OF_META:
            return getattr(self, _OF_META[channel])  # type: ignore[no-any-return]
        if not channels.is_channel(channel) or "*" in channel or channels.is_meta(channel):
            raise errors.channel_invalid()
        return self._publish

    def _handshake(self, message: Message) -> Message:
        offered = message.get("supportedConnectionTypes")
        if not isinstance(offered, list) or LONG_POLLING not in offered:
            raise errors.handshake_denied()
        acknowledges = self._acknowledges(message)
        session = self.sessions.open(self.user, acknowledges=acknowledges, kind=self.kind)
        ext = self._negotiated(acknowledges)
        return {
            "version": VERSION,
            "minimumVersion": VERSION,
            "supportedConnectionTypes": [LONG_POLLING],
            "clientId": session.client_id,
            "advice": advice.retry(),
        } | ({"ext": ext} if ext else {})

    def _acknowledges(self, message: Message) -> bool:
        return bool(ext_of(message).get("ack"))

    def _negotiated(self, acknowledges: bool) -> Message:
        return {"ack": True} if acknowledges else {}

    def _connect(self, message: Message) -> Message:
        session = self._session(message, otherwise=errors.unknown_on_connect())
        advised = message.get("advice")
        wanted = advised.get("timeout") if isinstance(advised, dict) else None
        seconds = settings.COMETD_HOLD_SECONDS
        if isinstance(wanted, int | float) and not isinstance(wanted, bool):
            seconds = min(seconds, max(wanted, 0) / 1000)
        # The first connect tells the client that it is connected; one that comes with others brings their replies.
        may_wait = session.was_connected and len(self.messages) == 1 and seconds > 0
        acknowledged = ext_of(message).get("ack")
        is_number = isinstance(acknowledged, int) and not isinstance(acknowledged, bool)
        operations.arrive(session, acknowledged=acknowledged if is_number else None)
        self._connecting = Connecting(message, len(self.replies), session, may_wait, seconds)
        return {}

    def _subscribe(self, message: Message) -> Message:
        session = self._session(message)
        wanted = _subscriptions(message)
        for pattern in wanted:
            plain = channels.without_slash(pattern)
            if channels.is_meta(plain) or not (channels.is_service(plain) or self._allows(plain)):
                raise errors.subscribe_denied(pattern)
        kept = [pattern for pattern in wanted if not channels.is_service(pattern)]
        if len({*session.subscriptions, *kept}) > _MOST_SUBSCRIPTIONS:
            raise errors.subscribe_denied(kept[-1])
        self._keep(session, kept, message)
        return {}

    def _allows(self, pattern: str) -> bool:
        return dialect().allows(self.user, pattern)

    def _keep(self, session: CometdSession, subscriptions: list[str], message: Message) -> None:
        operations.subscribe(session, subscriptions)

    def _unsubscribe(self, message: Message) -> Message:
        operations.unsubscribe(self._session(message), _subscriptions(message))
        return {}

    def _disconnect(self, message: Message) -> Message:
        operations.close(self._session(message))
        return {}

    def _publish(self, message: Message) -> Message:
        self._session(message)
        if not channels.is_service(message["channel"]):
            raise errors.publish_denied(message["channel"])
        return {}

    def _session(self, message: Message, otherwise: Refused | None = None) -> CometdSession:
        client_id = message.get("clientId")
        if not isinstance(client_id, str) or not client_id:
            raise errors.no_client_id()
        try:
            return self.sessions.find(client_id, self.user, self.kind)
        except NotFound as error:
            raise otherwise or errors.unknown_client() from error

    def _finish_connect(self, connecting: Connecting) -> None:
        """Answer with what is queued; if nothing is, wait where that is right."""
        session, message, at = connecting.session, connecting.message, connecting.number
        if session.is_closed:  # disconnected by a later message of the same request
            self.replies[at] = success(message, advice=advice.none())
        else:
            self._answer_or_hold(message, session, at, connecting)

    def _answer_or_hold(self, message: Message, session: CometdSession, at: int, connecting: Connecting) -> None:
        hearer = hearer_of(session, self.user, self.base_url)
        start = Position(session.position_xid, session.position_id)
        if connecting.may_wait:  # for what has come already, too, which the hub knows
            operations.hold_briefly(session, connecting.seconds)
            self.held = Held(
                message,
                session.client_id,
                session.turn,
                hearer,
                start,
                self.sessions.readable,
                connecting.seconds,
                is_unwritten=not session.is_changed,
            )
            return
        news, position = _queued(start, hearer)
        if len(news) > settings.COMETD_QUEUE_LIMIT:
            operations.close(session)
            self.replies[at] = refusal(message, errors.unknown_on_connect())
        else:
            self.replies[at] = answered(message, session, position)
            self.replies += news


def go_on(held: Held, sessions: Sessions) -> bool:
    """The wait is not brief: write that the connect is held. False if it is no longer the session's newest."""
    try:
        session = sessions.find(held.client_id, held.hearer.user, held.hearer.kind)
    except NotFound:
        return False
    if session.turn != held.turn or is_taken_over(held, session):
        return False
    operations.hold(session, held.seconds)
    return True


def finish(held: Held, news: list[Message] | None, position: Position, turn: int, sessions: Sessions) -> list[Message]:
    """Answer a connect that has waited, by what the session has become meanwhile. `turn` is the last one heard of.

    No news but None stands for more of it than anybody may leave lying.
    """
    if turn == operations.LAST_TURN:
        return [success(held.message, advice=advice.none())]  # disconnected
    if turn > held.turn:  # a newer connect waits: the news is its own
        return come_again(held)
    try:
        session = sessions.find(held.client_id, held.hearer.user, held.hearer.kind)
    except NotFound:
        return [refusal(held.message, errors.unknown_on_connect())]
    if session.turn != held.turn or is_taken_over(held, session):
        return come_again(held)
    if news is None:
        operations.close(session)
        return [refusal(held.message, errors.unknown_on_connect())]
    return held.hearer.answer(held.message, session, news, position)


def is_taken_over(held: Held, session: CometdSession) -> bool:
    """Whether a process that took a session for what it remembered was wrong. Perhaps a newer connect waits elsewhere,
    perhaps this one is the newer: the client comes again, and all that is new is told then."""
    return held.is_unchecked and session.is_taken_over


def come_again(held: Held) -> list[Message]:
    """Nothing was told."""
    return [success(held.message, advice=advice.retry())]


def answered(message: Message, session: CometdSession, position: Position) -> Message:
    """The reply to a connect, with everything up to the position delivered."""
    operations.deliver(session, position)
    batch = {"ext": {"ack": session.batch}} if session.acknowledges else {}
    return success(message, advice=advice.retry(), **batch)


def _queued(position: Position, hearer: LedgerHearer) -> tuple[list[Message], Position]:
    """What has come since, and the position behind it."""
    news: list[Message] = []
    while True:
        batch = reader.read(position, user_id=hearer.user.id)
        news += hearer.messages(batch.events)
        position = batch.position
        if not batch.is_full or len(news) > settings.COMETD_QUEUE_LIMIT:
            return news, position


def hearer_of(session: CometdSession, user: User, base_url: str) -> LedgerHearer:
    """With the subscriptions as they are, without those that the user has lost the right to since."""
    allows = dialect().allows
    allowed = [own for own in session.subscriptions if allows(user, channels.without_slash(own))]
    return LedgerHearer(user, base_url, allowed, session.subscriptions)


def _subscriptions(message: Message) -> list[str]:
    wanted = message.get("subscription")
    if wanted is None or wanted == []:
        raise errors.subscription_missing()
    patterns = wanted if isinstance(wanted, list) else [wanted]
    if not all(channels.is_pattern(pattern) for pattern in patterns):
        raise errors.subscription_invalid()
    return patterns


def ext_of(message: Message) -> dict[str, Any]:
    ext = message.get("ext")
    return ext if isinstance(ext, dict) else {}
