"""Excel's workbooks, written row by row into a temporary file, which is then sent in pieces."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import tzinfo
from functools import partial
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

from apps.exports.columns import Column, Kind, Row, as_text, is_formula

_MOST_ROWS = 1_048_576  # of a sheet, its heading among them
_LONGEST = 32_767  # characters of a cell
_PIECE = 256 * 1024
_TIME, _DATE = "yyyy-mm-dd hh:mm:ss.000", "yyyy-mm-dd"


def xlsx(columns: Sequence[Column], zone: tzinfo, windows: Iterable[Sequence[Row]]) -> Iterator[bytes]:
    """Times are those of the zone that the heading names, as Excel's know none. Texts are texts, whatever they begin
    with. What does not fit one sheet goes on in the next."""
    from xlsxwriter import Workbook  # only who exports pays for it

    with TemporaryDirectory() as folder, TemporaryFile() as file:
        with Workbook(file, {"constant_memory": True, "tmpdir": folder}) as book:
            sheets = _Sheets(book, columns, zone)
            for rows in windows:
                sheets.write(rows)
                yield b""
        file.seek(0)
        yield from iter(partial(file.read, _PIECE), b"")


class _Sheets:
    def __init__(self, book: Any, columns: Sequence[Column], zone: tzinfo) -> None:
        self._book, self._columns, self._zone = book, columns, zone
        self._bold = book.add_format({"bold": True})
        self._writers = [self._writer(column.kind) for column in columns]
        self._begin()

    def write(self, rows: Sequence[Row]) -> None:
        for row in rows:
            if self._next == _MOST_ROWS:
                self._begin()
            for position, (value, write) in enumerate(zip(row, self._writers, strict=True)):
                if value is not None:
                    write(self._next, position, value)
            self._next += 1

    def _begin(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        for position, column in enumerate(self._columns):
            heading = column.titled(self._zone)
            self._sheet.set_column(position, position, max(12, min(len(heading) + 2, 30)))
            self._sheet.write_string(0, position, heading, self._bold)
        self._next = 1

    def _writer(self, kind: Kind) -> Callable[[int, int, Any], object]:
        quoted = self._book.add_format({"quote_prefix": True})  # stays a text when somebody edits the cell

        def text(row: int, position: int, value: Any) -> None:
            written = as_text(value, kind, self._zone)[:_LONGEST]
            self._sheet.write_string(row, position, written, quoted if is_formula(written) else None)

        def number(row: int, position: int, value: Any) -> None:
            self._sheet.write_number(row, position, value)

        def boolean(row: int, position: int, value: Any) -> None:
            self._sheet.write_boolean(row, position, value)

        timed, dated = (self._book.add_format({"num_format": form}) for form in (_TIME, _DATE))

        def time(row: int, position: int, value: Any) -> None:
            self._sheet.write_datetime(row, position, value.astimezone(self._zone).replace(tzinfo=None), timed)

        def day(row: int, position: int, value: Any) -> None:
            self._sheet.write_datetime(row, position, value, dated)

        known = {Kind.INTEGER: number, Kind.NUMBER: number, Kind.BOOLEAN: boolean, Kind.TIME: time, Kind.DATE: day}
        return known.get(kind, text)
