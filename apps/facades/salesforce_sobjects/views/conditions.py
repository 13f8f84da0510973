"""Conditional requests (sobjects 5.6)."""

from datetime import UTC, datetime, timedelta

from django.utils.http import parse_http_date_safe
from rest_framework.request import Request

from apps.common.errors import Outdated
from apps.facades.salesforce_sobjects.errors import Malformed

_WRITES = ("PATCH", "POST")
_WITHIN = timedelta(seconds=1) - timedelta.resolution  # a header names whole seconds


def unchanged_since(request: Request) -> datetime | None:
    """The end of the second that If-Unmodified-Since names. Raises Malformed for an unusable date on a write."""
    since = _date(request, "If-Unmodified-Since")
    return since + _WITHIN if since else None


def is_news(request: Request, stamp: datetime | None) -> bool:
    """Whether a record of this stamp is to be sent. Raises Outdated if it was to be unchanged and is not."""
    if stamp is None:
        return True
    if (limit := unchanged_since(request)) and stamp > limit:
        raise Outdated("it has changed since")
    known = _date(request, "If-Modified-Since")
    return known is None or stamp > known + _WITHIN


def _date(request: Request, name: str) -> datetime | None:
    text = request.headers.get(name)
    seconds = parse_http_date_safe(text) if text else None
    if seconds is not None:
        return datetime.fromtimestamp(seconds, UTC)
    if text and request.method in _WRITES:
        raise Malformed("INVALID_DATE_HEADER", f"{name} takes a date such as Tue, 04 Mar 2025 10:20:30 GMT")
    return None
