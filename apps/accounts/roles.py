"""The kinds of users: which screens are theirs, what the dialects that know few roles call them, how far they see."""

from django.db import models

from apps.common.words import later as _


class Role(models.TextChoices):
    """A role of the tenant (`UserRole`) is of one of these kinds; what it allows is its own."""

    ADMIN = "admin", _("Administrator")
    SUPERVISOR = "supervisor", _("Supervisor")
    AGENT = "agent", _("Agent")
    INTEGRATION = "integration", _("Integration")


class Reach(models.TextChoices):
    """Which part of the tenant's work somebody sees, in every screen and dialect (M-25).

    A user's own work is always within reach. Own teams are those that the user is in or supervises; own queues those
    that the user works in, and the queues of the own teams.
    """

    ALL = "all", _("Everything that the role allows")
    TEAMS = "teams", _("Own teams: what their people work or worked on, and what waits in the teams’ queues")
    QUEUES = "queues", _("Own queues: what waits or waited in them")
