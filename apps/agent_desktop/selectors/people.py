"""Names for customers: who is behind a number or an id of the CRM."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from apps.directory.models import CrmRecord
from apps.engagements.models import EngagementInteraction


@dataclass(frozen=True)
class Customer:
    """Whom a contact is with, as far as we know. A name that is only a number is written left to right."""

    name: str
    is_number: bool
    record: CrmRecord | None = None


class People:
    """The directory's records for a handful of contacts, in one query."""

    def __init__(self, interactions: Iterable[EngagementInteraction], ids: Iterable[str | None] = ()) -> None:
        wanted = {each.initiating_attendee_id for each in interactions} | set(ids)
        known = CrmRecord.objects.filter(Q(record_id__in=[each for each in wanted if each]))
        self._by_id = {record.record_id: record for record in known} if any(wanted) else {}

    def record(self, record_id: str | None) -> CrmRecord | None:
        return self._by_id.get(record_id) if record_id else None

    def customer(self, interaction: EngagementInteraction) -> Customer:
        record = self.record(interaction.initiating_attendee_id)
        if record:
            return Customer(record.name, False, record)
        if address := interaction.customer or interaction.phone_number:
            return Customer(address, "@" not in address)
        return Customer("Hidden number" if interaction.channel == "voice" else "Unknown customer", False)
