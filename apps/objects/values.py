"""From what a client sent to what a column holds, one value at a time, by the documented type.

Every way in (the façades, forms, imports) is checked here and nowhere else.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext

from apps.common.clock import to_second
from apps.common.errors import Problem
from apps.common.storable import unstorable
from apps.common.words import later
from apps.objects.documented import Documented

_YEARS = range(1700, 4001)  # the documented span of dates (sobjects 8.3)
_EXACT = Context(prec=64)  # digits: rounding a large number to many places needs more than the usual 28
_DATE_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:?\d\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DATE_IN_WORDS_OF_CONNECT = re.compile(r"(\d\d)/(\d\d)/(\d{4})", re.ASCII)  # MM/DD/YYYY (engagement 6.5)


class Refused(Exception):
    """This value cannot stand. The message is for people; façades with documented texts go by `problem`."""

    def __init__(self, problem: Problem, message: str) -> None:
        super().__init__(message)
        self.problem = problem


@dataclass(frozen=True)
class Rule:
    """What one field takes. `options` are a restricted picklist's active values."""

    type: str
    label: str
    length: int = 0
    options: Collection[str] | None = None
    precision: int = 33
    scale: int = 15
    numeric_text: bool = True  # "17" is a number, too


def rule_for(declared: Documented, options: Collection[str] | None) -> Rule:
    """The rule of a documented field."""
    return Rule(declared.type, later(declared.label), declared.length, options if declared.restricted else None)


def clean(value: Any, rule: Rule) -> Any:
    """The value as it is stored, None for an empty one. Raises Refused."""
    return _cleaner(rule)(value, rule)


def _cleaner(rule: Rule) -> Callable[[Any, Rule], Any]:
    return _CLEANERS.get(rule.type, _text)


def _malformed(value: Any, rule: Rule) -> Refused:
    return Refused(
        Problem.MALFORMED,
        gettext("{label} cannot be read as {type}: {value!r}.").format(
            label=rule.label, type=rule.type, value=str(value)[:80]
        ),
    )


def _is_empty(value: Any) -> bool:
    """No value, or a text of blanks alone (C-24)."""
    return value is None or (isinstance(value, str) and not value.strip())


def _text(value: Any, rule: Rule) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or unstorable(value):
        raise _malformed(value, rule)
    value = value.strip()
    if rule.length and len(value) > rule.length:
        raise Refused(
            Problem.TOO_LONG,
            gettext("{label} takes at most {length} characters.").format(label=rule.label, length=rule.length),
        )
    return value or None


def _picklist(value: Any, rule: Rule) -> str | None:
    text = _text(value, rule)
    if text is not None and rule.options is not None and text not in rule.options:
        raise Refused(
            Problem.NOT_IN_PICKLIST,
            gettext("{label} does not accept the value {text}.").format(label=rule.label, text=text),
        )
    return text


def _boolean(value: Any, rule: Rule) -> bool:
    """Null means false (sobjects 2.3); both the word and the text of it are printed in samples."""
    found = {None: False, False: False, True: True, "true": True, "false": False}
    if (value is None or isinstance(value, bool | str)) and value in found:
        return found[value]
    raise _malformed(value, rule)


def _date_time(value: Any, rule: Rule) -> datetime | None:
    """Whole seconds, in UTC; a time without a zone is refused (C-24, M-05)."""
    if _is_empty(value):
        return None
    if not isinstance(value, datetime):
        value = _parse_date_time(value, rule)
    if value.tzinfo is None or value.year not in _YEARS:
        raise _malformed(value, rule)
    return to_second(value.astimezone(UTC))


def _parse_date_time(value: Any, rule: Rule) -> datetime:
    match = _DATE_TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        return datetime.fromisoformat(match[1] + match[2]) if match else datetime.fromisoformat("")
    except ValueError:
        raise _malformed(value, rule) from None


def _date(value: Any, rule: Rule) -> date | None:
    if _is_empty(value):
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    text = value.strip() if isinstance(value, str) else ""
    if match := _DATE_IN_WORDS_OF_CONNECT.fullmatch(text):
        text = f"{match[3]}-{match[1]}-{match[2]}"
    try:
        found = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or found.year not in _YEARS:
        raise _malformed(value, rule)
    return found


def _number(value: Any, rule: Rule) -> Decimal | None:
    """Rounded to the field's decimal places."""
    if _is_empty(value):
        return None
    allowed = (int, float, Decimal, str) if rule.numeric_text else (int, float, Decimal)
    if isinstance(value, bool) or not isinstance(value, allowed):
        raise _malformed(value, rule)
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise _malformed(value, rule) from None
    if not number.is_finite() or number.copy_abs() >= Decimal(10) ** (rule.precision - min(rule.scale, rule.precision)):
        raise Refused(
            Problem.OUT_OF_RANGE,
            gettext("{label} takes numbers of at most {precision} digits.").format(
                label=rule.label, precision=rule.precision
            ),
        )
    return number.quantize(Decimal(1).scaleb(-rule.scale), context=_EXACT)


def _integer(value: Any, rule: Rule) -> int | None:
    number = _number(value, rule)
    if number is not None and number != number.to_integral_value():
        raise _malformed(value, rule)
    return None if number is None else int(number)


_CLEANERS: Mapping[str, Callable[[Any, Rule], Any]] = {
    "boolean": _boolean,
    "datetime": _date_time,
    "date": _date,
    "int": _integer,
    "double": _number,
    "percent": _number,
    "currency": _number,
    "picklist": _picklist,
}
