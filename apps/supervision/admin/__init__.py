"""What the administration screens show. Django imports this module when it starts."""

from apps.supervision.admin import calls, directory, interactions, objects, people, queues

__all__ = ["calls", "directory", "interactions", "objects", "people", "queues"]
