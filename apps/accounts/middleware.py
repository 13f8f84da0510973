"""Puts every page of a signed-in person into the scope of that person's tenant, on that person's clock."""

from collections.abc import Callable
from http import HTTPStatus

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.tenants.scope import scope


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
        with scope(request.user.tenant), timezone.override(request.user.zone):
            response = self.get_response(request)
            failed = response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR  # a view's exception arrives as an answer
            if failed and not getattr(response, "stands", False):
                transaction.set_rollback(True)
            return response
