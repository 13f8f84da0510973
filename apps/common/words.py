"""Marks what screens say for translation where it is written down before anybody asks: in classes and tables.

Within functions Django's `gettext` does. What is stored, and what a dialect documents, is not marked: it is data.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TypeVar, cast

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import check_for_language, get_language, gettext_lazy, override

T = TypeVar("T")


def later(text: str) -> str:
    """The text in the language of whoever will read it. Behaves as a string, but joins only after `str()`."""
    return cast(str, gettext_lazy(text))


def kept(text: str) -> str:
    """The text as it is: it is stored so, and translated where it is shown."""
    return text


def inside(text: str) -> str:
    """The text as it stands within a sentence. English writes it small there; not every language writes nouns small."""
    return text.lower() if (get_language() or "en").startswith("en") else text


def spoken_now(chosen: str = "") -> str:
    """The language of what is to be said while nobody asks: the chosen one, else that of the page which begins it."""
    return chosen if check_for_language(chosen) else get_language() or settings.LANGUAGE_CODE


def said_in(language: str, pieces: Iterable[T]) -> Iterator[T]:
    """The pieces, each made in this language: who reads a stream reads on when the page's language is gone."""
    walked = iter(pieces)
    while True:
        with override(language):
            try:
                piece = next(walked)
            except StopIteration:
                return
        yield piece


def figure(value: float | Decimal, places: int | None = None) -> str:
    """A number as the reader's language writes it, `12,345.6` or `12.345,6`; rounded to `places`, if they are given."""
    exact = Decimal(f"{value:.{places}f}" if places is not None else str(value))
    return str(number_format(exact, use_l10n=True, force_grouping=True))
