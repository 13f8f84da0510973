"""Finding records of the directory by what somebody types."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from apps.common.public_ids import in_full, is_salesforce_id
from apps.directory.models import CrmRecord
from apps.directory.phone import phone_key
from apps.objects.word_index import keys_with
from apps.tenants import scope

MOST = 10
SHORTEST = 2  # letters; fewer would find everybody
MANY = 1_000  # records of one name: more are told by a condition, not by a list
_MOST_WORDS = 12
_LONGEST_WORD = 100
_ID_BEGUN = re.compile(r"[0-9][0-9A-Za-z]{2,17}")


def found_by(typed: str, objects: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Id, name and object of records whose name, id or phone number is like that; a few, by name."""
    typed = typed.replace("\x00", "").strip()
    if len(typed) < SHORTEST:
        return
    found = named(typed).condition
    if _ID_BEGUN.fullmatch(typed):
        found |= Q(record_id__startswith=typed)
    for record in by_name(CrmRecord.objects.filter(found, object_name__in=objects))[:MOST]:
        yield record.record_id, record.name, record.object_name


@dataclass(frozen=True)
class Called:
    """Records with these words in name or mail address, each whole or its beginning; `ids` if they are not many."""

    words: Sequence[str]
    ids: Sequence[str] | None

    def at(self, column: str) -> Q:
        """Rows of another table whose column has the id of one of them."""
        if self.ids is not None:
            return Q(**{f"{column}__in": self.ids})
        return Q(Exists(CrmRecord.objects.filter(_has(self.words), record_id=OuterRef(column))))


def called(text: str) -> Called:
    keys = _called(text, MANY + 1)
    if len(keys) > MANY:
        return Called(words_in(text), None)
    found = Q(pk__in=keys)
    if number := phone_key(text, scope.tenant().phone_region):
        found |= Q(phone_key=number)
    ids = CrmRecord.objects.filter(found).order_by().values_list("record_id", flat=True)
    return Called(words_in(text), list(ids) if keys or number else [])


@dataclass(frozen=True)
class Named:
    """Records of the directory. Not all of those that were meant where `is_all` is false."""

    condition: Q
    is_all: bool


def named(text: str, *, every: bool = False) -> Named:
    """Records of the directory that have these words, this id or this phone number.

    Of very many with these words a page shows some: to put all in order would take as long as they are many. `every`
    is for who reads all of them anyway.
    """
    keys = _called(text, MANY + 1)
    is_many = len(keys) > MANY
    found = _has(words_in(text)) if is_many and every else Q(pk__in=keys[:MANY])
    if key := phone_key(text, scope.tenant().phone_region):
        found |= Q(phone_key=key)
    found |= Q(record_id__in=[text, in_full(text)] if is_salesforce_id(text) else [text])
    return Named(found, every or not is_many)


def by_name(found: "QuerySet[CrmRecord]", *, backwards: bool = False) -> "QuerySet[CrmRecord]":
    """In words that no index serves, so that these few are put in order: a million would be walked through for them."""
    name = Concat("name", Value(""))
    return found.order_by(name.desc() if backwards else name.asc(), "-pk")


def _has(words: Sequence[str]) -> Q:
    """Asked of each record, without the index."""
    found = Q()
    for word in words:
        start = rf"\m{re.escape(word)}"
        found &= Q(name__iregex=start) | Q(email__iregex=start)
    return found


def words_in(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W_]+", text) if len(word) <= _LONGEST_WORD][:_MOST_WORDS]


def beginning_so(words: Sequence[str]) -> str:
    """What to ask an index of words for, so that all of these words are there or begin so."""
    return " & ".join(f"'{word}':*" for word in words)


def _called(text: str, most: int) -> list[int]:
    """Keys, in no order."""
    words = words_in(text)
    return keys_with(CrmRecord._meta.db_table, beginning_so(words), most) if words else []
