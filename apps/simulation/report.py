"""What the command shows: the plan, and measured beside expected."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from apps.reporting.erlang import Centre, around
from apps.simulation.measuring import BATCHES, CONFIDENCE, measure

_AROUND = 3  # how many agents more and fewer the plan shows


def plan(console: Console, centre: Centre, *, within_s: int, goal: float) -> None:
    """How the same calls would fare with some agents more or fewer."""
    table = Table(title=f"{centre.calls_per_s * 3600:g} calls an hour of {centre.service_s:g} s, by Erlang C")
    for heading in ("agents", "occupancy", "wait at all", "mean wait", f"within {within_s} s", f"goal {goal:.0%}"):
        table.add_column(heading, justify="right")
    for other in around(centre, _AROUND):
        level = other.service_level(within_s)
        table.add_row(
            f"{'> ' if other == centre else ''}{other.agents}",
            f"{other.load:.1%}",
            f"{other.waits:.1%}",
            f"{other.mean_wait_s:.1f} s",
            f"{level:.1%}",
            "reached" if level >= goal else "missed",
        )
    console.print(table)


def comparison(console: Console, centre: Centre, waits: Sequence[float], *, within_s: int) -> bool:
    """Measured beside expected; returns whether the service level agrees."""
    title = f"{len(waits)} calls through the routing, {centre.agents} agents, {centre.load:.0%} occupied"
    table = Table(title=title, caption=f"{CONFIDENCE} % confidence, from the means of {BATCHES} batches")
    for heading in ("", "Erlang C", "measured", "from", "to", ""):
        table.add_column(heading, justify="right")
    level = measure(waits, lambda wait: float(wait <= within_s))
    rows = (
        ("probability of waiting", centre.waits, measure(waits, lambda wait: float(wait > 0))),
        ("mean wait, seconds", centre.mean_wait_s, measure(waits, float)),
        (f"service level, {within_s} s", centre.service_level(within_s), level),
    )
    for name, expected, measured in rows:
        figures = (expected, measured.mean, measured.mean - measured.margin, measured.mean + measured.margin)
        table.add_row(name, *(f"{figure:.4f}" for figure in figures), _verdict(measured.agrees_with(expected)))
    console.print(table)
    return level.agrees_with(centre.service_level(within_s))


def _verdict(agrees: bool) -> str:
    return "agrees" if agrees else "differs"
