"""Lines of a transcript in this dialect's words, and its uploaded files as lines."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from apps.common.storable import unstorable
from apps.engagements.models import ConversationEntry, TranscriptUpload
from apps.engagements.models.conversation import SenderKind
from apps.voice_calls.operations.uploads import Uploaded

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_ID = 255
_AGENTS = (SenderKind.HUMAN_AGENT, SenderKind.VIRTUAL_AGENT)


def entry(row: ConversationEntry) -> dict[str, Any]:
    ended = row.ended_at or row.started_at
    return {
        "identifier": identifier_of(row),
        "messageText": row.text,
        "clientTimestamp": milliseconds(row.started_at),
        "clientDuration": int((ended - row.started_at) / timedelta(milliseconds=1)),
        "serverReceivedTimestamp": milliseconds(row.received_at),
        "relatedRecords": row.related_records,
        "sender": {"appType": _app_type(row), "role": _role(row), "subject": row.participant},
    }


def identifier_of(row: ConversationEntry) -> str:
    return row.message_id or str(row.number)


def _app_type(row: ConversationEntry) -> str:
    return "AGENT" if row.sender_kind in (*_AGENTS, SenderKind.SUPERVISOR) else "TELEPHONY_INTEGRATION"


def _role(row: ConversationEntry) -> str:
    if row.sender_kind in _AGENTS:
        return "AGENT"
    return "SUPERVISOR" if row.sender_kind == SenderKind.SUPERVISOR else "END_USER"


def milliseconds(at: datetime) -> int:
    return int((at - _EPOCH) / timedelta(milliseconds=1))


def moment(value: Any) -> datetime:
    """Raises ValueError for what is no time in milliseconds since 1970."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(value)
    try:
        return _EPOCH + timedelta(milliseconds=int(value))
    except OverflowError as error:
        raise ValueError(value) from error


def lines_of(file: bytes, identifier: str) -> tuple[list[Uploaded], list[str]]:
    """The entries of a file of JSON lines, in its order, and the ids of those that cannot be read.

    Raises ValueError unless the first line tells of this conversation.
    """
    documents = list(_documents(file))
    if not documents or not _opens(documents[0], identifier):
        raise ValueError("the first line must be the conversation")
    found, bad = [], []
    for number, document in enumerate(documents[1:], start=1):
        try:
            found.append(_uploaded(document))
        except (KeyError, TypeError, ValueError):
            payload = document.get("payload") if isinstance(document, Mapping) else None
            named = payload.get("id") if isinstance(payload, Mapping) else None
            bad.append(named if isinstance(named, str) and not unstorable(named) else f"line {number + 1}")
    return found, bad


def _documents(file: bytes) -> Iterator[Any]:
    for line in file.decode("utf-8-sig").splitlines():
        if line.strip():
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                yield None


def _opens(document: Any, identifier: str) -> bool:
    payload = document.get("payload") if isinstance(document, Mapping) else None
    return isinstance(payload, Mapping) and payload.get("conversationId") == identifier


def _uploaded(document: Any) -> Uploaded:
    payload = document["payload"]
    sender, related = payload["sender"], payload.get("relatedRecords") or []
    if document["type"] != "conversationEntry" or unstorable(payload) or not isinstance(related, list):
        raise ValueError(document)
    identifier, text = payload["id"], payload["messageText"]
    if not isinstance(identifier, str) or not isinstance(text, str) or not 0 < len(identifier) <= _LONGEST_ID:
        raise TypeError(identifier)
    return Uploaded(
        identifier=identifier,
        at=moment(payload["clientSentTimestamp"]),
        length=max(0, int(payload.get("clientDuration") or 0)),
        text=text,
        role=str(sender.get("role", "")).upper(),
        subject=str(sender.get("subject", ""))[:_LONGEST_ID],
        related_records=[str(each)[:18] for each in related],
    )


def uploaded(row: TranscriptUpload) -> dict[str, Any]:
    return {
        "conversationIdentifier": row.identifier,
        "uploadId": str(row.uuid),
        "status": row.status,
        "errorDetail": row.detail or None,
    }


def status(row: TranscriptUpload, conversation_id: str | None) -> dict[str, Any]:
    return {
        "uploadId": str(row.uuid),
        "conversationId": conversation_id,
        "status": row.status,
        "successEntryCount": row.stored,
        "failedEntryCount": len(row.failed),
        "failedEntryIds": row.failed,
        "lastUpdatedTimestamp": milliseconds(row.uploaded_at),
        "errorDetail": row.detail or None,
    }


def updates(data: Any) -> Sequence[Mapping[str, Any]]:
    """The lines to put right. Raises ValueError for what is none."""
    sent = data.get("conversationEntriesUpdates") if isinstance(data, Mapping) else None
    if not isinstance(sent, list) or not sent or unstorable(sent):
        raise ValueError("conversationEntriesUpdates is needed")
    return [_update(each) for each in sent]


def _update(sent: Any) -> dict[str, Any]:
    identifier = sent.get("identifier") if isinstance(sent, Mapping) else None
    text, related = (sent.get(name) for name in ("messageText", "relatedRecords")) if identifier else (None, None)
    if not isinstance(identifier, str) or not isinstance(text, str | None) or not isinstance(related, list | None):
        raise ValueError("an update needs an identifier, and text or records")
    return {"identifier": identifier, "text": text, **({} if related is None else {"related_records": related})}
