"""The kinds of users: which screens are theirs, and what the dialects that know few roles call them."""

from django.db import models


class Role(models.TextChoices):
    """A role of the tenant (`UserRole`) is of one of these kinds; what it allows is its own."""

    ADMIN = "admin", "Administrator"
    SUPERVISOR = "supervisor", "Supervisor"
    AGENT = "agent", "Agent"
    INTEGRATION = "integration", "Integration"
