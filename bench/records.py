"""One interaction whole over HTTP (CxEngage), among many and among few; see `past`."""

from collections.abc import Callable

from bench.past import Past, compare
from bench.server import House
from bench.table import Row

_KNOWN: dict[int, list[str]] = {}


def measure(house: House, seconds: float) -> Row:
    return compare("CxEngage record", _any, seconds)


def _any(past: Past) -> Callable[[], object]:
    """An interaction from anywhere in the list."""
    known = _KNOWN.setdefault(past.total, [])
    if not known:
        for _ in range(20):
            page = past.ask(limit=50, offset=past.dice.randrange(past.total - 50))
            known += [row["interactionId"] for row in page["results"]]
    chosen = past.dice.choice(known)
    return lambda: past.ask(chosen)
