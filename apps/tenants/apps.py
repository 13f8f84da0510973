"""Tenants, and the database role that row-level security binds."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

_GRANTS = """
grant usage on schema public to {role};
grant select, insert, update, delete on all tables in schema public to {role};
grant usage, select on all sequences in schema public to {role};
"""


def grant(using: str, **_: Any) -> None:
    """Give the role every table there is now; tables come with migrations, so this follows each of them."""
    role = connections[using].settings_dict["APP_ROLE"]
    with connections[using].cursor() as cursor:
        cursor.execute(_GRANTS.format(role=role))


class TenantsConfig(AppConfig):
    name = "apps.tenants"

    def ready(self) -> None:
        post_migrate.connect(grant, sender=self)
