from django.urls import URLPattern, re_path

from apps.facades.cometd.views import Endpoint, notifications


def notification_urls(base: str, endpoint: Endpoint) -> list[URLPattern]:
    """The endpoint at `base`, a pattern, with and without a slash, and with any suffix."""
    return [re_path(rf"^{base}(?:/(?P<suffix>.*))?$", notifications, {"endpoint": endpoint})]
