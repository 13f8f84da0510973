"""Sessions whose channels each go on from a place of their own, which clients may name (the `replay` extension)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.accounts.models import User
from apps.events import reader
from apps.events.reader import Line, Position
from apps.facades.cometd import advice, channels, errors, operations
from apps.facades.cometd.dialect import Replaying
from apps.facades.cometd.exchange import Connecting, Exchange, Held, ext_of
from apps.facades.cometd.messages import Message, event, success
from apps.facades.cometd.models import CometdSession
from apps.tenants.models import Tenant
from apps.tenants.scope import scope

KIND = "replay"
_ROUNDS = 40  # reads that find nothing for a client, before it is asked to come again


@dataclass
class ReplayHearer:
    """Looks for news whenever anything happens; what is sent is read once more, from where the session then stands."""

    user: User
    vendor: Replaying
    places: Mapping[str, Position]
    kind = KIND
    is_quick = False
    woken_by = None

    @property
    def tenant(self) -> Tenant:
        return self.user.tenant

    def hear(self, lines: Sequence[Line]) -> list[Message]:
        if not lines:
            return []
        with scope(self.user.tenant):
            news, self.places, _ = _read(self.vendor, self.places)
        return news

    def answer(
        self, message: Message, session: CometdSession, news: list[Message], position: Position
    ) -> list[Message]:
        found, places, _ = _read(self.vendor, _allowed(self.vendor, self.user, session))
        operations.move_on(session, places)
        return [success(message, advice=advice.retry()), *found]


@dataclass
class ReplayExchange(Exchange):
    """As any other, but each subscription has its place, and news is what the vendor reads after it."""

    vendor: Replaying = field(kw_only=True)
    kind = KIND

    def _acknowledges(self, message: Message) -> bool:
        return False  # who missed something names the place to go on from

    def _negotiated(self, acknowledges: bool) -> Message:
        return dict(self.vendor.ext)

    def _allows(self, pattern: str) -> bool:
        return self.vendor.allows(self.user, pattern)

    def _keep(self, session: CometdSession, subscriptions: list[str], message: Message) -> None:
        wanted = ext_of(message).get("replay")
        named: Mapping[str, Any] = wanted if isinstance(wanted, dict) else {}
        places = {}
        for channel in subscriptions:
            if channel in session.places and channel not in named:
                continue  # it goes on
            place = self.vendor.begin(named.get(channel))
            if place is None:
                raise errors.replay_invalid(named.get(channel))
            places[channel] = place
        operations.subscribe_from(session, places)

    def _answer_or_hold(self, message: Message, session: CometdSession, at: int, connecting: Connecting) -> None:
        before = reader.now()
        news, places, is_full = _read(self.vendor, _allowed(self.vendor, self.user, session))
        if news or is_full or not connecting.may_wait:
            operations.move_on(session, places)
            self.replies[at] = success(message, advice=advice.retry())
            self.replies += news
        else:
            operations.hold(session, connecting.seconds)
            hearer = ReplayHearer(self.user, self.vendor, places)
            self.held = Held(message, session.client_id, session.turn, hearer, before, before, connecting.seconds)


def _allowed(vendor: Replaying, user: User, session: CometdSession) -> dict[str, Position]:
    """Where the subscriptions go on, without those that the user has lost the right to since."""
    return {
        channel: Position(*place)
        for channel, place in session.places.items()
        if vendor.allows(user, channels.without_slash(channel))
    }


def _read(vendor: Replaying, places: Mapping[str, Position]) -> tuple[list[Message], Mapping[str, Position], bool]:
    """The next messages, where the channels go on behind them, and whether more may be there at once."""
    for _ in range(_ROUNDS):
        news = vendor.news(places)
        places = news.places
        if news.messages or not news.is_full:
            break
    return [event(channel, data) for channel, data in news.messages], places, news.is_full
