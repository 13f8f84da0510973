"""Marks what screens say for translation where it is written down before anybody asks: in classes and tables.

Within functions Django's `gettext` does. What is stored, and what a dialect documents, is not marked: it is data.
"""

from typing import cast

from django.utils.translation import get_language, gettext_lazy


def later(text: str) -> str:
    """The text in the language of whoever will read it. Behaves as a string, but joins only after `str()`."""
    return cast(str, gettext_lazy(text))


def inside(text: str) -> str:
    """The text as it stands within a sentence. English writes it small there; not every language writes nouns small."""
    return text.lower() if (get_language() or "en").startswith("en") else text
