"""What the board calls the people who made contact."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext

from apps.directory.names import names_of
from apps.engagements.models import EngagementInteraction


def names_for(contacts: Iterable[EngagementInteraction]) -> Mapping[int, str]:
    """By the contacts' keys: the directory's name, else the number or address. One query."""
    listed = list(contacts)
    known = names_of(one.initiating_attendee_id for one in listed)
    return {one.pk: known.get(one.initiating_attendee_id or "") or _address(one) for one in listed}


def _address(one: EngagementInteraction) -> str:
    return one.customer or one.phone_number or gettext("Unknown")
