"""Commands that change tables run as their owner: the role that the rest of the product runs as may not."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections


class AsOwner(BaseCommand):
    def execute(self, *args: Any, **options: Any) -> Any:
        """Run the whole command, its system checks included, as the owner."""
        with connections[options.get("database") or "default"].as_owner():  # type: ignore[attr-defined]
            return super().execute(*args, **options)
