"""How many agents do these calls need, and does the routing do as theory says?"""

from argparse import ArgumentParser
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import track

from apps.common import clock
from apps.reporting.erlang import Centre, fewest_for
from apps.simulation import report
from apps.simulation.database import scratch
from apps.simulation.measuring import BATCHES, WARM_UP
from apps.simulation.staff import open_centre
from apps.simulation.trial import Trial

_FEWEST_CALLS = 100 * BATCHES
_MOST_AGENTS = 10_000


class Command(BaseCommand):
    help = (
        "Plan capacity: send random calls through the real routing, in a database of its own, and compare what is "
        "measured with Erlang C. Ends with 1 if the measured service level contradicts the formula."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--agents", type=int, help="How many; without it, the fewest that reach the goal.")
        parser.add_argument("--calls-per-hour", type=float, help="How many arrive; instead of --load.")
        parser.add_argument("--load", type=float, default=0.85, help="Part of their time that agents talk (0.85).")
        parser.add_argument("--service", type=float, default=240, help="Seconds a call takes on average (240).")
        parser.add_argument("--within", type=int, default=20, help="Seconds of the service level (20).")
        parser.add_argument("--goal", type=float, default=80, help="Per cent to answer within that time (80).")
        parser.add_argument("--calls", type=int, default=10_000, help="How many to simulate (10000); 0: theory alone.")
        parser.add_argument("--speed", type=float, help="Seconds in one real second; without it, as fast as it goes.")
        parser.add_argument("--seed", type=int, default=1, help="The same seed, the same calls (1).")

    def handle(self, *args: Any, **options: Any) -> None:
        centre = _centre(options)
        console = Console(file=cast(IO[str], self.stdout), highlight=False)
        report.plan(console, centre, within_s=options["within"], goal=options["goal"] / 100)
        if not options["calls"]:
            return
        waits = _run(centre, options)
        if not report.comparison(console, centre, waits, within_s=options["within"]):
            raise CommandError("the measured service level contradicts the formula", returncode=1)


def _centre(options: dict[str, Any]) -> Centre:
    """Whom and what to simulate. Raises CommandError for a centre that cannot be."""
    if options["calls"] and options["calls"] * (1 - WARM_UP) < _FEWEST_CALLS:
        raise CommandError(
            f"too few calls to say how sure a figure is: at least {round(_FEWEST_CALLS / (1 - WARM_UP))}"
        )
    if not (0 < options["goal"] < 100 and options["service"] > 0 and options["within"] >= 0):
        raise CommandError("the goal is a percentage between 0 and 100, and no time is negative")
    if options["speed"] is not None and not options["speed"] > 0:
        raise CommandError("time goes forward only: give a speed above 0")
    service, an_hour, agents = options["service"], options["calls_per_hour"], options["agents"]
    if agents is not None and not 0 < agents <= _MOST_AGENTS:
        raise CommandError(f"give 1 to {_MOST_AGENTS} agents, or none")
    if an_hour is not None and not 0 < an_hour / 3600 * service < _MOST_AGENTS:
        raise CommandError(f"give calls that keep somebody busy, and fewer than {_MOST_AGENTS} agents")
    try:
        if an_hour and not agents:
            goal = options["goal"] / 100
            return fewest_for(an_hour / 3600, service, within_s=options["within"], goal=goal)
        agents = agents or 20
        return Centre(agents, an_hour / 3600 if an_hour else options["load"] * agents / service, service)
    except ValueError as error:
        raise CommandError(str(error)) from error


def _run(centre: Centre, options: dict[str, Any]) -> list[float]:
    """Seconds that each simulated call waited."""
    console = Console(stderr=True)
    console.print("Setting up a database for the trial ...")
    with scratch():
        at = clock.now()
        queue, caller = open_centre(centre.agents, within_s=options["within"], at=at)
        trial = Trial(centre, queue, caller, seed=options["seed"], begin=at)
        calls = trial.run(options["calls"], speed=options["speed"])
        for _ in track(calls, "Calls", total=options["calls"], console=console):
            pass
        return trial.waits()
