"""Finding contacts by whatever somebody has in hand: a name, a number, an id in any dialect."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from apps.accounts.models import User
from apps.common.public_ids import genesys_key, is_salesforce_id
from apps.directory.lookup import Called, beginning_so, called, words_in
from apps.directory.phone import phone_key
from apps.engagements.models import EngagementInteraction
from apps.objects import registry
from apps.objects.columns import columns_of
from apps.objects.registry import SObject
from apps.objects.word_index import finder
from apps.tenants import scope

_MOST_KEYS = 2**63
_TEXTS = frozenset({"string", "textarea"})
_STAMPS = ("owner", "created_by", "last_modified_by")
_MANY = 1_000  # contacts of one name: more are told by a condition, not by a list
_MOST_PEOPLE = 200  # users of one name
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_NUMBER = re.compile(r"(?:tel:)?[+\uff0b(]{0,2}[\d\s()./\-\u2010-\u2015\u2212]{4,30}", re.IGNORECASE)

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
    return _any([_own_column(Q(uuid=uuid)), _linked("voice_calls", Q(uuid=uuid))])


def _by_salesforce_id(text: str) -> Q | None:
    """An id of our own leads to its interaction; any other is a reference that the record carries."""
    if not is_salesforce_id(text) or text.isdecimal():
        return None
    for name, column in _OWN.items():
        declared = registry.find(name)
        if declared and (key := declared.key_of(text)) is not None:
            return _own(column, key)
    return _any(_referring_to(Called([], [text])))


def _by_genesys_id(text: str) -> Q | None:
    key = genesys_key(text.upper())
    return _own("pk", key) if key is not None else None


def _by_phone(text: str) -> Q | None:
    """However it is punctuated where it was copied from: with narrow spaces, dashes, signs of direction."""
    written = re.sub(r"\s", " ", _UNSEEN.sub("", text))
    if not _NUMBER.fullmatch(written):
        return None
    key = phone_key(written, scope.tenant().phone_region)
    return Q(phone_key=key) if key else None


_SHAPES: tuple[Callable[[str], Q | None], ...] = (
    _by_auto_number,
    _by_uuid,
    _by_genesys_id,
    _by_salesforce_id,
    _by_phone,
)


@dataclass(frozen=True)
class _Source:
    """Records by one column: the keys that its index gives, and the same asked of each record."""

    keys: QuerySet[Any, Any]
    condition: Q


def _own(column: str, key: int) -> Q:
    if key >= _MOST_KEYS:
        return Q(pk__in=[])
    return Q(pk=key) if column == "pk" else _any([_linked(column, Q(pk=key))])


def _reference(text: str) -> Q:
    """Ids that others gave: exact, as they are compared everywhere (C-05)."""
    return _any(_references(text))


def _person(text: str) -> Q:
    """Whoever is called so, and records that name this very text, whatever its shape."""
    people = called(text)
    known = replace(people, ids=[*people.ids, text]) if people.ids is not None else people
    named = [*_references(text), _own_column(Q(customer=text, phone_key=None)), *_referring_to(known)]
    return _any(named, is_many=known.ids is None)


def _references(text: str) -> list[_Source]:
    return [_own_column(Q(external_identifier=text)), _linked("voice_calls", Q(vendor_call_key=text))]


def _referring_to(records: Called) -> list[_Source]:
    return [
        _own_column(records.at("initiating_attendee_id")),
        _own_column(records.at("context_id")),
        _linked("attendees", records.at("external_attendee_id")),
        _linked("topics", records.at("topic_id")),
    ]


def _own_column(condition: Q, rows: Any = EngagementInteraction.objects) -> _Source:
    return _Source(rows.filter(condition).order_by().values_list("pk", flat=True), condition)


def _linked(accessor: str, condition: Q) -> _Source:
    """By rows that refer to interactions."""
    link: Any = EngagementInteraction._meta.get_field(accessor)
    rows = link.related_model.objects.filter(condition).order_by()
    keys: QuerySet[Any, Any] = rows.values_list(link.field.attname, flat=True)
    return _Source(keys, Q(Exists(rows.filter(**{link.field.name: OuterRef("pk")}))))


def _any(sources: Sequence[_Source], *, is_many: bool = False) -> Q:
    """Each source is looked up by its own index first: an OR with a subquery in it would walk through every record.

    Only where they are many is each record asked; whoever reads looks at some at a time then (`looking`).
    """
    if not is_many:
        first, *others = (source.keys[: _MANY + 1] for source in sources)
        keys = list(first.union(*others, all=True)[: _MANY + 1])
        if len(keys) <= _MANY:
            return Q(pk__in=keys)
    found = Q()
    for source in sources:
        found |= source.condition
    return found


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
    people = called(text)
    known = replace(people, ids=[*people.ids, text]) if people.ids is not None else people
    colleagues = User.objects.filter(tenant_id=scope.tenant_id(), full_name__icontains=text)
    users = list(colleagues.values_list("pk", flat=True)[:_MOST_PEOPLE])
    conditions = [_met(sobject, text)]
    for declared, column in sobject.references:
        if not sobject.column(column).is_relation:
            conditions.append(known.at(column))
        elif users and declared.references == ("User",) and column not in _STAMPS:
            conditions.append(Q(**{f"{column}__in": users}))
    rows: Any = sobject.model.objects  # type: ignore[attr-defined]
    sources = [_own_column(condition, rows) for condition in conditions]
    return _any([*sources, *_worded(sobject, text, rows)], is_many=known.ids is None)


def _met(sobject: SObject, text: str) -> Q:
    """Records of interactions that the text names by a number or an id; a name leads to the people alone, not to whom
    they met."""
    link = "interaction" if sobject.name == "VoiceCall" else "engagement"
    found = matching(text) if any(recognise(text) for recognise in _SHAPES) else _reference(text)
    named = EngagementInteraction.objects.filter(found).order_by()
    keys = list(named.values_list("pk", flat=True)[: _MANY + 1])
    return Q(**{f"{link}__in": keys}) if len(keys) <= _MANY else Q(Exists(named.filter(pk=OuterRef(f"{link}_id"))))


def _worded(sobject: SObject, text: str, rows: Any) -> list[_Source]:
    """By its own words, where people give it a name."""
    words = words_in(text)
    if not words or sobject.column("name").generated:
        return []
    table = sobject.model._meta.db_table
    keys = RawSQL(f"select {finder(table)}(to_tsquery('pg_catalog.simple', %s), %s)", [beginning_so(words), _MANY + 1])
    texts = [
        column.path for column in columns_of(sobject).values() if column.declared.type in _TEXTS and not column.custom
    ]
    condition = Q()
    for word in words:
        condition &= reduce(or_, (Q(**{f"{path}__iregex": rf"\m{re.escape(word)}"}) for path in texts))
    return [_Source(rows.filter(pk__in=keys).order_by().values_list("pk", flat=True), condition)]
