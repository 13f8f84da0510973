"""Bring the demo's database to today's tables and fill it; the launcher runs this before anything else."""

from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.demo import credentials, seed, tokens


class Command(BaseCommand):
    help = "Migrate, fill and keep the credentials in the data directory. What is there already is kept."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fresh", action="store_true", help="Begin with an empty database.")
        parser.add_argument("--no-traffic", action="store_true", help="Leave nobody ready and nothing waiting.")

    def handle(self, *args: Any, **options: Any) -> None:
        kept = credentials.kept_in(Path(settings.DATA_DIR))
        columns = (
            SpinnerColumn(finished_text=" "),
            TextColumn("{task.description:<32}"),
            BarColumn(),
            MofNCompleteColumn(),
        )
        with Progress(*columns, console=Console(stderr=True)) as progress:
            bars = Bars(progress)
            if options["fresh"]:
                kept.unlink(missing_ok=True)
                _empty_database()
            bars.show("Tables", 0, 1)
            call_command("migrate", verbosity=0, interactive=False)
            bars.show("Tables", 1, 1)
            credentials.save(kept, _fill(bars, credentials.load(kept), traffic=not options["no_traffic"]))


class Bars:
    """One bar for each piece of work that reports how far it has come."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bars: dict[str, TaskID] = {}

    def show(self, what: str, done: int, of: int) -> None:
        if what not in self._bars:
            self._bars[what] = self._progress.add_task(what)
        self._progress.update(self._bars[what], completed=done, total=of)


def _fill(bars: Bars, known: credentials.Credentials | None, *, traffic: bool) -> credentials.Credentials:
    filled = seed.seed(bars.show, known_key=known.call_center.private_key if known else None, traffic=traffic)
    user = User.objects.filter(tenant__uuid=filled["tenant_id"], role=Role.INTEGRATION).latest("id")
    client = tokens.client_for(user, known.oauth if known else None)
    token = tokens.token_for(user, client, known.access_token if known else None)
    return credentials.parse(filled | {"oauth": asdict(client), "access_token": token})


def _empty_database() -> None:
    """Drop everything in it: tables of an older day would not migrate."""
    with connection.as_owner(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("drop schema public cascade")
        cursor.execute("create schema public")
