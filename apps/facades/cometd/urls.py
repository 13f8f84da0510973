from typing import Any

from django.urls import URLPattern, re_path

from apps.facades.cometd.views import notifications


def notification_urls(base: str, **options: Any) -> list[URLPattern]:
    """The endpoint at `base`, with and without a slash, and with any suffix."""
    return [re_path(rf"^{base}(?:/(?P<suffix>.*))?$", notifications, options)]
