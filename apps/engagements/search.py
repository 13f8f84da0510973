"""Finding contacts by whatever somebody has in hand: a name, a number, an id in any dialect."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Q

from apps.accounts.models import User
from apps.common.public_ids import genesys_key, is_salesforce_id
from apps.directory.models import CrmRecord
from apps.directory.phone import phone_key
from apps.engagements.models import EngagementInteraction
from apps.objects import registry
from apps.objects.registry import SObject
from apps.tenants import scope

_MOST_KEYS = 2**63
_STAMPS = ("owner", "created_by", "last_modified_by")
_MOST_PEOPLE = 200  # of one name: enough for a page of results, and a list that a query can carry

# What our own numbers and ids lead to: object -> the column of the interaction that holds its key.
_OWN = {
    "EngagementInteraction": "pk",
    "EngagementAttendee": "attendees",
    "EngagementTopic": "topics",
    "VoiceCall": "voice_calls",
    "Conversation": "conversation",
}
_NUMBERED = {"EI": "pk", "EA": "attendees", "VC": "voice_calls"}


def matching(text: str) -> Q:
    """Interactions that this text names. Exact for ids, by digits for phone numbers, by part for names of people."""
    text = text.strip()
    for recognise in _SHAPES:
        if found := recognise(text):
            return found | _reference(text)
    return _reference(text) | _person(text)


def _by_auto_number(text: str) -> Q | None:
    """EI-000000042, also written ei-42."""
    match = re.fullmatch(r"(EI|EA|VC)-?(\d{1,19})", text, re.IGNORECASE | re.ASCII)
    return _own(_NUMBERED[match[1].upper()], int(match[2])) if match else None


def _by_uuid(text: str) -> Q | None:
    if not re.fullmatch(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", text, re.IGNORECASE | re.ASCII):
        return None
    uuid = UUID(text)
    return Q(uuid=uuid) | _keys(Q(voice_calls__uuid=uuid))


def _by_salesforce_id(text: str) -> Q | None:
    """An id of our own leads to its interaction; any other is a reference that the record carries."""
    if not is_salesforce_id(text) or text.isdecimal():
        return None
    for name, column in _OWN.items():
        declared = registry.find(name)
        if declared and (key := declared.key_of(text)) is not None:
            return _own(column, key)
    return _referring_to([text])


def _by_genesys_id(text: str) -> Q | None:
    key = genesys_key(text.upper())
    return _own("pk", key) if key is not None else None


def _by_phone(text: str) -> Q | None:
    if not re.fullmatch(r"[+(]?[\d\s()./\-]{4,30}", text, re.ASCII):
        return None
    key = phone_key(text, scope.tenant().phone_region)
    return Q(phone_key=key) if key else None


_SHAPES: tuple[Callable[[str], Q | None], ...] = (
    _by_auto_number,
    _by_uuid,
    _by_genesys_id,
    _by_salesforce_id,
    _by_phone,
)


def _own(column: str, key: int) -> Q:
    if key >= _MOST_KEYS:
        return Q(pk__in=[])
    return Q(pk=key) if column == "pk" else _keys(Q(**{f"{column}__pk": key}))


def _reference(text: str) -> Q:
    """Ids that others gave: exact, as they are compared everywhere (C-05)."""
    return Q(external_identifier=text) | _keys(Q(voice_calls__vendor_call_key=text))


def _person(text: str) -> Q:
    """Whoever is called so, and records that name this very text, whatever its shape."""
    named = Q(name__icontains=text) | Q(email__iexact=text)
    found = CrmRecord.objects.filter(named).values_list("record_id", flat=True)[:_MOST_PEOPLE]
    return _referring_to([*found, text]) | Q(customer=text)


def _referring_to(record_ids: list[str]) -> Q:
    return (
        Q(initiating_attendee_id__in=record_ids)
        | Q(context_id__in=record_ids)
        | _keys(Q(attendees__external_attendee_id__in=record_ids) | Q(topics__topic_id__in=record_ids))
    )


def _keys(found: Q) -> Q:
    """Look the other table up first: an OR with a subquery in it would walk through every interaction."""
    return Q(pk__in=list(EngagementInteraction.objects.filter(found).values_list("pk", flat=True)[:_MOST_PEOPLE]))


def naming(sobject: SObject, text: str) -> Q:
    """Records of this object that the text names: by id, number or name, by whom they refer to, or by an id or phone
    number of their interaction."""
    text = text.strip()
    key = sobject.key_of(text)
    if key is not None:
        return Q(pk=key) if key < _MOST_KEYS else Q(pk__in=[])
    number = re.fullmatch(r"([A-Z]{2})-?(\d{1,18})", text, re.IGNORECASE | re.ASCII)
    if number and _NUMBERED.get(number[1].upper()) == _OWN.get(sobject.name):
        return Q(pk=int(number[2]))
    found = Q(pk__in=[]) if sobject.column("name").generated else Q(name__icontains=text)
    if any(recognise(text) for recognise in _SHAPES):  # a name leads to the people alone, not to whom they met
        link = "interaction" if sobject.name == "VoiceCall" else "engagement"
        found |= Q(**{f"{link}__in": list(_some(matching(text)))})
    people = CrmRecord.objects.filter(_called(text)).values_list("record_id", flat=True)
    ids = [*people[:_MOST_PEOPLE], text]
    colleagues = User.objects.filter(tenant_id=scope.tenant_id(), full_name__icontains=text)
    users = list(colleagues.values_list("pk", flat=True)[:_MOST_PEOPLE])
    for declared, column in sobject.references:
        if not sobject.column(column).is_relation:
            found |= Q(**{f"{column}__in": ids})
        elif declared.references == ("User",) and column not in _STAMPS:
            found |= Q(**{f"{column}__in": users})
    return found


def _called(text: str) -> Q:
    called = Q(name__icontains=text) | Q(email__iexact=text)
    number = phone_key(text, scope.tenant().phone_region)
    return called | Q(phone_key=number) if number else called


def _some(found: Q) -> Any:
    return EngagementInteraction.objects.filter(found).order_by("-pk").values_list("pk", flat=True)[:_MOST_PEOPLE]
