"""A contact is tied to records elsewhere: links to a third party's, and who in the directory the customer is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from apps.agents.models import Agent
from apps.attendees.models import EngagementAttendee
from apps.common import clock
from apps.common.errors import NotAllowed, NotFound
from apps.directory.models import CrmRecord
from apps.engagements.models import EngagementInteraction, Hook
from apps.queues.operations.annotate import annotating


@dataclass(frozen=True)
class Link:
    """System, kind of record and id are the key."""

    type: str
    sub_type: str
    record_id: str
    name: str = ""
    hooked_by: str = ""

    @property
    def key(self) -> dict[str, str]:
        return {"type": self.type, "sub_type": self.sub_type, "record_id": self.record_id}


@transaction.atomic
def add_hook(interaction: EngagementInteraction, link: Link, *, by: Agent, at: datetime | None = None) -> Hook:
    """Link to a record elsewhere; the same link again is told anew. Publishes `engagement.changed`."""
    live = annotating(interaction, by, at)
    key: dict[str, Any] = {"interaction": live.interaction, **link.key}
    values = {"name": link.name, "hooked_by": link.hooked_by, "agent": by, "at": live.at}
    made, _ = Hook.objects.update_or_create(**key, defaults=values)
    live.changes["hook_added"] = {**link.key, "name": link.name}
    live.finish("engagement.changed", concerning=by)
    return made


@transaction.atomic
def drop_hook(
    interaction: EngagementInteraction, link: Link, *, by: Agent, at: datetime | None = None
) -> EngagementInteraction:
    """Link no more. Publishes `engagement.changed`; NotFound if there is no such link."""
    live = annotating(interaction, by, at)
    deleted, _ = Hook.objects.filter(interaction=live.interaction, **link.key).delete()
    if not deleted:
        raise NotFound(gettext("no such link"))
    live.changes["hook_dropped"] = link.key
    return live.finish("engagement.changed", concerning=by)


@transaction.atomic
def select_contact(
    interaction: EngagementInteraction, contact: CrmRecord, *, by: Agent, at: datetime | None = None
) -> EngagementInteraction:
    """Say who the customer is; that contact attends. Publishes `engagement.changed`."""
    live = annotating(interaction, by, at)
    live.interaction.initiating_attendee_id = contact.record_id
    if not _attending(live.interaction, contact).exists():
        EngagementAttendee.objects.create(
            engagement_id=live.interaction.pk,
            external_attendee_id=contact.record_id,
            start_date_time=live.interaction.start_date_time,
            owner=by.user,
            created_by=by.user,
            last_modified_by=by.user,
        )
    live.changes["contact"] = str(contact.uuid)
    return live.finish("engagement.changed", concerning=by)


@transaction.atomic
def deselect_contact(
    interaction: EngagementInteraction, contact: CrmRecord, *, by: Agent, at: datetime | None = None
) -> EngagementInteraction:
    """The customer is not that contact. Publishes `engagement.changed`; NotAllowed unless it was said so."""
    live = annotating(interaction, by, at)
    attending = _attending(live.interaction, contact)
    if live.interaction.initiating_attendee_id != contact.record_id and not attending.exists():
        raise NotAllowed(gettext("this contact is not selected"))
    if live.interaction.initiating_attendee_id == contact.record_id:
        live.interaction.initiating_attendee_id = None
    attending.update(deleted_at=clock.now(), system_modstamp=clock.now())
    live.changes["contact"] = None
    return live.finish("engagement.changed", concerning=by)


def _attending(interaction: EngagementInteraction, contact: CrmRecord) -> QuerySet[EngagementAttendee]:
    return EngagementAttendee.objects.filter(engagement_id=interaction.pk, external_attendee_id=contact.record_id)
