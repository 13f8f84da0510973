"""Every page of the administration that lists or shows records, among many and among few: see `addresses`, `past`.

One row for the page that suffers most by size; one for the pages that take no more statements among many (less, where
less is found).
"""

import json
import sys
import time
from statistics import median
from typing import Any

from bench import past
from bench.lists import set_up
from bench.past import Past
from bench.server import House
from bench.table import Row

_LEAST_ROUNDS = 3
_SUSPECTED, _MORE_ROUNDS = 20, 15
_LEAST = 1 / 1.5
_Times = dict[str, tuple[float, float]]


def measure(house: House, seconds: float) -> Row:
    """The medians of each page; of those that suffer most, of more rounds: among so many some look slow by chance."""
    pasts = past.both()
    addresses = [_asked(each) for each in pasts]
    names = [name for name in addresses[0] if name in addresses[1] and _is_shown(pasts, addresses, name)]
    start, rounds = time.monotonic(), []
    while len(rounds) <= _LEAST_ROUNDS or time.monotonic() - start < seconds:
        rounds.append(_round(pasts, addresses, names))
    suspected = list(_medians(rounds[1:]))[:_SUSPECTED]  # the first round is for what is remembered from then on
    found = _medians([_round(pasts, addresses, suspected) for _ in range(_MORE_ROUNDS)])
    for name, (few, many) in found.items():
        if few / many < _LEAST:
            sys.stderr.write(f"{many / few:6.2f} times {few * 1000:5.0f} ms: {name}\n")
    worst, (few, many) = next(iter(found.items()))
    return Row(f"worst of {len(names)} pages ({worst})", 1 / many, 1 / few, least=_LEAST)


def _round(pasts: tuple[Past, Past], addresses: list[Any], names: list[str]) -> _Times:
    """Seconds of each page in both; they take turns, so that whatever else goes on hits both."""
    return {name: (_time(pasts[0], addresses[0][name]), _time(pasts[1], addresses[1][name])) for name in names}


def _time(one: Past, address: list[str]) -> float:
    begin = time.perf_counter()
    one.page(*address)
    return time.perf_counter() - begin


def _medians(rounds: list[_Times]) -> _Times:
    """The page that suffers most first."""
    middle = {
        name: (median(each[name][0] for each in rounds), median(each[name][1] for each in rounds)) for name in rounds[0]
    }
    return dict(sorted(middle.items(), key=lambda each: each[1][0] / each[1][1]))


def _is_shown(pasts: tuple[Past, Past], addresses: list[Any], name: str) -> bool:
    """Pages that only lead elsewhere are told of, and not measured."""
    try:
        for one, known in zip(pasts, addresses, strict=True):
            one.page(*known[name])
    except RuntimeError as failed:
        sys.stderr.write(f"not measured: {failed}\n")
        return False
    return True


def statements(house: House, seconds: float) -> Row:
    few, many = (_asked(each, "count") for each in past.both())
    names = [name for name in few if few[name] and many.get(name)]
    more = {name: (few[name], many[name]) for name in names if many[name] > few[name]}
    for name, told in sorted(more.items()):
        sys.stderr.write(f"{told[0]} statements, among many {told[1]}: {name}\n")
    return Row("pages with no more statements among many", len(names) - len(more), len(names), least=1.0)


def _asked(one: Past, *options: str) -> Any:
    set_up(one)
    return json.loads(past.run(one.contacts, "-m", "bench.addresses", *options))
