"""The demo's callers and agents, as a process of their own."""

import json
import signal
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.demo import simulator
from apps.demo.simulator.telephone import Telephone
from apps.tenants.models import Tenant


class Command(BaseCommand):
    help = "Keep a simulated telephone system and simulated agents running until SIGTERM."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--base-url", required=True, help="Where the web processes answer.")
        parser.add_argument(
            "--credentials",
            type=Path,
            default=Path(settings.DATA_DIR) / "credentials.json",
            help="The kept file.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            known = json.loads(options["credentials"].read_text())
            call_center = known["call_center"]
            tenant = Tenant.objects.get(uuid=known["tenant_id"])
        except (OSError, ValueError, KeyError, Tenant.DoesNotExist) as error:
            raise CommandError(f"{options['credentials']} does not say whom to simulate: {error!r}") from error
        telephone = Telephone(
            options["base_url"],
            org_id=known["org_id"],
            call_center=call_center["api_name"],
            private_key=call_center["private_key"],
        )
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        simulator.run(tenant, telephone, _inbox(), stop)


def _inbox() -> Path:
    """Where customers' letters are put, and read from."""
    mail = Path(settings.DATA_DIR) / "mail"
    mail.mkdir(parents=True, exist_ok=True)
    return mail / "inbox"
