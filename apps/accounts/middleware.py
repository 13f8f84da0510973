"""Puts every page of a signed-in person into the scope of that person's tenant, on that person's clock."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone

from apps.accounts.hiding import for_reader, hides_numbers, in_html, in_text, is_masked, own_texts_of
from apps.accounts.sessions import DUE, PASSWORD_ALONE
from apps.common.words import later as _
from apps.tenants.scope import scope

_MASKED = _(
    "A number of which only the end is shown cannot be saved. Leave such a field out, or ask who sees it in full."
)
_DIALECT = "/api/v2/"  # the one whose clients open sessions (genesys 2)
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_OPEN_WHILE_DUE = ("/second-factor", "/sign-out")


class TenantMiddleware:
    """One request, one transaction, one tenant. The push process's async views hold no connection and pass by."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if iscoroutinefunction(self.get_response) or not request.user.is_authenticated:
            return self.get_response(request)
        if request.session.get(PASSWORD_ALONE) and not request.path.startswith(_DIALECT):
            request.user = AnonymousUser()
            return self.get_response(request)
        if request.session.get(DUE) and request.path not in _OPEN_WHILE_DUE:
            return redirect("second-factor")
        with scope(request.user.tenant), timezone.override(request.user.zone):
            hides = hides_numbers(request.user)
            if hides and request.method == "POST" and _saves_masked(request):
                return HttpResponseForbidden(_MASKED, content_type="text/plain; charset=utf-8")
            with for_reader(hides):
                response = self.get_response(request)
            if hides:
                _hide_numbers(response)
            response.headers.setdefault("Cache-Control", "private, no-store")  # going back after signing out shows none
            failed = response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR  # a view's exception arrives as an answer
            if failed and not getattr(response, "stands", False):
                transaction.set_rollback(True)
            return response


def _saves_masked(request: HttpRequest) -> bool:
    """Whether what was shown in part would be written as it was shown. A text of one's own may quote it."""
    if request.content_type not in _FORMS:
        return is_masked(request.body)
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    own = _own_texts(request)
    held = any(is_masked(f"{name}={value}".encode()) for name, value in fields if name not in own)
    return held or any(_holds_masked(file) for _name, files in request.FILES.lists() for file in files)


def _own_texts(request: HttpRequest) -> frozenset[str]:
    """Of the view that the address leads to."""
    try:
        return own_texts_of(resolve(request.path_info).func)
    except Resolver404:
        return frozenset()


def _holds_masked(file: "UploadedFile[Any]") -> bool:
    try:
        return any(map(is_masked, file))
    finally:
        file.seek(0)


def _hide_numbers(response: HttpResponse) -> None:
    """In what a page says. Files that are sent while they are read hide numbers themselves."""
    kind = response.get("Content-Type", "")
    if response.streaming or not kind.startswith(("text/", "application/json")):
        return
    hide = in_html if kind.startswith("text/html") else in_text
    response.content = hide(response.content.decode(response.charset)).encode(response.charset)
