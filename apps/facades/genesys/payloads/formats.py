"""How single values are written."""

from datetime import UTC, datetime

from apps.common.public_ids import genesys_id

_USUAL = len("2025-03-01T10:00:00.000+00:00")  # as events have it


def date(iso: str) -> str:
    """`YYYY-MM-DD HH:MM:SS.mmm+0000` of an event's time (genesys 8.1)."""
    if len(iso) == _USUAL and iso.endswith("+00:00"):
        return f"{iso[:10]} {iso[11:23]}+0000"
    at = datetime.fromisoformat(iso).astimezone(UTC)
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03}+0000"


def interaction_id(key: int | None) -> str | None:
    return None if key is None else genesys_id(key)
