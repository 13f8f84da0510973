"""The first page and a filtered page of a supervisor's list of interactions, among many and among few; see `past`."""

from collections.abc import Callable

from bench.past import Past, compare
from bench.server import House
from bench.table import Row

_LIST = "/admin/engagements/engagementinteraction/"
_FILTERS = ("", "?channel=voice", "?stage=ended", "?flag=any", "?channel=email&status=Completed")


def measure(house: House, seconds: float) -> Row:
    return compare("supervisor's list", _any, seconds)


def _any(past: Past) -> Callable[[], object]:
    address = _LIST + past.dice.choice(_FILTERS)
    return lambda: past.page(address)
