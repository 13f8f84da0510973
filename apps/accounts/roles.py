"""What each role may do."""

from django.db import models


class Role(models.TextChoices):
    ADMIN = "admin", "Administrator"
    SUPERVISOR = "supervisor", "Supervisor"
    AGENT = "agent", "Agent"
    INTEGRATION = "integration", "Integration"


# Permissions of the administration screens, by app label; "view" alone unless an app is listed under "change".
VIEWS = {
    Role.ADMIN: None,  # every app
    Role.SUPERVISOR: {"agents", "attendees", "directory", "engagements", "queues", "topics", "voice_calls"},
}
CHANGES = {
    Role.ADMIN: None,
    Role.SUPERVISOR: {"agents", "attendees", "engagements", "queues", "topics"},
}


def permits(role: str, permission: str) -> bool:
    """Whether the role has a Django permission such as `engagements.view_engagementinteraction`."""
    app, _, codename = permission.partition(".")
    table = VIEWS if codename.startswith("view_") else CHANGES
    if role not in table:
        return False
    apps = table[Role(role)]
    return apps is None or app in apps
