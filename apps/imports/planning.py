"""From a row of the file to a contact that is not yet written: its record and its journal."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext

from apps.common import clock
from apps.common.storable import unstorable
from apps.imports.fields import END, IDENTIFIER, JOURNAL, START, TIMES
from apps.imports.known import Known
from apps.imports.mapping import FieldMapping

_WORDS = {"yes": True, "true": True, "1": True, "y": True, "no": False, "false": False, "0": False, "n": False}
_LONGEST = {"customer": 255, "contactPoint": 255, "subject": 255}
_MOST_ATTENDEES = 50
_A_YEAR_S = 366 * 86400


@dataclass(frozen=True)
class Mistake:
    """Why a row is left out: `column` is the file's; empty for the row as a whole."""

    column: str
    reason: str


@dataclass
class Planned:
    """One row. `record` and `custom` are checked later, with all others; `journal` is read already."""

    number: int
    identifier: str = ""
    checksum: str = ""
    record: dict[str, Any] = field(default_factory=dict)  # column of the model -> value
    custom: list[tuple[str, Any]] = field(default_factory=list)
    journal: dict[str, Any] = field(default_factory=dict)
    attendees: list[str] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def was_live(self) -> bool:
        """Somebody waited or somebody worked: it has a journal."""
        return "queue" in self.journal or "agent" in self.journal


class Planner:
    """Reads rows by one mapping."""

    def __init__(self, mapping: FieldMapping, known: Known) -> None:
        self._mapping, self._known = mapping, known
        self._salt = repr((sorted(mapping.columns.items()), str(mapping.zone), mapping.time_format)).encode()

    def plan(self, number: int, row: "Mapping[str, Any] | str") -> Planned:
        planned = Planned(number)
        if isinstance(row, str):
            planned.mistakes.append(Mistake("", row))
            return planned
        values = self._values(row)
        for name, value in values.items():
            try:
                self._take(planned, name, value)
            except ValueError as error:
                planned.mistakes.append(Mistake(self._mapping.column_of(name), str(error)))
        planned.identifier = str(planned.record.get("external_identifier") or "").strip()
        if not planned.identifier:
            planned.mistakes.append(Mistake(self._mapping.column_of(IDENTIFIER), gettext("Every row needs one.")))
        if not planned.mistakes:
            planned.mistakes += self._order(planned)
            told = json.dumps(values, sort_keys=True, default=str).encode(errors="surrogatepass")
            planned.checksum = blake2b(self._salt + told, digest_size=16).hexdigest()
        return planned

    def _values(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Name of ours -> value; None for what is empty."""
        values = dict(self._mapping.constants)
        for column, name in self._mapping.columns.items():
            value = row.get(column)
            stands_for = self._mapping.values.get(column)
            if stands_for and isinstance(value, str):
                value = stands_for.get(value.strip(), value)
            values[name] = None if isinstance(value, str) and not value.strip() else value
        return values

    def _take(self, planned: Planned, name: str, value: Any) -> None:
        if problem := unstorable(value):
            raise ValueError(gettext("It cannot be kept: {problem}.").format(problem=problem))
        if name in JOURNAL:
            if value is not None:
                self._take_journal(planned, name, value)
            return
        target = self._mapping.targets[name]
        if target.name in TIMES and value is not None:
            value = self._moment(value)
        if target.column is None:
            planned.custom.append((target.name, value))
            return
        if target.name in (START, END):
            planned.journal[target.name] = value
        planned.record[target.column] = value

    def _take_journal(self, planned: Planned, name: str, value: Any) -> None:
        if name == "attendees":
            planned.attendees = _attendees(value)
        elif name in TIMES:
            planned.journal[name] = self._moment(value)
        elif name in ("holdSeconds", "wrapUpSeconds"):
            planned.journal[name] = _length(value)
        elif name == "abandoned":
            planned.journal[name] = _yes_or_no(value)
        elif name in _LONGEST:
            planned.journal[name] = _short(value, _LONGEST[name])
        else:
            planned.journal[name] = self._known.called(name, str(value))

    def _moment(self, value: Any) -> datetime:
        try:
            return clock.to_millisecond(self._mapping.moment(value))
        except (ValueError, OverflowError):
            raise ValueError(gettext("{value} is no time.").format(value=repr(str(value)[:80]))) from None

    def _order(self, planned: Planned) -> list[Mistake]:
        """What a journal needs, and its times in order."""
        if not planned.was_live:
            return []
        told = planned.journal
        if told.get(END) is None:
            return [Mistake(self._mapping.column_of(END), gettext("A contact that had a queue or an agent has ended."))]
        names = [name for name in (START, "entered", "answered", END) if told.get(name) is not None]
        for before, after in pairwise(names):
            if told[after] < told[before]:
                return [
                    Mistake(
                        self._mapping.column_of(after),
                        gettext("It lies before {column_of}.").format(column_of=self._mapping.column_of(before)),
                    )
                ]
        talked = told[END] - told.get("answered", told.get("entered", told[START]))
        if told.get("holdSeconds", timedelta()) > talked:
            return [Mistake(self._mapping.column_of("holdSeconds"), gettext("It is longer than the conversation."))]
        if "answered" in told and "agent" not in told:
            return [Mistake(self._mapping.column_of("agent"), gettext("Somebody answered, but who?"))]
        return []


def _length(value: Any) -> timedelta:
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        raise ValueError(gettext("{value} is no number of seconds.").format(value=repr(str(value)[:80]))) from None
    if not 0 <= seconds <= _A_YEAR_S:
        raise ValueError(gettext("It is out of range."))
    return timedelta(milliseconds=round(seconds * 1000))


def _yes_or_no(value: Any) -> bool:
    found = value if isinstance(value, bool) else _WORDS.get(str(value).strip().lower())
    if found is None:
        raise ValueError(gettext("{value} is neither yes nor no.").format(value=repr(str(value)[:80])))
    return found


def _short(value: Any, longest: int) -> str:
    text = str(value).strip()
    if len(text) > longest:
        raise ValueError(gettext("It is longer than {longest} characters.").format(longest=longest))
    return text


def _attendees(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else str(value).split(";")
    found = list(dict.fromkeys(str(each).strip() for each in listed if str(each).strip()))
    if len(found) > _MOST_ATTENDEES:
        raise ValueError(gettext("There are more than {most}.").format(most=_MOST_ATTENDEES))
    return found
