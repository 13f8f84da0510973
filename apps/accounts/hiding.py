"""Phone numbers that a role does not let people see: all but the last digits, wherever an answer would tell them.

One place for every screen and dialect: what is about to leave is looked through, so a page or resource that is new
hides numbers without knowing of it. Looking for a number still works, for who looks knows it already.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.accounts.roles import Role
from apps.common.words import later as _

View = TypeVar("View", bound=Callable[..., Any])

WITHHELD = _("You are shown its end alone, so it stays as it is.")  # of a field of a form

_DOTS = "•••"
_SHOWN = 4  # digits
_LEAST, _MOST = 7, 15  # digits of a number, with its country code

_ABROAD = r"(?:\+|%2B|00?(?=[1-9]))\d[\d ().\u00a0-]{4,20}\d"  # with a country code, or a leading zero
_AREA = r"\(\d{2,5}\)[ \u00a0-]?\d{2,4}(?:[ .\u00a0-]?\d{2,4}){1,2}"  # with the area in brackets
_AT_HOME = r"\d{3}[ .\u00a0-]\d{3}[ .\u00a0-]\d{4}"  # as North America writes it
_NUMBER = rf"(?:{_ABROAD}|{_AREA}|{_AT_HOME})"
_IN_TEXT = re.compile(rf"(?<![\w.:/=#%+-]){_NUMBER}(?![\w:%])")  # never within a word, a longer id, a decimal number
_IN_ADDRESS = re.compile(rf"(?<==){_NUMBER}(?![\w:%.])")
_WHOLE = re.compile(r"(?!\d{4}-\d\d-\d\d)[+0(]?[\d ().\u00a0/-]{6,24}")
_NAMED = re.compile(
    r"phone|number|digits|customer|caller|from|^to$|contact_?point|address|participant|^ani$|^dnis$", re.I
)
# Programs, styles, and the field that a number is looked for with, stay as they are.
_KEPT = re.compile(r"(<(?:script|style)\b.*?</(?:script|style)>|<input[^>]*type=\"search\"[^>]*>)", re.I | re.S)
_TOLD = re.compile(r'(?:^|>)[^<>]+|\b(?:value|title|href|aria-label|content|data-[a-z-]+)="[^"]*"')


def hides_numbers(user: Any) -> bool:
    """Whether this person is shown numbers in part. Other systems are told them in full, or could do nothing."""
    return isinstance(user, User) and user.role != Role.INTEGRATION and not permits(user, Permission.PHONE_NUMBERS_READ)


def in_text(text: str) -> str:
    """The text with what looks like a phone number masked."""
    return _IN_ADDRESS.sub(_masked, _IN_TEXT.sub(_masked, text))


def in_html(page: str) -> str:
    """As `in_text`, for what a page shows and where it leads."""
    parts = _KEPT.split(page)
    parts[::2] = [_TOLD.sub(_piece, part) for part in parts[::2]]
    return "".join(parts)


def _piece(told: "re.Match[str]") -> str:
    """A text between tags, or an attribute, whose own sign is no part of what it says."""
    name, sign, said = told[0].partition('="')
    return f"{name}{sign}{in_text(said)}" if sign and told[0].endswith('"') else in_text(told[0])


def in_value(value: Any, key: str = "") -> Any:
    """A JSON value with its numbers masked: whole texts under a name that says so, others as `in_text`."""
    if isinstance(value, str):
        whole = _WHOLE.fullmatch(value) if _NAMED.search(key) else None
        return _masked(whole) if whole else in_text(value)
    if isinstance(value, Mapping):
        return {name: in_value(each, str(name)) for name, each in value.items()}
    return [in_value(each, key) for each in value] if isinstance(value, list | tuple) else value


_hiding: ContextVar[bool] = ContextVar("hiding", default=False)


@contextmanager
def for_reader(hides: bool) -> Iterator[None]:
    """What is made meanwhile is for somebody who sees numbers in part, or in full."""
    token = _hiding.set(hides)
    try:
        yield
    finally:
        _hiding.reset(token)


def is_withheld(value: Any, key: str) -> bool:
    """Whether the present reader is shown this value in part, and so cannot write it."""
    return _hiding.get() and isinstance(value, str) and in_value(value, key) != value


def is_masked(body: bytes) -> bool:
    """Whether somebody sends back what was masked: it must not take the number's place."""
    sent = body.lower()
    return any(dots in sent for dots in (_DOTS.encode(), rb"\u2022\u2022\u2022", b"%e2%80%a2%e2%80%a2%e2%80%a2"))


def own_texts(*names: str) -> Callable[[View], View]:
    """These fields of a view hold what their author writes, and may quote what was shown: letters, notes, lines."""

    def declared(view: View) -> View:
        vars(view)["own_texts"] = frozenset(names)
        return view

    return declared


def own_texts_of(view: Callable[..., Any]) -> frozenset[str]:
    declared: frozenset[str] = vars(view).get("own_texts", frozenset())
    return declared


def restored(written: str, known: str) -> str:
    """What somebody wrote over a text whose numbers were shown in part, with those that it quotes in full again."""
    for number in _IN_TEXT.finditer(known):
        if (shown := _masked(number)) != number[0]:
            written = written.replace(shown, number[0], 1)
    return written


def _masked(number: "re.Match[str]") -> str:
    """All but the last digits."""
    digits = re.sub(r"\D", "", number[0].removeprefix("%2B"))
    return _DOTS + digits[-_SHOWN:] if _LEAST <= len(digits) <= _MOST else number[0]
