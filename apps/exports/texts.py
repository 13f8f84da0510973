"""CSV, and JSON lines."""

import csv as csv_module
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, tzinfo
from io import StringIO
from typing import Any

from apps.exports.columns import Column, Kind, Row, as_text, is_formula, moment


def csv(columns: Sequence[Column], zone: tzinfo, windows: Iterable[Sequence[Row]]) -> Iterator[bytes]:
    """The mark in front tells spreadsheets that it is UTF-8. Numbers are numbers; no text is a formula."""
    yield b"\xef\xbb\xbf" + _lines([[column.titled(zone) for column in columns]])
    kinds = [column.kind for column in columns]
    for rows in windows:
        yield _lines([[_cell(value, kind, zone) for value, kind in zip(row, kinds, strict=True)] for row in rows])


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    written = StringIO()
    csv_module.writer(written).writerows(rows)
    return written.getvalue().encode()


def _cell(value: Any, kind: Kind, zone: tzinfo) -> str:
    text = as_text(value, kind, zone)
    return f"'{text}" if kind in (Kind.TEXT, Kind.JSON) and is_formula(text) else text


def json_lines(columns: Sequence[Column], zone: tzinfo, windows: Iterable[Sequence[Row]]) -> Iterator[bytes]:
    """One object for each row, all of one shape, so that it can be loaded as it is; each names the clock."""
    clock = {"timeZone": str(zone)}
    kinds = [(column.key, column.kind) for column in columns]
    for rows in windows:
        told = (
            {key: _value(value, kind, zone) for (key, kind), value in zip(kinds, row, strict=True)} | clock
            for row in rows
        )
        yield "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in told).encode()


def _value(value: Any, kind: Kind, zone: tzinfo) -> Any:
    if value is None:
        return None
    if kind is Kind.TIME:
        return moment(value, zone)
    if isinstance(value, date):
        return value.isoformat()
    if kind is Kind.NUMBER:
        return float(value)
    return str(value) if kind is Kind.TEXT else value
