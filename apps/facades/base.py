"""What every façade's view does first: sign the caller in, then work for the caller's tenant in one transaction."""

from contextlib import AbstractContextManager
from typing import Any, cast

from django.db import transaction
from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.accounts.hiding import hides_numbers, in_text, in_value, is_masked
from apps.accounts.models import User
from apps.common.errors import Forbidden
from apps.tenants.scope import scope


class TenantView(APIView):
    """One request, one transaction, one tenant. An error that is answered leaves nothing written."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As REST framework's, with the handler inside the tenant's scope and its errors rolled back."""
        self.args, self.kwargs, self.headers = args, kwargs, self.default_response_headers
        self.request = request = self.initialize_request(request, *args, **kwargs)
        try:
            self.initial(request, *args, **kwargs)
            if hides_numbers(request.user) and is_masked(request._request.body):
                raise Forbidden("a number of which only the end is shown cannot be written")
            with self.transaction(request):
                response = self.handler(request)(request, *args, **kwargs)
        except Exception as error:  # the façade's table answers what it knows and raises the rest
            response = self.handle_exception(error)
        self.response = self.finalize_response(request, response, *args, **kwargs)
        if hides_numbers(getattr(request, "_user", None)):
            _hide_numbers(self.response)
        return self.response

    def transaction(self, request: Request) -> AbstractContextManager[None]:
        """What the handler runs in."""
        return scope(self.tenant_of(request))

    def tenant_of(self, request: Request) -> Any:
        """The tenant that signing in found."""
        return cast(User, request.user).tenant

    def handler(self, request: Request) -> Any:
        method = (request.method or "").lower()
        if method not in self.http_method_names:  # else any attribute of the view could be called
            return self.http_method_not_allowed
        return getattr(self, method, self.http_method_not_allowed)


def _hide_numbers(response: Any) -> None:
    if hasattr(response, "data"):
        response.data = in_value(response.data)
    elif response.get("Content-Type", "").startswith(("text/", "application/json")) and not response.streaming:
        response.content = in_text(response.content.decode(response.charset)).encode(response.charset)


def roll_back() -> None:
    """Answer an error without raising it: the transaction is undone all the same."""
    transaction.set_rollback(True)
