"""`manage.py rebuild_rollups`: works out anew what reports read."""

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress

from apps.common.public_ids import key_of
from apps.reporting.rollups.rebuilding import rebuild
from apps.reporting.windows import midnight
from apps.tenants.models import ORGANIZATION_PREFIX, Tenant
from apps.tenants.scope import scope


class Command(BaseCommand):
    help = "Make the roll-ups of quarter hours and days anew from the journal; figures stay right meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("organization", nargs="?", help="its id, 15 or 18 characters; without it, all of them")
        parser.add_argument("--from", dest="first", type=_day, metavar="YYYY-MM-DD", help="first day, in its own zone")
        parser.add_argument("--to", dest="last", type=_day, metavar="YYYY-MM-DD", help="last day")

    def handle(self, *args: Any, **options: Any) -> None:
        first, last = options["first"], options["last"]
        if first and last and first > last:
            raise CommandError("The first day comes after the last.")
        with Progress(console=Console(stderr=True)) as progress:
            for tenant in _tenants(options["organization"]):
                with scope(tenant):
                    start = midnight(first) if first else None
                    end = midnight(last + timedelta(days=1)) if last else None
                task = progress.add_task(str(tenant), total=None)
                for done, total in rebuild(tenant, start, end):
                    progress.update(task, completed=done, total=total)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _tenants(organization: str | None) -> list[Tenant]:
    if organization is None:
        return list(Tenant.objects.all())
    key = key_of(organization, ORGANIZATION_PREFIX)
    found = list(Tenant.objects.filter(pk=key)) if key else []
    if not found:
        raise CommandError("There is no organisation of this id.")
    return found
