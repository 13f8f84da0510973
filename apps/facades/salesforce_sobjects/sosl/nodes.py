"""A search as a tree of words, phrases and numbers: what to ask the index of words, and what of each record."""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from apps.facades.salesforce_sobjects.sosl.words import Words
from apps.objects.word_index import FROM_THE_END

ANY, ONE = "\ue000", "\ue001"  # stand for the wildcards * and ? in a word
_LONGEST_WORD = 500  # characters; PostgreSQL keeps no word beyond 2,046 bytes
_NOTHING = f"'{FROM_THE_END * 2}'"  # a word that no record has


class Node(ABC):
    """A part of the search."""

    is_exact = True  # what the index finds needs no second look

    @abstractmethod
    def index(self, *, whole: bool) -> str | None:
        """A tsquery that no match escapes; None if any record may match.

        `whole`: everything that the index knows of a record is asked, not only some of its fields.
        """

    @abstractmethod
    def condition(self, words: Words) -> Q:
        """The same, to be asked of each record."""


@dataclass(frozen=True)
class Phrase(Node):
    """Words in a row. Of a quoted phrase they are whole; else the last one may go on (P-35)."""

    words: Sequence[str]
    is_quoted: bool = False

    @cached_property
    def is_exact(self) -> bool:  # type: ignore[override]
        """A star at the end of a word is what the index does by itself."""
        return not any(ONE in word or ANY in word[:-1] or word == ANY for word in self.words)

    def index(self, *, whole: bool) -> str | None:
        if any(len(word) > _LONGEST_WORD for word in self.words):
            return _NOTHING
        known = [found for number, word in enumerate(self.words) if (found := self._known(number, word))]
        return f"({(' <-> ' if self.is_exact else ' & ').join(known)})" if known else None

    def _known(self, number: int, word: str) -> str:
        """The word up to its first wildcard."""
        start = re.split(f"[{ANY}{ONE}]", word, maxsplit=1)[0]
        may_go_on = start != word or (number == len(self.words) - 1 and not self.is_quoted)
        return start and f"'{start}'{':*' if may_go_on else ''}"

    def condition(self, words: Words) -> Q:
        if self.is_exact:
            return words.match(self.index(whole=True) or _NOTHING)
        pattern = " ".join(word.lower().replace(ANY, "[^ ]*").replace(ONE, "[^ ]") for word in self.words)
        return words.like(f" {pattern} ")


@dataclass(frozen=True)
class Number(Node):
    """A phone number, however it is written: found by its first digits or by its last."""

    first: str
    last: str

    def index(self, *, whole: bool) -> str | None:
        return f"('{self.first}':* | '{FROM_THE_END}{self.last[::-1]}':*)"

    def condition(self, words: Words) -> Q:
        return words.match(self.index(whole=True) or _NOTHING)


@dataclass(frozen=True)
class All(Node):
    parts: Sequence[Node]

    @cached_property
    def is_exact(self) -> bool:  # type: ignore[override]
        return all(part.is_exact for part in self.parts)

    def index(self, *, whole: bool) -> str | None:
        found = [text for part in self.parts if (text := part.index(whole=whole))]
        return f"({' & '.join(found)})" if found else None

    def condition(self, words: Words) -> Q:
        return Q(*(part.condition(words) for part in self.parts))


class AnyOf(All):
    def index(self, *, whole: bool) -> str | None:
        found = [part.index(whole=whole) for part in self.parts]
        return f"({' | '.join(map(str, found))})" if all(found) else None

    def condition(self, words: Words) -> Q:
        return Q(*(part.condition(words) for part in self.parts), _connector=Q.OR)


@dataclass(frozen=True)
class Not(Node):
    part: Node

    @property
    def is_exact(self) -> bool:  # type: ignore[override]
        return self.part.is_exact

    def index(self, *, whole: bool) -> str | None:
        """A word in fields that are not asked excludes nothing."""
        return f"!{self.part.index(whole=whole)}" if whole and self.is_exact else None

    def condition(self, words: Words) -> Q:
        return ~self.part.condition(words)
