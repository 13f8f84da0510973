"""Where clients find this installation."""

from django.conf import settings
from django.http import HttpRequest


def base_url(request: HttpRequest) -> str:
    """Scheme and host without a slash at the end: what an installation calls itself, or what the client called it."""
    return (settings.PUBLIC_BASE_URL or request.build_absolute_uri("/")).rstrip("/")
