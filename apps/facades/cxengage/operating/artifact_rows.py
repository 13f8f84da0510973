"""Everything of an interaction that is a file, wherever it is kept (cxengage 12.4, X-34).

Besides what clients uploaded: recordings, where the telephone system keeps them; the messages of an e-mail; and the
transcript of a conversation in writing. The latter two are made when they are fetched.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from apps.engagements.models import (
    Artifact,
    ArtifactFile,
    ConversationEntry,
    Delivery,
    EngagementInteraction,
    MailAttachment,
    MailMessage,
    SenderKind,
)
from apps.engagements.written import CHATS
from apps.facades.cxengage.payloads.formats import moment
from apps.voice_calls.models import VoiceCall

RECORDING, EMAIL, TRANSCRIPT = "audio-recording", "email", "messaging-transcript"


@dataclass(frozen=True)
class Held:
    """One file: bytes that `read` gives, or a `location` elsewhere."""

    id: UUID
    name: str
    content_type: str
    size: int | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    read: Callable[[], bytes] | None = None
    location: str | None = None


@dataclass(frozen=True)
class Filed:
    id: UUID
    kind: str
    created: datetime
    files: list[Held]
    sub_type: str | None = None
    manifest: UUID | None = None
    beside: Mapping[str, Any] = field(default_factory=dict)


def filed(interaction: EngagementInteraction) -> list[Filed]:
    """All of them, oldest first, in a fixed number of queries."""
    sources = (_stored, _recordings, _messages, _transcript)
    return sorted((each for source in sources for each in source(interaction)), key=lambda each: each.created)


def _stored(interaction: EngagementInteraction) -> Iterator[Filed]:
    found = Artifact.objects.filter(interaction=interaction).prefetch_related("created_by")
    files: dict[int, list[ArtifactFile]] = {}
    for file in ArtifactFile.objects.defer("content").filter(artifact__in=found):
        files.setdefault(file.artifact_id, []).append(file)
    for row in found:
        held = [
            Held(each.uuid, _shown(each), each.content_type, each.size, each.metadata, read=_stored_bytes(each))
            for each in files.get(row.pk, [])
        ]
        beside = {"metadata": row.metadata} if row.metadata else {}
        yield Filed(row.uuid, row.kind, row.created_at, held, row.sub_type or None, row.manifest, beside)


def _shown(file: ArtifactFile) -> str:
    """Bodies and attachments are files of these names (12.4); an attachment's own name stands in its metadata."""
    return file.field if file.field in ("body", "attachment") else file.name


def _stored_bytes(file: ArtifactFile) -> Callable[[], bytes]:
    def read() -> bytes:
        content: Any = ArtifactFile.objects.values_list("content", flat=True).get(pk=file.pk)
        return bytes(content)

    return read


def _recordings(interaction: EngagementInteraction) -> Iterator[Filed]:
    calls = VoiceCall.objects.filter(interaction=interaction, recording__isnull=False)
    for call in calls.select_related("recording", "user").order_by("id"):
        kept = call.recording
        is_link = kept.location.startswith(("https://", "http://"))
        file = Held(
            uuid5(call.uuid, "recording-file"),
            kept.name,
            "audio/wav",
            metadata={"duration": kept.duration_in_seconds},
            location=kept.location if is_link else None,
        )
        who = {"participantType": "resource", "agentName": call.user.name} if call.user else {}
        yield Filed(recording_artifact(call), RECORDING, kept.created_date, [file], beside=who)


def _messages(interaction: EngagementInteraction) -> Iterator[Filed]:
    found = MailMessage.objects.filter(interaction=interaction).exclude(delivery=Delivery.DRAFT)
    attached: dict[int, list[MailAttachment]] = {}
    for each in MailAttachment.objects.defer("content").filter(message__in=found):
        attached.setdefault(each.message_id, []).append(each)
    for message in found:
        artifact_id = message_artifact(interaction, message.pk)
        files = list(_bodies(artifact_id, message))
        files += [
            Held(each.uuid, "attachment", each.content_type, each.size, {"filename": each.name}, _attached_bytes(each))
            for each in attached.get(message.pk, [])
        ]
        yield Filed(
            artifact_id,
            EMAIL,
            message.created_at,
            files,
            beside={
                "metadata": {
                    "from": message.sender,
                    "to": message.to,
                    "cc": message.cc,
                    "subject": message.subject,
                    "messageId": message.message_id,
                }
            },
        )


def _bodies(artifact_id: UUID, message: MailMessage) -> Iterator[Held]:
    for kind, content in (("text/html", message.html), ("text/plain", message.text)):
        if content:
            encoded = content.encode()
            yield Held(uuid5(artifact_id, kind), "body", kind, len(encoded), read=_given(encoded))


def _given(content: bytes) -> Callable[[], bytes]:
    return lambda: content


def _attached_bytes(file: MailAttachment) -> Callable[[], bytes]:
    def read() -> bytes:
        content: Any = MailAttachment.objects.values_list("content", flat=True).get(pk=file.pk)
        return bytes(content)

    return read


def _transcript(interaction: EngagementInteraction) -> Iterator[Filed]:
    if interaction.channel not in CHATS:
        return
    entries = ConversationEntry.objects.filter(interaction=interaction, visibility=ConversationEntry.Visibility.ALL)
    first = entries.first()
    if first is None:
        return
    artifact_id = transcript_artifact(interaction)

    def read() -> bytes:
        lines = (f"{moment(each.started_at)} {_speaker(interaction, each)}: {each.text}\n" for each in entries)
        return "".join(lines).encode()

    file = Held(uuid5(artifact_id, "text"), "transcript.txt", "text/plain", metadata={"transcript": True}, read=read)
    yield Filed(artifact_id, TRANSCRIPT, first.started_at, [file])


def _speaker(interaction: EngagementInteraction, entry: ConversationEntry) -> str:
    if entry.sender_kind == SenderKind.END_USER:
        return interaction.customer or "customer"
    return entry.participant


def recording_artifact(call: VoiceCall) -> UUID:
    return uuid5(call.uuid, "recording")


def transcript_artifact(interaction: EngagementInteraction) -> UUID:
    return uuid5(interaction.uuid, TRANSCRIPT)


def message_artifact(interaction: EngagementInteraction, message_pk: int) -> UUID:
    return uuid5(interaction.uuid, f"email-{message_pk}")
