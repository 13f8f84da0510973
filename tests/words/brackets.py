"""A language for tests: what has a translation comes out in brackets, as ⟦Save⟧, so that what has none shows."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from zoneinfo import available_timezones

from django.utils.translation import trans_real

from apps.accounts.models.roles import BuiltIn
from apps.objects import standard
from apps.tenants.models import Tenant
from tests.words.gathering import is_known

LANGUAGE = "de"  # what is in its catalogue is bracketed, libraries' words included
_SAID = {"alt", "aria-label", "aria-roledescription", "aria-valuetext", "label", "placeholder", "title"}
_SILENT = ("code", "kbd", "pre", "samp", "textarea", "script", "style")
_INLINE = ("a", "abbr", "b", "bdi", "br", "code", "em", "i", "kbd", "small", "span", "strong", "time", "u", "wbr")
_WORD = re.compile(r"[^\W\d_]{2,}")
# What is called so in every language: products and forms of files, keys, zones and regions, the contract's numbers.
_NAMES = re.compile(
    r"\b(Switchroom|CxEngage|CSV|XLSX|JSON|Parquet|UTC|Ctrl|[Ee]sc|English|Deutsch|[A-Z]{2}|GMT[+-]?0?"
    r"|cxengage [\d., ]+|[a-z]+[.][a-z_]+|(Access|Refresh)Token #\d+|api|interaction-detail[\w-]*)\b"
    r"|[\w+-]+(/[\w+-]+)+|\S+@\S+|https?://\S+|whsec_\S+"
    r"|\b[A-Z][a-z]+([A-Z][a-z]*)+\b|\b\w+__c\b|\b\w*\d\w*\b"  # API names, ids
)
_TOLD = frozenset(
    {
        *(row.value for row in standard._rows(Tenant())),  # picklists' values, which clients send
        *(role.label for role in BuiltIn),
        *("Drafts", "In progress"),  # workbins that everybody has
        *(
            "Client ID",
            "voice",
            "chat",
            "video",
            "in_person",
            "in-progress",
        ),  # words of protocols
        *(zone.replace("_", " ") for zone in available_timezones()),
    }
)


class _Bracketed(trans_real.DjangoTranslation):
    def __init__(self, spoken: trans_real.DjangoTranslation) -> None:
        self.__dict__ = spoken.__dict__

    def gettext(self, message: str) -> str:
        return _bracketed(message) if is_known(self, message) else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        said = msgid1 if n == 1 else msgid2
        try:
            self._catalog.plural(msgid1, n)
        except KeyError:
            return said
        return _bracketed(said)


def _bracketed(message: str) -> str:
    return f"⟦{message.rpartition(chr(4))[2]}⟧"  # without its context


@contextmanager
def spoken() -> Iterator[None]:
    """Whoever reads in LANGUAGE reads brackets meanwhile."""
    before = trans_real.translation(LANGUAGE)
    trans_real._translations[LANGUAGE] = _Bracketed(before)
    try:
        yield
    finally:
        trans_real._translations[LANGUAGE] = before


def unbracketed(page: str, *planted: str) -> list[str]:
    """Texts and spoken attributes with a word that was neither translated nor planted."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    names = re.compile("|".join((_NAMES.pattern, *planted)))
    return [text for text in reader.found if _WORD.search(names.sub("", text)) and _bare(text) not in _TOLD]


def _bare(text: str) -> str:
    """Without what stands around a record's name in a page's title."""
    return text.removesuffix("Switchroom").strip(" |·:")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.depth = 0  # of brackets: what is translated as a whole may have inline markup
        self.silent = ""  # the element that nobody reads and that is being passed

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag in _SILENT or "material-symbols" in said.get("class", ""):
            self.silent = tag
        if tag not in _INLINE:
            self.depth = 0
        for name, value in said.items():
            if name in _SAID or (name == "value" and said.get("type") in ("submit", "button")):
                self.found.append(_outside(value, 0)[0])

    def handle_endtag(self, tag: str) -> None:
        if tag == self.silent:
            self.silent = ""

    def handle_data(self, data: str) -> None:
        if not self.silent:
            text, self.depth = _outside(data, self.depth)
            self.found.append(text)


def _outside(text: str, depth: int) -> tuple[str, int]:
    """What of the text stands in no bracket, and in how many one is at its end."""
    left = []
    for letter in text:
        depth += (letter == "⟦") - (letter == "⟧")
        left.append(letter if depth == 0 else " ")
    return " ".join("".join(left).replace("⟧", " ").split()), depth
