"""What the administration screens show. Django imports this module when it starts."""

from apps.supervision.admin import (
    calls,
    clients,
    custom_fields,
    directory,
    interactions,
    people,
    picklists,
    queues,
    record_types,
    settings,
    tracking,
    webhooks,
)

__all__ = [
    "calls",
    "clients",
    "custom_fields",
    "directory",
    "interactions",
    "people",
    "picklists",
    "queues",
    "record_types",
    "settings",
    "tracking",
    "webhooks",
]
