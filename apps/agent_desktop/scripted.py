"""Whether a script asked, and from which page."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


def htmx(request: HttpRequest) -> HtmxDetails:
    """True for a request that htmx made; the middleware puts it there."""
    details: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    return details
