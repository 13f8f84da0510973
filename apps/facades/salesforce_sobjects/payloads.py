"""Records and result sets in the object API's words."""

from collections.abc import Iterable, Mapping
from typing import Any

from apps.objects.registry import SObject

OLDEST, NEWEST = 20, 67  # P-01
_SEASONS = ("Spring", "Summer", "Winter")


def versions() -> list[dict[str, str]]:
    """The versions served, oldest first. 67.0 is Summer '26; three a year, winter named for the year after."""
    return [
        {"label": _label(number), "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
        for number in range(OLDEST, NEWEST + 1)
    ]


def _label(number: int) -> str:
    behind = number - 66  # Spring '26
    season = _SEASONS[behind % 3]
    year = 26 + behind // 3 + (season == "Winter")
    return f"{season} '{year:02}"


def record(sobject: SObject, record_id: str, fields: Mapping[str, Any], version: str) -> dict[str, Any]:
    """A record begins with what it is and where; the address carries the version of the request (sobjects 2.3)."""
    return {"attributes": {"type": sobject.name, "url": address(sobject, record_id, version)}, **fields}


def address(sobject: SObject, record_id: str, version: str) -> str:
    return f"/services/data/v{version}.0/sobjects/{sobject.name}/{record_id}"


def result_set(records: Iterable[dict[str, Any]], total: int | None = None) -> dict[str, Any]:
    rows = list(records)
    return {"totalSize": len(rows) if total is None else total, "done": True, "records": rows}
