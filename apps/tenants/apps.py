"""Tenants, and the database role that row-level security binds."""

from typing import Any

from django.apps import AppConfig, apps
from django.db import connections
from django.db.models.signals import post_migrate

_GRANTS = """
grant usage on schema public to {role};
grant select, insert, update, delete on all tables in schema public to {role};
grant usage, select on all sequences in schema public to {role};
"""
_ONLY_ADDED = "revoke update, delete, truncate on {table} from {role}"


def grant(using: str, **_: Any) -> None:
    """Give the role every table there is now; tables come with migrations, so this follows each of them.

    Of a table whose rows are only ever added it may change nothing.
    """
    role = connections[using].settings_dict["APP_ROLE"]
    with connections[using].cursor() as cursor:
        cursor.execute(_GRANTS.format(role=role))
        for model in apps.get_models():
            if getattr(model, "is_append_only", False):
                cursor.execute(_ONLY_ADDED.format(table=model._meta.db_table, role=role))


class TenantsConfig(AppConfig):
    name = "apps.tenants"

    def ready(self) -> None:
        post_migrate.connect(grant, sender=self)
