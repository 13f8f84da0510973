"""`make demo`: the whole product live, with one command."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.demo.claims import CannotStart
from apps.demo.launcher import Launcher, Options


class Command(BaseCommand):
    help = "Bring up a filled house on one port, with simulated callers and agents, until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--fresh", action="store_true", help="Begin with a new database; the old one is lost.")
        parser.add_argument(
            "--no-traffic", action="store_true", help="Nothing arrives and nobody is ready: a script has the floor."
        )
        parser.add_argument("--data-dir", type=Path, default=Path(settings.DATA_DIR))
        parser.add_argument("--credentials-file", type=Path, help="Write JSON with everything needed to sign in.")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = Options(
            port=options["port"],
            data_dir=options["data_dir"].resolve(),
            fresh=options["fresh"],
            traffic=not options["no_traffic"],
            credentials_file=options["credentials_file"],
        )
        try:
            Launcher(chosen).run()
        except CannotStart as reason:
            self.stderr.write(str(reason))
            sys.exit(1)
