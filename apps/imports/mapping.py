"""How the columns of somebody's file become ours: written down once, as JSON, and used for every file of that kind."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from apps.common.errors import SwitchroomError
from apps.imports.fields import IDENTIFIER, JOURNAL, START, Target, documented

_KEYS = {"columns", "constants", "values", "timeZone", "timeFormat"}


class BadMapping(SwitchroomError):
    """The mapping cannot be used; the message says why."""


@dataclass(frozen=True)
class FieldMapping:
    """Column of the file -> name of ours, and how their values are read.

    `constants` are the same for every row, `values` say what a value of a column stands for, `zone` is that of times
    without an offset, and `time_format` how they are written (as strptime has it) where that is not ISO 8601.
    """

    columns: Mapping[str, str]
    constants: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    time_format: str = ""
    targets: Mapping[str, Target] = field(default_factory=dict)  # documented ones, by the name that is mapped

    def column_of(self, name: str) -> str:
        """The file's column behind a name of ours, for who is told of a mistake in it."""
        return next((column for column, target in self.columns.items() if target.lower() == name.lower()), name)

    def moment(self, text: Any) -> datetime:
        """Raises ValueError for what is no time."""
        if not isinstance(text, str):
            raise ValueError(gettext("a time is a text"))
        text = text.strip()
        at = datetime.strptime(text, self.time_format) if self.time_format else datetime.fromisoformat(text)  # noqa: DTZ007
        return at if at.tzinfo else at.replace(tzinfo=self.zone)


def read(text: str, *, header: Collection[str] | None = None) -> FieldMapping:
    """The mapping of this JSON, in scope. Raises BadMapping; with `header` also for columns that the file lacks."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise BadMapping(gettext("The mapping is no JSON: {error}.").format(error=error)) from None
    return checked(document, header=header)


def checked(document: Any, *, header: Collection[str] | None = None) -> FieldMapping:
    if not isinstance(document, dict) or not isinstance(document.get("columns"), dict):
        raise BadMapping(gettext('A mapping is an object with "columns": column of the file -> name of ours.'))
    if unknown := document.keys() - _KEYS:
        raise BadMapping(gettext("A mapping knows no {names}.").format(names=", ".join(sorted(unknown))))
    columns, constants = document["columns"], document.get("constants", {})
    targets = _targets([*columns.values(), *constants])
    _check_columns(columns, constants, header)
    return FieldMapping(
        columns, constants, _values(document, columns), _zone(document), _time_format(document), targets
    )


def _targets(names: Collection[Any]) -> dict[str, Target]:
    known, found = documented(), {}
    for name in names:
        if not isinstance(name, str) or (name not in JOURNAL and name.lower() not in known):
            raise BadMapping(gettext("{name} is no field that can be imported.").format(name=name))
        if name not in JOURNAL:
            found[name] = known[name.lower()]
    return found


def _check_columns(columns: Mapping[str, str], constants: Any, header: Collection[str] | None) -> None:
    if not isinstance(constants, dict):
        raise BadMapping(gettext('"constants" is an object: name of ours -> value.'))
    named = [name.lower() for name in (*columns.values(), *constants)]
    if twice := {name for name in named if named.count(name) > 1}:
        raise BadMapping(gettext("More than one column becomes {names}.").format(names=", ".join(sorted(twice))))
    mapped = {name.lower() for name in columns.values()}
    if missing := [name for name in (IDENTIFIER, START) if name.lower() not in mapped]:
        raise BadMapping(gettext("No column becomes {names}.").format(names=" and ".join(missing)))
    if header is not None and (absent := columns.keys() - set(header)):
        raise BadMapping(gettext("The file has no column {names}.").format(names=", ".join(sorted(absent))))


def _values(document: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    values = document.get("values", {})
    if not isinstance(values, dict) or not all(isinstance(each, dict) for each in values.values()):
        raise BadMapping(gettext('"values" is an object: column of the file -> its value -> ours.'))
    if unknown := values.keys() - columns.keys():
        raise BadMapping(
            gettext('"values" names columns that are not mapped: {names}.').format(names=", ".join(sorted(unknown)))
        )
    return values


def _zone(document: Mapping[str, Any]) -> ZoneInfo:
    name = document.get("timeZone", "UTC")
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, TypeError, OSError):
        raise BadMapping(gettext("{name} is no time zone.").format(name=name)) from None


def _time_format(document: Mapping[str, Any]) -> str:
    form = document.get("timeFormat", "")
    if not isinstance(form, str) or (form and "%" not in form):
        raise BadMapping(gettext('"timeFormat" is as %d/%m/%Y %H:%M:%S.'))
    return form
