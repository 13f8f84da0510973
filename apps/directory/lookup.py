"""Finding records of the directory by what somebody types."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from apps.common.public_ids import in_full, is_salesforce_id
from apps.directory.models import CrmRecord
from apps.directory.phone import phone_key
from apps.objects.word_index import finder
from apps.tenants import scope

MOST = 10
SHORTEST = 2  # letters; fewer would find everybody
MANY = 1_000  # records of one name: more are told by a condition, not by a list
_MOST_LISTED = 20_000  # records of one name in a list of the directory
_MOST_WORDS = 12
_LONGEST_WORD = 100
_ID_BEGUN = re.compile(r"[0-9][0-9A-Za-z]{2,17}")
_FIND = f"select {finder(CrmRecord._meta.db_table)}(to_tsquery('pg_catalog.simple', %s), %s)"


def found_by(typed: str, objects: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Id, name and object of records whose name, id or phone number is like that; a few, by name."""
    typed = typed.replace("\x00", "").strip()
    if len(typed) < SHORTEST:
        return
    found = named(typed)
    if _ID_BEGUN.fullmatch(typed):
        found |= Q(record_id__startswith=typed)
    for record in CrmRecord.objects.filter(found, object_name__in=objects)[:MOST]:
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
        rows = CrmRecord.objects.filter(record_id=OuterRef(column))
        for word in self.words:
            start = rf"\m{re.escape(word)}"
            rows = rows.filter(Q(name__iregex=start) | Q(email__iregex=start))
        return Q(Exists(rows))


def called(text: str) -> Called:
    keys = _called(text, MANY + 1)
    if len(keys) > MANY:
        return Called(words_in(text), None)
    found = Q(pk__in=keys)
    if number := phone_key(text, scope.tenant().phone_region):
        found |= Q(phone_key=number)
    ids = CrmRecord.objects.filter(found).order_by().values_list("record_id", flat=True)
    return Called(words_in(text), list(ids) if keys or number else [])


def named(text: str) -> Q:
    """Records of the directory that have these words, this id or this phone number."""
    words = words_in(text)
    keys = _called(text, MANY + 1)
    found = Q(pk__in=keys if len(keys) <= MANY else RawSQL(_FIND, [beginning_so(words), _MOST_LISTED]))
    if key := phone_key(text, scope.tenant().phone_region):
        found |= Q(phone_key=key)
    return found | Q(record_id__in=[text, in_full(text)] if is_salesforce_id(text) else [text])


def words_in(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W_]+", text) if len(word) <= _LONGEST_WORD][:_MOST_WORDS]


def beginning_so(words: Sequence[str]) -> str:
    """What to ask an index of words for, so that all of these words are there or begin so."""
    return " & ".join(f"'{word}':*" for word in words)


def _called(text: str, most: int) -> list[int]:
    """Keys, in no order."""
    if not (words := words_in(text)):
        return []
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [beginning_so(words), most])
        return [key for (key,) in cursor.fetchall()]
