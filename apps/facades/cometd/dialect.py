"""What a vendor adds to the protocol: who may listen to which channel, and how an event reads there."""

from collections.abc import Iterable
from functools import cache
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from apps.accounts.models import User
from apps.events.models import Event


class Dialect(Protocol):
    def allows(self, user: User, channel_pattern: str) -> bool:
        """Whether the user may subscribe. The pattern is well formed, without a trailing slash, and never `/meta/...`
        or `/service/...`. Asked again with every connect."""

    def messages(self, event: Event, user: User, *, base_url: str) -> Iterable[tuple[str, Any]]:
        """The (channel, data) pairs that tell this user of the event, if any: by the event alone, without the database.

        Asked for events whose audience the user is in. Rendered anew for a redelivery, so the outcome may depend on
        nothing else. `base_url` is scheme and host as the client sees them, without a trailing slash.
        """


def dialect() -> Dialect:
    """The one that `COMETD_DIALECT` names."""
    return _made(settings.COMETD_DIALECT)


@cache
def _made(path: str) -> Dialect:
    made: Dialect = import_string(path)()
    return made
