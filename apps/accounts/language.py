"""Puts the pages that people read into their language, and no other: what a dialect answers is English, as documented.

A person's own choice comes first, then what the browser asks for, as far as we speak it.
"""

from collections.abc import Callable
from contextlib import suppress

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

_SCREENS = ("/admin/", "/desk/", "/sign-", "/second-factor", "/my-settings", "/change-password")
_APPROVAL = "/services/oauth2/authorize"  # where a person lets a client in


class LanguageMiddleware:
    """The push process's async views answer no pages and pass by."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if iscoroutinefunction(self.get_response) or not is_screen(request.path):
            return self.get_response(request)
        with translation.override(language_of(request)):
            response = self.get_response(request)
            patch_vary_headers(response, ("Accept-Language",))
            response.headers.setdefault("Content-Language", translation.get_language())
            return response


def is_screen(path: str) -> bool:
    return path == "/" or path.startswith(_SCREENS) or path == _APPROVAL


def language_of(request: HttpRequest) -> str:
    """As the browser asks, too, where nobody could be asked who it is: the database may be what is missing."""
    chosen = ""
    with suppress(DatabaseError, InterfaceError):
        chosen = getattr(getattr(request, "user", None), "language", "")
    return chosen if translation.check_for_language(chosen) else translation.get_language_from_request(request)
