"""Rows of a file, with the number that an editor shows for each: of CSV its line's, the heading counted."""

import csv
import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, TextIO, TypeAlias

from django.utils.translation import gettext

from apps.common.errors import SwitchroomError
from apps.common.storable import unstorable

Raw: TypeAlias = "Mapping[str, Any] | str"  # or why the row cannot be read

JSON_SUFFIXES = (".jsonl", ".ndjson", ".json")
_LONGEST_CELL = 1_000_000
_LONGEST_LINE = 4 * _LONGEST_CELL
_MOST_COLUMNS = 500
_SAMPLE = 50
_DELIMITERS = ",;\t|"


class Unreadable(SwitchroomError):
    """The file as a whole cannot be read."""


def header(path: Path) -> list[str]:
    """The columns of the file; of JSON lines those of its first rows."""
    if _is_json(path):
        found: dict[str, None] = {}
        for _, row in islice(rows(path), _SAMPLE):
            found |= dict.fromkeys(row) if isinstance(row, Mapping) else {}
        return _checked(list(found))
    with _opened(path) as file:
        return _checked(_heading(file)[1])


def _checked(names: list[str]) -> list[str]:
    if len(names) > _MOST_COLUMNS:
        raise Unreadable(gettext("The file has more than {most} columns.").format(most=_MOST_COLUMNS))
    if any(unstorable(name) for name in names):
        raise Unreadable(gettext("The names of the file’s columns are no UTF-8."))
    return names


def sample(path: Path, count: int = 5) -> list[Mapping[str, Any]]:
    """The first rows that can be read."""
    return [row for _, row in islice(rows(path), count) if isinstance(row, Mapping)]


def size(path: Path) -> int:
    """How many lines there are: rows, unless a cell has lines of its own."""
    with path.open("rb") as file:
        return sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b""))


def rows(path: Path) -> Iterator[tuple[int, Raw]]:
    """Number and row, one after the other. Raises Unreadable."""
    with _opened(path) as file:
        yield from _json_rows(file) if _is_json(path) else _csv_rows(file)


def _is_json(path: Path) -> bool:
    return path.suffix in JSON_SUFFIXES


def _opened(path: Path) -> TextIO:
    """Bytes that are no UTF-8 become halves of characters, which are refused at their row."""
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def _lines(file: TextIO) -> Iterator[str]:
    """One after the other, so that a file without an end of line is never in memory as a whole."""
    while line := file.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE and not line.endswith(("\n", "\r")):
            raise Unreadable(gettext("A line of the file is longer than any row can be."))
        yield line


def _heading(file: TextIO) -> tuple[Any, list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    first = next(_lines(file), "")
    delimiter = max(_DELIMITERS, key=first.count)
    file.seek(0)
    reader = csv.reader(_lines(file), delimiter=delimiter)
    try:
        names = [name.strip() for name in next(reader)]
    except (StopIteration, csv.Error):
        raise Unreadable(gettext("The file has no heading.")) from None
    if len(set(names)) < len(names):
        raise Unreadable(gettext("Two columns of the file have one name."))
    return reader, names


def _csv_rows(file: TextIO) -> Iterator[tuple[int, Raw]]:
    reader, names = _heading(file)
    while True:
        try:
            for cells in reader:
                if cells:
                    yield reader.line_num, _row(names, cells)
            return
        except csv.Error as error:
            yield reader.line_num, gettext("It cannot be read: {error}.").format(error=error)


def _row(names: list[str], cells: list[str]) -> Raw:
    if len(cells) > len(names):
        return gettext("It has more cells than the heading.")
    return dict(zip(names, cells, strict=False))


def _json_rows(file: TextIO) -> Iterator[tuple[int, Raw]]:
    for number, line in enumerate(_lines(file), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield number, gettext("It is no JSON: {error}.").format(error=error)
            continue
        yield number, row if isinstance(row, dict) else gettext("It is no object.")
