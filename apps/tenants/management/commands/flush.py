"""Empties the tables, as their owner."""

from django.core.management.commands import flush

from apps.tenants.management.as_owner import AsOwner


class Command(AsOwner, flush.Command):
    pass
