"""Events keep their place and their meaning; what they tell of a person goes."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection

from apps.events.models import Event

SAID = frozenset({"text", "html"})
TEXTS = SAID | {"subject"}
PERSONAL = TEXTS | {
    *("customer", "contact_id", "contact", "user_data", "sender", "sender_name", "reply_to", "to", "cc", "bcc"),
    *("nickname", "columns", "hook_added", "hook_dropped", "attachments", "attachment", "body", "answers"),
}
_NONE = frozenset({"subject", "customer", "contact_id"})  # that may be empty by the catalogue
_KEYED = frozenset({"hook_added", "hook_dropped", "attachments", "attachment"})  # readers look into them
_KEYS = frozenset({"id", "type", "sub_type", "content_type"})
_WRITE = """
    update events_event e set data = v.data from jsonb_to_recordset(%s::jsonb) as v(id bigint, data jsonb)
    where e.interaction_id = any(%s) and e.id = v.id
"""


def scrub(interactions: Sequence[int], names: Collection[str] = PERSONAL) -> int:
    """Empty what stands under these names in the events of these contacts. Returns how many events held some."""
    found = Event.objects.filter(interaction_id__in=interactions).values_list("pk", "data")
    changed = [{"id": key, "data": now} for key, data in found.iterator() if (now := _emptied(data, names)) != data]
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, [json.dumps(changed), list(interactions)])
    return len(changed)


def _emptied(value: Any, names: Collection[str]) -> Any:
    if isinstance(value, list):
        return [_emptied(each, names) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: _empty(name, each) if name in names else _emptied(each, names) for name, each in value.items()}


def _empty(name: str, value: Any) -> Any:
    if name in _KEYED:
        return _unnamed(value)
    if name in _NONE:
        return "" if name == "subject" and value == "" else None
    return type(value)() if isinstance(value, str | list | dict) else value


def _unnamed(value: Any) -> Any:
    if isinstance(value, list):
        return [_unnamed(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: "" if isinstance(text, str) and key not in _KEYS else text for key, text in value.items()}
