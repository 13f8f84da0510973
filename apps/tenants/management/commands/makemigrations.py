from django.core.management.commands import makemigrations

from apps.tenants.management.as_owner import AsOwner


class Command(AsOwner, makemigrations.Command):
    pass
