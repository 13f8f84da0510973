"""The kinds of file: each writes windows of rows as they come, in constant memory, however many there are."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TypeAlias

from apps.common.words import later as _
from apps.exports.columns import Column, Row
from apps.exports.parquet import parquet
from apps.exports.texts import csv, json_lines
from apps.exports.xlsx import xlsx

# Columns, the viewer's clock and windows of rows -> the file, a piece for each window at least (it may be empty).
Write: TypeAlias = Callable[[Sequence[Column], tzinfo, Iterable[Sequence[Row]]], Iterator[bytes]]


@dataclass(frozen=True)
class Form:
    label: str
    content_type: str
    write: Write


FORMS = {
    "csv": Form("CSV", "text/csv; charset=utf-8", csv),
    "xlsx": Form("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx),
    "jsonl": Form(_("JSON lines"), "application/jsonl; charset=utf-8", json_lines),
    "parquet": Form("Parquet", "application/vnd.apache.parquet", parquet),
}
