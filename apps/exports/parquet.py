"""Parquet: a row group for some thousands of rows."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from typing import Any

from apps.exports.columns import Column, Kind, Row

_GROUP = 10_000  # rows


class _Sink:
    """Takes what is written until it is fetched."""

    closed = False

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._place = 0

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        self._place += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._place

    def flush(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True

    def fetch(self) -> bytes:
        fetched, self._pieces = b"".join(self._pieces), []
        return fetched


def parquet(columns: Sequence[Column], zone: tzinfo, windows: Iterable[Sequence[Row]]) -> Iterator[bytes]:
    """Types are kept; times are moments to the millisecond, of the zone that their type names."""
    import pyarrow as pa  # only who exports pays for it
    from pyarrow.parquet import ParquetWriter

    types = {
        Kind.INTEGER: pa.int64(),
        Kind.NUMBER: pa.float64(),
        Kind.BOOLEAN: pa.bool_(),
        Kind.DATE: pa.date32(),
        Kind.TIME: pa.timestamp("ms", tz=str(zone)),
    }
    schema = pa.schema(
        [pa.field(column.key, types.get(column.kind, pa.string())) for column in columns],
        metadata={"timeZone": str(zone)},
    )

    def group(rows: Sequence[Row]) -> Any:
        values = zip(*rows, strict=True) if rows else [()] * len(columns)
        arrays = [
            pa.array(_stored(column.kind, each), field.type)
            for column, field, each in zip(columns, schema, values, strict=True)
        ]
        return pa.table(arrays, schema=schema)

    sink, waiting = _Sink(), list[Row]()
    with ParquetWriter(pa.PythonFile(sink, mode="w"), schema) as writer:
        for rows in windows:
            waiting += rows
            if len(waiting) >= _GROUP:
                writer.write_table(group(waiting))
                waiting = []
            yield sink.fetch()
        writer.write_table(group(waiting))
    yield sink.fetch()


def _stored(kind: Kind, values: Sequence[Any]) -> list[Any]:
    if kind is Kind.JSON:
        return [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]
    if kind is Kind.TEXT:
        return [None if value is None else str(value) for value in values]
    return [None if value is None else float(value) for value in values] if kind is Kind.NUMBER else list(values)
