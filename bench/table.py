"""The table that `make bench` prints."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """One comparison. `ours` and `reference` are per second; `least` is the ratio that we hold ourselves to."""

    name: str
    ours: float
    reference: float
    least: float

    @property
    def ratio(self) -> float:
        return self.ours / self.reference


def show(rows: Sequence[Row]) -> None:
    table = Table("measurement", "ours /s", "reference /s", "ratio", "at least", "")
    for row in rows:
        held = "held" if row.ratio >= row.least else "MISSED"
        table.add_row(
            row.name, f"{row.ours:,.0f}", f"{row.reference:,.0f}", f"{row.ratio:.3f}", f"{row.least:.2f}", held
        )
    Console(width=120).print(table)
