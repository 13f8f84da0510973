"""`manage.py check_invariants`: is the work of every contact centre as it must be?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.common.public_ids import key_of
from apps.queues.invariants import violations
from apps.tenants.models import ORGANIZATION_PREFIX, Tenant


class Command(BaseCommand):
    help = (
        "Look for work without a place, with two owners, with times out of order; ends with status 1 if there is any."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organization", nargs="?", help="its id, 15 or 18 characters; without it, all of them")
        parser.add_argument(
            "--overdue", type=int, metavar="SECONDS", help="also what the worker should have ended so long ago"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for tenant in self._tenants(options["organization"]):
            for violation in violations(tenant, overdue_s=options["overdue"]):
                self.stdout.write(f"{tenant}: {violation}")
                found += 1
        if found:
            raise CommandError(f"{found} violations.")
        self.stdout.write("Everything is as it must be.")

    def _tenants(self, organization: str | None) -> list[Tenant]:
        if organization is None:
            return list(Tenant.objects.all())
        key = key_of(organization, ORGANIZATION_PREFIX)
        tenants = list(Tenant.objects.filter(pk=key)) if key else []
        if not tenants:
            raise CommandError("There is no organisation of this id.")
        return tenants
