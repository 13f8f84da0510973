"""What is said in a call, line by line (voice 5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import USER_PREFIX
from apps.common import prepared
from apps.common.errors import FieldProblem, Invalid, NotFound, Problem
from apps.common.inserting import insert
from apps.common.public_ids import key_of
from apps.engagements.models import Conversation, ConversationEntry, EngagementInteraction
from apps.engagements.models.conversation import SenderKind
from apps.engagements.snapshot import SHOWN
from apps.queues.models import Hold, HoldKind
from apps.tenants.selecting import Select
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


def add_line(call_center: CallCenter, call_key: str, line: Line) -> int:
    """Store a line, unless it is known, or lies outside the conversation or on a hold. Publishes `transcript.added`.

    Returns how many were stored. Raises NotFound for a record id or an unknown key (V-06).
    """
    with transaction.atomic(savepoint=False):
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
        raise Invalid(FieldProblem(Problem.NO_SUCH_RECORD, ["entries"], gettext("no entry could be used")))
    return stored


def _add(call: VoiceCall, lines: Sequence[Line]) -> int:
    interaction = _CONTACT.first(key=call.interaction_id) if call.interaction_id and call.conversation_id else None
    if interaction is None:
        return 0
    conversation: Conversation = interaction.conversation
    there = _there(interaction, lines)
    rows: list[ConversationEntry] = []
    for line in lines:
        at = line.started_at if line.started_at >= _USABLE else conversation.started_at  # V-33
        if line.message_id in there.known or not _belongs(at, conversation) or _waits(at, there.holds):
            continue
        there.known.add(line.message_id)
        rows.append(_entry(interaction, call, line, at, there.last + len(rows) + 1))
    if rows:
        insert(rows)
        publish_for(interaction, "transcript.added", {"lines": [_shown(row) for row in rows]})
    return len(rows)


_CONTACT = Select(
    lambda key: (
        EngagementInteraction.objects.locked()
        .select_related("conversation")
        .only(*SHOWN, "conversation__interaction", "conversation__started_at", "conversation__ended_at")
        .filter(pk=key)
    ),
    numbers=["key"],
)


@dataclass(frozen=True)
class _There:
    """What is there already: which of the lines, the number of the last one, and when the caller waited."""

    known: set[str]
    last: int
    holds: Sequence[tuple[datetime, datetime | None]]


def _there(interaction: EngagementInteraction, lines: Sequence[Line]) -> _There:
    entries, holds = ConversationEntry._meta.db_table, Hold._meta.db_table
    statement = f"""
        select array(select message_id from {entries} where interaction_id = %(key)s and message_id = any(%(ids)s)),
            (select coalesce(max(number), 0) from {entries} where interaction_id = %(key)s),
            array(select started_at from {holds} where interaction_id = %(key)s and kind = %(kind)s order by id),
            array(select ended_at from {holds} where interaction_id = %(key)s and kind = %(kind)s order by id)
    """
    ids = [line.message_id for line in lines]
    with prepared.cursor() as cursor:
        cursor.execute(statement, {"key": interaction.pk, "ids": ids, "kind": HoldKind.CUSTOMER})
        known, last, started, ended = cursor.fetchone()
    return _There(set(known), last, list(zip(started, ended, strict=True)))


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
