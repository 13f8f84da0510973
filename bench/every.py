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
_LEAST = 1 / 1.5


def measure(house: House, seconds: float) -> Row:
    """The medians of each page; pages and pasts take turns, so that whatever else goes on hits both."""
    pasts = past.both()
    addresses = [_asked(each) for each in pasts]
    names = [name for name in addresses[0] if name in addresses[1] and _is_shown(pasts, addresses, name)]
    times: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in names}
    start, rounds = time.monotonic(), 0
    while rounds <= _LEAST_ROUNDS or time.monotonic() - start < seconds:
        for name in names:
            for one, known, taken in zip(pasts, addresses, times[name], strict=True):
                begin = time.perf_counter()
                one.page(*known[name])
                if rounds:  # the first is for what is remembered from then on
                    taken.append(time.perf_counter() - begin)
        rounds += 1
    found = sorted(((median(few), median(many), name) for name, (few, many) in times.items()), key=_ratio)
    for few, many, name in found:
        if few / many < _LEAST:
            sys.stderr.write(f"{many / few:6.2f} times {few * 1000:5.0f} ms: {name}\n")
    few, many, name = found[0]
    return Row(f"worst of {len(names)} pages ({name})", 1 / many, 1 / few, least=_LEAST)


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


def _ratio(found: tuple[float, float, str]) -> float:
    return found[0] / found[1]
