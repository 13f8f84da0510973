"""Everything that the object of an interaction tells, read for many interactions in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from apps.agents.models import Channel
from apps.attendees.models import EngagementAttendee
from apps.directory.models import CrmRecord
from apps.engagements.models import (
    Artifact,
    ConversationEntry,
    Delivery,
    EngagementInteraction,
    Hook,
    MailMessage,
    Note,
)
from apps.engagements.written import CHATS
from apps.facades.cxengage.operating.artifact_rows import EMAIL, RECORDING, TRANSCRIPT
from apps.queues.models import Monitor, OutboundUse
from apps.reporting.journal import Journal, load
from apps.tenants import scope
from apps.voice_calls.models import VoiceCall


@dataclass(frozen=True)
class Dossier:
    """One interaction, its journal, and what people wrote down beside it."""

    tenant_id: str
    journal: Journal
    contact: CrmRecord | None

    @property
    def interaction(self) -> EngagementInteraction:
        return self.journal.interaction

    @property
    def outbound_use(self) -> OutboundUse | None:
        return getattr(self.interaction, "outbound_use", None)

    @property
    def notes(self) -> list[Note]:
        return list(self.interaction.notes.all())

    @property
    def hooks(self) -> list[Hook]:
        return list(self.interaction.hooks.all())

    @property
    def monitors(self) -> list[Monitor]:
        return list(self.interaction.monitors.all())

    @property
    def artifacts(self) -> list[Artifact]:
        return list(self.interaction.artifacts.all())

    @property
    def recorded_calls(self) -> list[VoiceCall]:
        """Those of which the telephone system keeps a recording (V-42)."""
        return [call for call in self.interaction.voice_calls.all() if hasattr(call, "recording")]

    @property
    def artifact_kinds(self) -> set[str]:
        """Of all that `filed` lists (X-34)."""
        made = {RECORDING: self.recorded_calls, EMAIL: getattr(self.interaction, "has_mail", False)}
        made |= {TRANSCRIPT: self.interaction.channel in CHATS and self.lines}
        return {artifact.kind for artifact in self.artifacts} | {kind for kind, there in made.items() if there}

    @property
    def lines(self) -> list[ConversationEntry]:
        return list(self.interaction.entries.all())


def dossiers(interactions: "QuerySet[EngagementInteraction]") -> list[Dossier]:
    """The dossiers of these interactions, in their order."""
    # What was said on a call is not in the object: only written channels have a transcript there.
    written = ConversationEntry.objects.filter(
        interaction__channel__in=(Channel.CHAT, Channel.SMS), visibility=ConversationEntry.Visibility.ALL
    )
    mail = MailMessage.objects.filter(interaction=OuterRef("pk")).exclude(delivery=Delivery.DRAFT)
    found = list(
        interactions.select_related("flow", "outbound_use__identifier")
        .annotate(has_mail=Exists(mail))
        .prefetch_related(
            "notes__agent__user",
            "hooks__agent__user",
            "monitors__user",
            "artifacts",
            Prefetch("entries", written),
            "attendees",
            "voice_calls__recording",
        )
    )
    contacts = _contacts(found)
    tenant_id = str(scope.tenant().uuid)
    return [Dossier(tenant_id, journal, _contact_of(journal.interaction, contacts)) for journal in load(found)]


def _contacts(interactions: Iterable[EngagementInteraction]) -> dict[str, CrmRecord]:
    named = {record_id for interaction in interactions for record_id in _named_in(interaction)}
    return {record.record_id: record for record in CrmRecord.objects.filter(record_id__in=named)}


def _contact_of(interaction: EngagementInteraction, contacts: dict[str, CrmRecord]) -> CrmRecord | None:
    """Whoever made contact, else the first outside attendee whom the directory holds."""
    return next((contacts[each] for each in _named_in(interaction) if each in contacts), None)


def _named_in(interaction: EngagementInteraction) -> list[str]:
    attendees: Iterable[EngagementAttendee] = interaction.attendees.all()
    named = [interaction.initiating_attendee_id, *(attendee.external_attendee_id for attendee in attendees)]
    return [each for each in named if each]
