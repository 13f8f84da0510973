"""The kinds of users: which screens are theirs, what the dialects that know few roles call them, how far they see."""

from django.db import models


class Role(models.TextChoices):
    """A role of the tenant (`UserRole`) is of one of these kinds; what it allows is its own."""

    ADMIN = "admin", "Administrator"
    SUPERVISOR = "supervisor", "Supervisor"
    AGENT = "agent", "Agent"
    INTEGRATION = "integration", "Integration"


class Reach(models.TextChoices):
    """Which part of the tenant's work somebody sees, in every screen and dialect (M-25).

    A user's own work is always within reach. Own teams are those that the user is in or supervises; own queues those
    that the user works in, and the queues of the own teams.
    """

    ALL = "all", "Everything that the role allows"
    TEAMS = "teams", "Own teams: what their people work or worked on, and what waits in the teams’ queues"
    QUEUES = "queues", "Own queues: what waits or waited in them"
