"""A page of the list of interactions with its exact total over HTTP (CxEngage), among many and among few; see `past`.

Pages from anywhere in the list, half of them of a range that cuts days in two, some of one channel or direction.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.past import Past, compare
from bench.server import House
from bench.table import Row

_DAYS = 150


def measure(house: House, seconds: float) -> Row:
    return compare("CxEngage page and total", _any, seconds)


def _any(past: Past) -> Callable[[], object]:
    dice, query, share = past.dice, dict[str, Any](), 1.0
    if dice.random() < 0.5:
        days = dice.uniform(7, _DAYS)
        start = datetime.now(UTC) - timedelta(days=_DAYS + dice.uniform(0, 20))
        query |= {"start": start.isoformat(), "end": (start + timedelta(days=days)).isoformat()}
        share = days / 200
    query |= dice.choice(({}, {}, {"channelType": "voice"}, {"direction": "inbound"}))
    offset = int(dice.random() * past.total * share * 0.5)
    return lambda: past.ask(limit=10, offset=offset, **query)
