"""Twelve realtime statistics in one batch over HTTP (CxEngage), among many contacts and among few; see `past`.

The web process remembers no answers here: each batch is worked out.
"""

from collections.abc import Callable

from bench.past import Past, compare
from bench.server import House
from bench.table import Row

_NAMES = (
    "service-level",
    "queue-length",
    "queue-time",
    "queue-abandons-count",
    "abandon-rate",
    "calls-answered-percent",
    "interaction-starts-count",
    "interactions-in-conversation-count",
    "conversation-time",
    "resource-handle-time",
    "resources-idle-count",
    "work-accepted-count",
)


def measure(house: House, seconds: float) -> Row:
    return compare(f"batch of {len(_NAMES)} realtime statistics", _any, seconds)


def _any(past: Past) -> Callable[[], object]:
    requests = {name: {"statistic": name} for name in _NAMES}
    return lambda: past.post("realtime-statistics/batch", {"requests": requests})
