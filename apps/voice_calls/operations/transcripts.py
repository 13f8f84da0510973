"""What is said in a call, line by line (voice 5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Max

from apps.accounts.models import USER_PREFIX
from apps.common.errors import FieldProblem, Invalid, NotFound, Problem
from apps.common.public_ids import key_of
from apps.engagements.models import Conversation, ConversationEntry, EngagementInteraction
from apps.engagements.models.conversation import SenderKind
from apps.queues.models import Hold, HoldKind
from apps.voice_calls.models import CallCenter, VoiceCall
from apps.voice_calls.operations.find import first_leg_of
from apps.voice_calls.operations.ledger import publish_for

LONGEST_LINE = 131_072  # characters of ConversationEntry.Message (V-34)
LONGEST_SHOWN = 2_000  # of a line that an event carries
_EARLY = timedelta(seconds=5)
_USABLE = datetime(2001, 1, 1, tzinfo=UTC)
# Whoever speaks under the call's own key: any other name of theirs is replaced by it (voice 5.1).
_BY_KEY = frozenset({SenderKind.END_USER, SenderKind.SUPERVISOR, SenderKind.VIRTUAL_AGENT})


@dataclass(frozen=True)
class Line:
    """One utterance as its telephone system tells it."""

    message_id: str
    sender_kind: str
    participant: str
    started_at: datetime
    ended_at: datetime | None
    text: str


@transaction.atomic
def add_line(call_center: CallCenter, call_key: str, line: Line) -> int:
    """Store a line, unless it is known, or lies outside the conversation or on a hold. Publishes `transcript.added`.

    Returns how many were stored. Raises NotFound for a record id or an unknown key (V-06).
    """
    return _add(first_leg_of(call_center, call_key), [line])


@transaction.atomic
def add_lines(call_center: CallCenter, lines: Mapping[str, Sequence[Line]]) -> int:
    """The lines of several calls by their keys; calls that are not known are passed over (V-36).

    Raises Invalid if none is known.
    """
    stored = known = 0
    for key in sorted(lines):  # always in the same order, so that two requests cannot wait for each other
        try:
            call = first_leg_of(call_center, key)
        except NotFound:
            continue
        known += 1
        stored += _add(call, lines[key])
    if not known:
        raise Invalid(FieldProblem(Problem.NO_SUCH_RECORD, ["entries"], "no entry could be used"))
    return stored


def _add(call: VoiceCall, lines: Sequence[Line]) -> int:
    interaction = EngagementInteraction.objects.locked().filter(voice_calls=call).first()
    conversation = Conversation.objects.filter(pk=call.conversation_id or 0).first()
    if interaction is None or conversation is None:
        return 0
    held = Hold.objects.filter(interaction=interaction, kind=HoldKind.CUSTOMER)
    spans = [(hold.started_at, hold.ended_at) for hold in held]
    written = ConversationEntry.objects.filter(interaction=interaction)
    known = set(written.filter(message_id__in=[line.message_id for line in lines]).values_list("message_id", flat=True))
    number = written.aggregate(last=Max("number"))["last"] or 0
    rows = []
    for line in lines:
        at = line.started_at if line.started_at >= _USABLE else conversation.started_at  # V-33
        if line.message_id in known or not _belongs(at, conversation) or _waits(at, spans):
            continue
        known.add(line.message_id)
        number += 1
        rows.append(_entry(interaction, call, line, at, number))
    if rows:
        ConversationEntry.objects.bulk_create(rows)
        publish_for(interaction, "transcript.added", {"lines": [_shown(row) for row in rows]})
    return len(rows)


def _belongs(at: datetime, conversation: Conversation) -> bool:
    """Not before the conversation, and not after its end (V-33)."""
    return at >= conversation.started_at - _EARLY and (conversation.ended_at is None or at <= conversation.ended_at)


def _waits(at: datetime, holds: Sequence[tuple[datetime, datetime | None]]) -> bool:
    return any(start <= at and (end is None or at < end) for start, end in holds)


def _entry(
    interaction: EngagementInteraction, call: VoiceCall, line: Line, at: datetime, number: int
) -> ConversationEntry:
    kind = line.sender_kind
    if kind == SenderKind.HUMAN_AGENT and key_of(line.participant, USER_PREFIX) is None:
        kind = SenderKind.VIRTUAL_AGENT  # V-37
    return ConversationEntry(
        interaction=interaction,
        number=number,
        sender_kind=kind,
        participant=f"{call.vendor_call_key}{kind}" if kind in _BY_KEY else line.participant,
        started_at=at,
        ended_at=line.ended_at if line.ended_at and line.ended_at >= at else None,
        text=line.text[:LONGEST_LINE],
        message_id=line.message_id,
    )


def _shown(row: ConversationEntry) -> dict[str, object]:
    return {
        "number": row.number,
        "sender_kind": row.sender_kind,
        "participant": row.participant,
        "at": row.started_at.isoformat(),
        "text": row.text[:LONGEST_SHOWN],
    }
