"""Finds what a template says without marking it for translation."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

_SAID = {"alt", "aria-label", "aria-roledescription", "aria-valuetext", "data-label", "label", "placeholder", "title"}
_NAMES = re.compile(r"\b(Switchroom|Ctrl|Enter|Esc|F\d+|UTC|K|error|error_description)\b")  # so in every language
_MARKED = re.compile(r"\{%\s*(blocktranslate|comment)\b.*?%\}.*?\{%\s*end\1\s*%\}|\{%\s*translate\b.*?%\}", re.DOTALL)
_CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]{2,}")
# What goes into a tag or a filter and is shown: it has a capital or several words, or stands in for what is missing.
_SHOWN = re.compile(r"""(?<![_(])(?:[=:]\s*|\s)(["'])([A-Z][a-z][^"'{}]*|[^"'{}]*[a-z] [a-z][^"'{}]*)\1""")
_STAND_IN = re.compile(r"""\bdefault(?:_if_none)?:(["'])([^"':]*[A-Za-z]{2}[^"':]*)\1""")
_CLASSES = re.compile(r"""\bclass=(["'])[^"']*\1""")
_NOT_SHOWN = re.compile(r"\{#|\{%\s*(if|elif|load|extends|include\s+\S+\s*%|url|static|icon|now)\b|\|date:")


def unmarked(source: str) -> Iterator[str]:
    """Every word in a text or a spoken attribute, and every literal that a tag shows, outside of what is marked."""
    source = _MARKED.sub(_blank, source)
    for code in _CODE.findall(source):
        if not _NOT_SHOWN.match(code) and "|date:" not in code:
            yield from (found[1] for found in _SHOWN.findall(_CLASSES.sub("", code)))
        yield from (found[1] for found in _STAND_IN.findall(code) if found[1] != "td")
    reader = _Reader()
    reader.feed(_CODE.sub(_blank, source))
    reader.close()
    yield from reader.found


def _blank(code: re.Match[str]) -> str:
    """Neither markup nor a word: quotes within code would end an attribute."""
    return " 1 "


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.silent = ""  # the script or style that is being read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self.silent = tag
        for name, value in attrs:
            if name in _SAID and value:
                self._look(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == self.silent:
            self.silent = ""

    def handle_data(self, data: str) -> None:
        if not self.silent and '="' not in data:  # what a block adds to a tag's attributes is read as text
            self._look(data)

    def _look(self, text: str) -> None:
        if _WORD.search(_NAMES.sub("", text)):
            self.found.append(" ".join(text.split()))
