"""Roll-ups against raw rows: for every statistic, told apart by anything that it is known by."""

from datetime import datetime
from typing import Any

from apps.reporting.statistics.asking import TIMES
from apps.reporting.statistics.catalogue import STATISTICS
from apps.reporting.statistics.evaluating import table
from apps.reporting.statistics.measures import DIMENSIONS
from apps.reporting.windows import Window

KINDS = [[], *([name] for name in (*DIMENSIONS, *TIMES)), ["quarter", "queue"], ["day", "queue", "channel"]]
KINDS += [["quarter", "agent"], ["day", "agent"]]


def lines(window: Window, by: list[str], *, rows_only: bool, at: datetime) -> Any:
    names = [
        name
        for name, each in STATISTICS.items()
        if not each.is_now and each.dimensions.issuperset(set(by) & set(DIMENSIONS))
    ]
    return table(names, window, by=by, at=at, rows_only=rows_only)


def agree(window: Window, kinds: list[list[str]], *, at: datetime) -> None:
    for by in kinds:
        assert lines(window, by, rows_only=False, at=at) == lines(window, by, rows_only=True, at=at), by
