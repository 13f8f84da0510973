"""One change of a record as an event on its channel."""

import base64
import hashlib
import uuid
from typing import Any

from apps.accounts.models import USER_PREFIX
from apps.common.public_ids import salesforce_id
from apps.facades.salesforce_streaming.replay import replay_id
from apps.objects.changes import Change, Kind, told_columns
from apps.objects.registry import SObject

_TRANSACTIONS = uuid.UUID("6f1ad6c2-5f0b-4f6e-9c0e-0a4a2f1c7d3b")  # namespace of transaction keys
_SCHEMA_BYTES = 16


def change_event(change: Change) -> dict[str, Any]:
    """Header, then fields: of a record that came all that have a value, of one that was there those that changed."""
    values = {name: _shown(change.sobject, name, value) for name, value in change.values.items()}
    return {
        "schema": schema_of(change.sobject),
        "payload": {"ChangeEventHeader": _header(change), **values},
        "event": {"replayId": replay_id(change.position)},
    }


def _header(change: Change) -> dict[str, Any]:
    is_update = change.kind is Kind.UPDATE
    return {
        "entityName": change.sobject.name,
        "recordIds": [change.sobject.id_of(change.key)],
        "changeType": change.kind.value,
        "changeOrigin": "",
        "transactionKey": str(uuid.uuid5(_TRANSACTIONS, str(change.position.xid))),
        "sequenceNumber": change.position.id,
        "commitTimestamp": int(change.at.timestamp() * 1000),
        "commitNumber": change.position.xid,
        "commitUser": salesforce_id(USER_PREFIX, change.by_id) if change.by_id else None,
        "nulledFields": [name for name, value in change.values.items() if value is None],
        "diffFields": [],  # long texts are told whole
        "changedFields": list(change.values) if is_update else [],
    }


def _shown(sobject: SObject, name: str, value: Any) -> Any:
    """Times with a Z, unlike the object API's."""
    return value.replace("+0000", "Z") if value and name in _times(sobject) else value


def _times(sobject: SObject) -> set[str]:
    return {column.name for column in told_columns(sobject) if column.declared.type == "datetime"}


def schema_of(sobject: SObject) -> str:
    """Another one for each set of fields."""
    fields = ",".join(f"{column.name}:{column.declared.type}" for column in told_columns(sobject))
    digest = hashlib.sha256(f"{sobject.name}({fields})".encode()).digest()[:_SCHEMA_BYTES]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
