"""Takes incoming mail in."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.messaging.reading.mailboxes import NoMailbox
from apps.messaging.reading.reader import Reading, read
from apps.tenants.models import Tenant


class Command(BaseCommand):
    help = (
        "Read a mailbox: each message joins its conversation or opens one, and is routed. Reading again is harmless: "
        "a message is known by its Message-ID."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "mailbox",
            nargs="?",
            default=settings.MAILBOX,
            help="An mbox file, a Maildir, mbox:PATH, maildir:PATH or imaps://user:password@host/folder; "
            "without it, SWITCHROOM_MAILBOX.",
        )
        parser.add_argument("--tenant", help="Whose mail this is: name or UUID. Needed if there are several.")
        parser.add_argument("--user", help="Who opens the interactions; else the tenant's first integration user.")
        parser.add_argument("--every", type=float, metavar="SECONDS", help="Go on reading until stopped.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["mailbox"]:
            raise CommandError("say which mailbox, or set SWITCHROOM_MAILBOX")
        tenant = _tenant(options["tenant"])
        by = _user(tenant, options["user"])
        while True:
            try:
                done = read(options["mailbox"], tenant, by)
            except NoMailbox as error:
                if not options["every"]:
                    raise CommandError(str(error)) from error
                self.stderr.write(str(error))  # it may be there again the next time
                done = Reading()
            if done.new or done.failed or not options["every"]:
                self.stdout.write(f"{done.new} new, {done.known} known, {done.failed} failed")
            if not options["every"]:
                return
            time.sleep(options["every"])


def _tenant(named: str | None) -> Tenant:
    tenants = [each for each in Tenant.objects.filter(is_active=True) if named in (None, each.name, str(each.uuid))]
    if len(tenants) != 1:
        raise CommandError("there is no such tenant" if not tenants else "say which tenant: --tenant")
    return tenants[0]


def _user(tenant: Tenant, named: str | None) -> User:
    users = User.objects.filter(tenant=tenant, is_active=True).order_by("id")
    found = users.filter(username=named) if named else users.filter(role__in=(Role.INTEGRATION, Role.ADMIN))
    first = found.order_by("-role", "id").first()
    if first is None:
        raise CommandError("there is no such user: --user")
    return first
