"""`migrate` as the owner of the tables: the role that the rest of the product runs as may not do this."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> Any:
        with connections[options["database"]].as_owner():  # type: ignore[attr-defined]
            return super().handle(*args, **options)
