"""Empties the tables; the tests do so while a server of theirs may still be reading."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import flush
from django.db import OperationalError

from apps.tenants.management.as_owner import AsOwner

_TRIES = 5


class Command(AsOwner, flush.Command):
    def handle(self, *args: Any, **options: Any) -> Any:
        """Try again where somebody else's statement met this one in a deadlock and PostgreSQL ended this one."""
        for left in reversed(range(_TRIES)):
            try:
                return super().handle(*args, **options)
            except CommandError as error:
                if not (left and isinstance(error.__cause__, OperationalError)):
                    raise
        return None
