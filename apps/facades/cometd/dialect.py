"""What a vendor adds to the protocol: who may listen to which channel, and how an event reads there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from apps.accounts.models import User
from apps.events.models import Event
from apps.events.reader import Position


class Dialect(Protocol):
    def allows(self, user: User, channel_pattern: str) -> bool:
        """Whether the user may subscribe. The pattern is well formed, without a trailing slash, and never `/meta/...`
        or `/service/...`. Asked again with every connect."""

    def messages(
        self, event: Event, user: User, *, base_url: str, hears: Callable[[str], bool]
    ) -> Iterable[tuple[str, Any]]:
        """The (channel, data) pairs that tell this user of the event, if any: by the event alone, without the database.

        Asked for events whose audience the user is in. Rendered anew for a redelivery, so the outcome may depend on
        nothing else. Channels that nobody `hears` may be left out. `base_url` is scheme and host as the client sees
        them, without a trailing slash.
        """


@dataclass(frozen=True)
class News:
    """(channel, data) pairs, oldest first on each channel, and from where each channel goes on."""

    messages: Sequence[tuple[str, Any]]
    places: Mapping[str, Position]
    is_full: bool  # more may be read at once


class Replaying(Protocol):
    """A vendor whose clients say from where they want to hear a channel, and may come back to that place later."""

    ext: Mapping[str, Any]  # what the answer to a handshake says can be done

    def allows(self, user: User, channel_pattern: str) -> bool:
        """As Dialect's."""

    def begin(self, wanted: Any) -> Position | None:
        """The place that a client asked for, with a JSON value of the vendor's (None: not at all). None if it is no
        place, or none that is kept."""

    def news(self, places: Mapping[str, Position]) -> News:
        """What comes next on these channels, each after its place. In the tenant's scope, with the database."""


def dialect() -> Dialect:
    """The one that `COMETD_DIALECT` names."""
    return _made(settings.COMETD_DIALECT)


@cache
def _made(path: str) -> Dialect:
    made: Dialect = import_string(path)()
    return made
