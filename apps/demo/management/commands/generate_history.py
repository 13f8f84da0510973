"""`manage.py generate_history 1000000`: months of finished contacts, to try screens, reports and clients on."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from apps.common import clock
from apps.demo.bulk.generate import generate
from apps.demo.setup import PASSWORD
from apps.reporting.rollups.following import first_moment, mark
from apps.reporting.windows import Window
from apps.tenants.scope import scope


class Command(BaseCommand):
    help = (
        "Write finished contacts with their whole journal: legs, waits, offers, holds, calls, agents' sessions. They "
        "lie before what the contact centre has already; one that is not there is made, with agents as needed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("contacts", type=int, help="how many")
        parser.add_argument("--tenant", default="Harbour History", help="name of the contact centre (Harbour History)")
        parser.add_argument("--days", type=int, default=180, help="spread over so many days (180)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same contacts (1)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["contacts"] < 1 or options["days"] < 1:
            raise CommandError("At least one contact, and one day.")
        columns = (TextColumn("Contacts"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True)) as progress:
            bar = progress.add_task("Contacts", total=options["contacts"])
            tenant = generate(
                options["tenant"],
                options["contacts"],
                options["days"],
                clock.now(),
                lambda done: progress.update(bar, completed=done),
                seed=options["seed"],
            )
        with scope(tenant):  # nothing is told of so many, so that the worker would not know
            mark([Window(first_moment() or clock.now(), clock.now())])
        who = f"supervisor.{tenant.pk} and integration.{tenant.pk} sign in with {PASSWORD}"
        self.stdout.write(f"{options['contacts']} contacts of {tenant} ({tenant.uuid}); {who}.")
