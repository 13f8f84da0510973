"""The kinds of file: types, the clock's name, formulas, windows; each read back by a reader of its own kind."""

import csv
import json
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pyarrow.parquet as parquet
import pytest

from apps.exports import xlsx
from apps.exports.columns import Column, Kind, Row
from apps.exports.forms import FORMS

ZONE = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 7, 1, 12, 0, 0, 123_000, tzinfo=UTC)
COLUMNS = [
    Column("name", "Name"),
    Column("at", "At", Kind.TIME),
    Column("day", "Day", Kind.DATE),
    Column("count", "Count", Kind.INTEGER),
    Column("share", "Share", Kind.NUMBER),
    Column("good", "Good", Kind.BOOLEAN),
    Column("data", "Data", Kind.JSON),
]
FULL: Row = ["Zoë, “x”\n", AT, date(2026, 7, 1), 2**40, -0.5, True, {"a": [1]}]
EMPTY: Row = [None] * len(COLUMNS)


def written(form: str, *windows: Sequence[Row]) -> bytes:
    return b"".join(FORMS[form].write(COLUMNS, ZONE, windows))


def test_csv_names_the_clock_and_keeps_numbers() -> None:
    text = written("csv", [FULL], [EMPTY]).decode()
    assert text.startswith("\ufeff")
    head, full, empty = csv.reader(StringIO(text[1:]))
    assert head == ["Name", "At (Europe/Berlin)", "Day", "Count", "Share", "Good", "Data"]
    assert full == [
        "Zoë, “x”\n",
        "2026-07-01T14:00:00.123+02:00",
        "2026-07-01",
        str(2**40),
        "-0.5",
        "yes",
        '{"a": [1]}',
    ]
    assert empty == [""] * 7


def test_json_lines_are_all_of_one_shape() -> None:
    full, empty = map(json.loads, written("jsonl", [FULL, EMPTY]).splitlines())
    assert full == {
        "name": "Zoë, “x”\n",
        "at": "2026-07-01T14:00:00.123+02:00",
        "day": "2026-07-01",
        "count": 2**40,
        "share": -0.5,
        "good": True,
        "data": {"a": [1]},
        "timeZone": "Europe/Berlin",
    }
    assert empty == {key: None for key in full} | {"timeZone": "Europe/Berlin"}


def test_parquet_keeps_types_and_the_zone() -> None:
    table = parquet.read_table(BytesIO(written("parquet", [FULL], [], [EMPTY])))
    assert [str(field.type) for field in table.schema] == [
        *("string", "timestamp[ms, tz=Europe/Berlin]", "date32[day]", "int64", "double", "bool", "string")
    ]
    full, empty = table.to_pylist()
    assert full == dict(zip(full, [*FULL[:6], '{"a": [1]}'], strict=True))
    assert set(empty.values()) == {None}
    assert parquet.read_table(BytesIO(written("parquet"))).num_rows == 0


def sheets(book: bytes) -> list[list[list[tuple[str | None, str]]]]:
    """Type and text of each cell of each row of each sheet."""
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(BytesIO(book)) as archive:
        names = sorted(name for name in archive.namelist() if name.startswith("xl/worksheets/sheet"))
        roots = [ElementTree.fromstring(archive.read(name)) for name in names]
    return [
        [[(cell.get("t"), "".join(cell.itertext())) for cell in row] for row in root.iterfind(".//m:row", space)]
        for root in roots
    ]


def test_xlsx_has_numbers_and_texts_and_local_times(monkeypatch: pytest.MonkeyPatch) -> None:
    ((head, full),) = sheets(written("xlsx", [FULL]))
    assert head[1] == ("inlineStr", "At (Europe/Berlin)")
    assert full[0] == ("inlineStr", "Zoë, “x”\n")
    assert full[1][0] is None
    assert abs(float(full[1][1]) % 1 - (14 * 3600 + 0.123) / 86400) < 1e-8
    assert full[3:6] == [(None, str(2**40)), (None, "-0.5"), ("b", "1")]
    monkeypatch.setattr(xlsx, "_MOST_ROWS", 3)
    assert [len(sheet) for sheet in sheets(written("xlsx", [FULL] * 3, [FULL] * 2))] == [3, 3, 2]


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-1", "@SUM(A1)", " =1", "\t=1", "＝1"])
def test_no_text_is_a_formula(text: str) -> None:
    row: Row = [text, *EMPTY[1:]]
    assert next(csv.reader(StringIO(written("csv", [row]).decode().splitlines(keepends=True)[1])))[0] == f"'{text}"
    ((_, (cell,)),) = sheets(written("xlsx", [row]))
    assert cell == ("inlineStr", text)
    assert json.loads(written("jsonl", [row]))["name"] == text
