"""A quarter's service levels by queue, from roll-ups and from the journal of the large past; see `past`."""

import json

from bench import past
from bench.server import House
from bench.table import Row

_LEAST = 50


def measure(house: House, seconds: float) -> Row:
    past.both()
    past.run(past.large, "manage.py", "rebuild_rollups")
    from_rollups, from_journal = json.loads(past.run(past.large, "-m", "bench.quarter"))
    name = f"service levels of 90 days, {past.large:,} contacts: roll-ups : journal"
    return Row(name, 1 / from_rollups, 1 / from_journal, least=_LEAST)
