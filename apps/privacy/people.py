"""Who is meant by a phone number, an address or an id, and which contacts are theirs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext

from apps.common.errors import FieldProblem, Invalid, Problem
from apps.common.public_ids import in_full, is_salesforce_id
from apps.common.storable import unstorable
from apps.directory.models import PEOPLE, CrmRecord
from apps.directory.phone import phone_key
from apps.engagements.models import EngagementInteraction
from apps.tenants import scope
from apps.voice_calls.models import ContactRequest

MOST_IDENTIFIERS = 20
LONGEST = 255
_NUMBER = re.compile(r"[+(]?[\d\s()./\-]{4,30}", re.ASCII)


@dataclass(frozen=True)
class Person:
    """Every name that a contact of theirs may carry. Compared exactly; numbers as `phone_key` has them."""

    numbers: Sequence[str]
    addresses: Sequence[str]
    record_ids: Sequence[str]

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        return cls(kept["numbers"], kept["addresses"], kept["record_ids"])

    def as_json(self) -> dict[str, Sequence[str]]:
        return {"numbers": self.numbers, "addresses": self.addresses, "record_ids": self.record_ids}

    @property
    def all(self) -> list[str]:
        return [*self.numbers, *self.addresses, *self.record_ids]

    @property
    def digests(self) -> list[str]:
        return [digest(each) for each in self.all]


def digest(identifier: str) -> str:
    """A checksum that only this installation can make: it proves who was meant, and nobody can guess numbers by it."""
    salt = f"privacy.{scope.tenant().uuid}"
    return salted_hmac(salt, identifier, algorithm="sha256").hexdigest()


def person_of(typed: str, *, widely: bool) -> Person:
    """The person of these identifiers, one on a line. `widely`: with all numbers, addresses and ids under which the
    directory knows whoever has one of them.

    Raises Invalid for what is no number, address or id.
    """
    asked = [line.strip() for line in typed.splitlines() if line.strip()]
    if not 0 < len(asked) <= MOST_IDENTIFIERS:
        raise _refused(
            gettext("give one to {MOST_IDENTIFIERS} numbers, addresses or ids, each on a line").format(
                MOST_IDENTIFIERS=MOST_IDENTIFIERS
            )
        )
    numbers, addresses, ids = set(), set(), set()
    for each in asked:
        if len(each) > LONGEST or unstorable(each):
            raise _refused(gettext("one of these lines is no number, address or id"))
        number = phone_key(each, scope.tenant().phone_region) if _NUMBER.fullmatch(each) else None
        if number:
            numbers.add(number)
        elif "@" in each:
            addresses |= {each, each.lower()}
        elif is_salesforce_id(each):
            ids |= {in_full(each), each[:15]}
        elif " " not in each:
            ids.add(each)
        else:
            raise _refused(
                gettext("“{each}” is no number, address or id; names are not enough to tell people apart").format(
                    each=each
                )
            )
    person = Person(sorted(numbers), sorted(addresses), sorted(ids))
    return _widened(person) if widely else person


def _refused(said: str) -> Invalid:
    return Invalid(FieldProblem(Problem.MALFORMED, ["identifiers"], said))


def _widened(person: Person) -> Person:
    known = list(records_of(person))
    ids = {each for record in known for each in (record.record_id, record.record_id[:15])}
    addresses = {each for record in known if record.email for each in (record.email, record.email.lower())}
    numbers = {record.phone_key for record in known if record.phone_key}
    return Person(
        sorted({*person.numbers, *numbers}),
        sorted({*person.addresses, *addresses}),
        sorted({*person.record_ids, *ids}),
    )


def records_of(person: Person) -> "Any":
    """Of the directory: people, not the cases and appointments that they have."""
    like = Q(phone_key__in=person.numbers) | Q(record_id__in=person.record_ids)
    for address in person.addresses:
        like |= Q(email__iexact=address)
    return CrmRecord.objects.filter(like, object_name__in=PEOPLE)


def contacts_of(person: Person) -> list[int]:
    """Keys of all contacts, in the recycle bin too, each way along an index of its own."""
    ids = person.record_ids
    ways: Sequence[Mapping[str, Any]] = (
        {"phone_key__in": person.numbers},
        {"customer__in": [*person.addresses, *ids], "phone_key__isnull": True},
        {"initiating_attendee_id__in": ids},
        {"attendees__external_attendee_id__in": ids},
        {"topics__related_person_id__in": ids},
        {"voice_calls__related_record_id__in": ids},
        {"mail__sender__in": person.addresses},
        {"notes__contact__in": list(records_of(person).values_list("pk", flat=True))},
    )
    found: set[int] = set()
    for way in ways:
        if all(way.values()):
            found.update(EngagementInteraction.with_deleted.filter(**way).order_by().values_list("pk", flat=True))
    return sorted(found)


def callbacks_of(person: Person) -> "Any":
    """Requests to be called back that name the person, whether or not a contact stands behind them."""
    region = scope.tenant().phone_region
    asked = ContactRequest._base_manager.filter(preferred_phone__isnull=False).values_list("pk", "preferred_phone")
    theirs = [pk for pk, phone in asked.iterator() if phone_key(phone, region) in person.numbers]
    return ContactRequest._base_manager.filter(Q(pk__in=theirs) | Q(who_id__in=person.record_ids))
