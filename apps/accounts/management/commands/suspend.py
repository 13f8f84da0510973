"""`manage.py suspend 00D...`: nobody of the organisation signs in, until `--resume`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts.operations.suspending import resume, suspend
from apps.common.public_ids import key_of
from apps.tenants.models import ORGANIZATION_PREFIX, Tenant


class Command(BaseCommand):
    help = "Shut an organisation out, or let it in again with --resume."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organization", help="its id, 15 or 18 characters")
        parser.add_argument("--resume", action="store_true", help="let its people sign in again")

    def handle(self, *args: Any, **options: Any) -> None:
        key = key_of(options["organization"], ORGANIZATION_PREFIX)
        tenant = Tenant.objects.filter(pk=key).first() if key else None
        if tenant is None:
            raise CommandError("There is no organisation of this id.")
        (resume if options["resume"] else suspend)(tenant)
        self.stdout.write(f"{tenant} {'may sign in again' if options['resume'] else 'is suspended'}.")
