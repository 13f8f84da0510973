"""Change events: `/data/<Object>ChangeEvent` for each object, `/data/ChangeEvents` for all (engagement 4.1)."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from apps.accounts.models import User
from apps.events import reader
from apps.events.reader import Position
from apps.facades.cometd.dialect import News
from apps.facades.salesforce_streaming import payloads
from apps.facades.salesforce_streaming.replay import position_of
from apps.objects import changes
from apps.objects.changes import FOLLOWED, Change
from apps.objects.registry import SObject

EVERYTHING = "/data/ChangeEvents"
_CHANNELS = {f"/data/{name}ChangeEvent": frozenset({name}) for name in FOLLOWED} | {EVERYTHING: frozenset(FOLLOWED)}
NEW_ONES, ALL_KEPT = -1, -2  # in place of a replay id


class ChangeFeed:
    """What a session hears depends on where it goes on, not on when it was there."""

    ext: Mapping[str, Any] = {"replay": True, "payload.format": True}

    def allows(self, user: User, channel_pattern: str) -> bool:
        """Change events tell of every record, so they are for those who may see all of them (M-25)."""
        return user.sees_everything and channel_pattern in _CHANNELS

    def begin(self, wanted: Any) -> Position | None:
        if wanted is None or _is(wanted, NEW_ONES):
            return Position(reader.now().xid)
        if _is(wanted, ALL_KEPT):
            return changes.earliest()
        place = position_of(wanted)
        return place if place and changes.is_kept(place) else None

    def news(self, places: Mapping[str, Position]) -> News:
        """Channels that stand at the same place are read together."""
        told: list[tuple[str, Any]] = []
        moved: dict[str, Position] = {}
        is_full = False
        for place in sorted(set(places.values())):
            here = [channel for channel, own in places.items() if own == place]
            batch = changes.read(place, _objects(here))
            told += _messages(batch.changes, here)
            moved |= dict.fromkeys(here, batch.position)
            is_full = is_full or batch.is_full
        return News(told, moved, is_full)


def _is(wanted: Any, number: int) -> bool:
    return type(wanted) is int and wanted == number


def _objects(names: Collection[str]) -> list[SObject]:
    wanted = frozenset[str]().union(*(_covered(channel) for channel in names))
    return [sobject for sobject in changes.followed() if sobject.name in wanted]


def _covered(channel: str) -> frozenset[str]:
    return _CHANNELS[channel.removesuffix("/")]


def _messages(found: Collection[Change], names: Collection[str]) -> Iterator[tuple[str, Any]]:
    for change in found:
        for channel in names:
            if change.sobject.name in _covered(channel):
                yield channel, payloads.change_event(change)
