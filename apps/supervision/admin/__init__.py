"""What the administration screens show. Django imports this module when it starts."""

from apps.supervision.admin import (
    callbacks,
    calls,
    clients,
    custom_fields,
    directory,
    hours,
    interactions,
    jobs,
    people,
    picklists,
    queues,
    record_types,
    rules,
    settings,
    tracking,
    webhooks,
)

__all__ = [
    "callbacks",
    "calls",
    "clients",
    "custom_fields",
    "directory",
    "hours",
    "interactions",
    "jobs",
    "people",
    "picklists",
    "queues",
    "record_types",
    "rules",
    "settings",
    "tracking",
    "webhooks",
]
