"""What the administration screens show. Django imports this module when it starts."""

from apps.supervision.admin import (
    calls,
    custom_fields,
    directory,
    interactions,
    people,
    picklists,
    queues,
    record_types,
    settings,
)

__all__ = [
    "calls",
    "custom_fields",
    "directory",
    "interactions",
    "people",
    "picklists",
    "queues",
    "record_types",
    "settings",
]
