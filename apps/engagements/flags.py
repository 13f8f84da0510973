"""Why the figures of a contact may be incomplete (cxengage 9.2). The words are CxEngage's, to the letter."""

from django.db import models


class Flag(models.TextChoices):
    BY_HAND = "forced - no reason provided", "Flagged by hand"
    AGENT = "Agent", "An agent's part never ended"
    QUEUE = "Queue", "A wait never ended"
    SEGMENT = "Segment", "A leg never ended"
    STUCK = "Stuck", "The contact never ended"
    COUNTER = "exceed-counter-limit-terminated", "Ended: it was sent on too often"
    FLOW_ERROR = "error-uncaught-flow-error", "An entry rule failed"
    SAFEGUARD = "Safeguard-terminated", "Ended: it went on for too long"


def label_of(flag_type: str) -> str:
    """In our words; a word that we do not know is shown as it is."""
    return dict(Flag.choices).get(flag_type, flag_type)
