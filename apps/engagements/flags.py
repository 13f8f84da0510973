"""Why the figures of a contact may be incomplete (cxengage 9.2). The words are CxEngage's, to the letter."""

from django.db import models

from apps.common.words import later as _


class Flag(models.TextChoices):
    BY_HAND = "forced - no reason provided", _("Flagged by hand")
    AGENT = "Agent", _("An agent's part never ended")
    QUEUE = "Queue", _("A wait never ended")
    SEGMENT = "Segment", _("A leg never ended")
    STUCK = "Stuck", _("The contact never ended")
    COUNTER = "exceed-counter-limit-terminated", _("Ended: it was sent on too often")
    FLOW_ERROR = "error-uncaught-flow-error", _("An entry rule failed")
    SAFEGUARD = "Safeguard-terminated", _("Ended: it went on for too long")


def label_of(flag_type: str) -> str:
    """In our words; a word that we do not know is shown as it is."""
    return dict(Flag.choices).get(flag_type, flag_type)
