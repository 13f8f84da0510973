"""Names for customers: who is behind a number or an id of the CRM."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models.expressions import RawSQL
from django.utils.translation import gettext

from apps.attendees.models import EngagementAttendee
from apps.directory.models import CrmRecord
from apps.engagements.models import EngagementInteraction
from apps.tenants.selecting import Select

_OUTSIDE: Select[EngagementAttendee] = Select(
    lambda contacts: EngagementAttendee.objects.filter(
        engagement__in=RawSQL("select unnest(%s::bigint[])", [contacts]), external_attendee_id__isnull=False
    ).order_by("-start_date_time", "-id"),
    texts=["contacts"],
)
_KNOWN: Select[CrmRecord] = Select(
    lambda ids: CrmRecord.objects.filter(record_id__in=RawSQL("select unnest(%s::text[])", [ids])), texts=["ids"]
)


@dataclass(frozen=True)
class Customer:
    """Whom a contact is with, as far as we know. A name that is only a number is written left to right."""

    name: str
    is_number: bool
    record: CrmRecord | None = None


class People:
    """The customers of a handful of contacts and the directory's records of them, in two queries."""

    def __init__(self, interactions: Iterable[EngagementInteraction], ids: Iterable[str | None] = ()) -> None:
        contacts = list(interactions)
        attendees = _OUTSIDE(contacts=[each.pk for each in contacts]) if contacts else []
        self._outside = {each.engagement_id: each for each in attendees}
        wanted = {each.initiating_attendee_id for each in contacts} | set(ids)
        wanted |= {each.external_attendee_id for each in attendees}
        known = _KNOWN(ids=[each for each in wanted if each]) if any(wanted) else []
        self._by_id = {record.record_id: record for record in known}

    def record(self, record_id: str | None) -> CrmRecord | None:
        return self._by_id.get(record_id) if record_id else None

    def outside(self, interaction: EngagementInteraction) -> EngagementAttendee | None:
        """Whoever of the other side takes part, the first of them."""
        return self._outside.get(interaction.pk)

    def customer(self, interaction: EngagementInteraction) -> Customer:
        outside = self.outside(interaction)
        record = self.record(interaction.initiating_attendee_id) or self.record(
            outside.external_attendee_id if outside else None
        )
        if record:
            return Customer(record.name, False, record)
        if address := interaction.customer or interaction.phone_number:
            return Customer(address, "@" not in address)
        return Customer(
            gettext("Hidden number") if interaction.channel == "voice" else gettext("Unknown customer"), False
        )
