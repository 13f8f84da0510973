from django.core.management.commands import migrate

from apps.tenants.management.as_owner import AsOwner


class Command(AsOwner, migrate.Command):
    pass
