"""Transcripts are handed over as a file after the call, and lines are put right (voice 10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from apps.accounts.models import User
from apps.engagements.models import Conversation, ConversationEntry, EngagementInteraction, TranscriptUpload
from apps.engagements.models.conversation import SenderKind
from apps.voice_calls.operations.ledger import publish_for
from apps.voice_calls.operations.transcripts import LONGEST_LINE

_KINDS: Mapping[str, str] = {
    "END_USER": SenderKind.END_USER,
    "AGENT": SenderKind.HUMAN_AGENT,
    "SUPERVISOR": SenderKind.SUPERVISOR,
}


@dataclass(frozen=True)
class Uploaded:
    """One line of the file. `length` in milliseconds; `role` is the participant's, in capitals."""

    identifier: str
    at: datetime
    length: int
    text: str
    role: str
    subject: str
    related_records: Sequence[str] = field(default_factory=tuple)


@transaction.atomic
def upload(
    conversation: Conversation | None, identifier: str, lines: Sequence[Uploaded], bad: Sequence[str], *, by: User
) -> TranscriptUpload:
    """Store the lines of a closed conversation in the order of the file; ids in `bad` could not even be read.

    Lines that are known, or lie outside the conversation, have failed. Publishes `transcript.added`.
    """
    kept = TranscriptUpload(identifier=identifier[:255], uploaded_by=by, status=TranscriptUpload.Status.FAILED)
    if conversation is None:
        kept.detail = "There is no such conversation."
    elif conversation.ended_at is None:
        kept.detail = "The conversation is not closed yet."
    else:
        rows, failed = _rows(conversation, lines)
        ConversationEntry.objects.bulk_create(rows)
        kept.stored, kept.failed = len(rows), [*bad, *failed]
        kept.status = TranscriptUpload.Status.COMPLETED if rows or not kept.failed else TranscriptUpload.Status.FAILED
        kept.detail = "" if rows or not kept.failed else "No entry could be stored."
        if rows:
            publish_for(conversation.interaction, "transcript.added", {"uploaded": len(rows)}, by=by)
    kept.save()
    return kept


def _rows(conversation: Conversation, lines: Sequence[Uploaded]) -> tuple[list[ConversationEntry], list[str]]:
    interaction = EngagementInteraction.objects.locked().get(pk=conversation.interaction_id)
    written = ConversationEntry.objects.filter(interaction=interaction)
    known = set(written.filter(message_id__in=[line.identifier for line in lines]).values_list("message_id", flat=True))
    number = written.aggregate(last=Max("number"))["last"] or 0
    rows, failed = [], []
    for line in lines:
        ends = conversation.ended_at or line.at
        if line.identifier in known or not conversation.started_at <= line.at <= ends:
            failed.append(line.identifier)
            continue
        known.add(line.identifier)
        number += 1
        rows.append(
            ConversationEntry(
                interaction=interaction,
                number=number,
                sender_kind=_KINDS.get(line.role, SenderKind.EXTERNAL_USER),
                participant=line.subject,
                started_at=line.at,
                ended_at=line.at + timedelta(milliseconds=line.length),
                text=line.text[:LONGEST_LINE],
                message_id=line.identifier,
                related_records=list(line.related_records),
            )
        )
    return rows, failed


@transaction.atomic
def correct(conversation: Conversation, changes: Sequence[Mapping[str, Any]], *, by: User) -> set[str]:
    """Write over the text or the related records of lines by their identifiers; returns those that were found.

    Publishes `transcript.added` with the lines as they now are.
    """
    wanted = {change["identifier"]: change for change in changes}
    rows = ConversationEntry.objects.locked().filter(
        interaction_id=conversation.interaction_id, message_id__in=list(wanted)
    )
    found = list(rows.order_by("number"))
    for row in found:
        change = wanted[row.message_id]
        row.text = change.get("text") or row.text
        row.related_records = change.get("related_records", row.related_records)
    ConversationEntry.objects.bulk_update(found, ["text", "related_records"])
    if found:
        publish_for(conversation.interaction, "transcript.added", {"corrected": len(found)}, by=by)
    return {str(row.message_id) for row in found}
