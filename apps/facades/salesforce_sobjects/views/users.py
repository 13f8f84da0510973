"""What clients do to users beyond reading them."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.operations import set_password
from apps.common.errors import Invalid
from apps.facades.salesforce_sobjects.views.base import ObjectView
from apps.facades.salesforce_sobjects.writing import Mistake, Rejected, find
from apps.objects import registry

_FIELD = "NewPassword"


class PasswordView(ObjectView):
    """`/sobjects/User/id/password`."""

    def get(self, request: Request, version: str, record_id: str) -> Response:
        find(registry.named("User"), record_id, request.user)  # type: ignore[arg-type]
        return Response({"isExpired": False})

    def post(self, request: Request, version: str, record_id: str) -> Response:
        user = find(registry.named("User"), record_id, request.user)  # type: ignore[arg-type]
        try:
            set_password(user, _password(request.data), by=request.user)  # type: ignore[arg-type]
        except Invalid as weak:
            raise Rejected(Mistake("INVALID_NEW_PASSWORD", str(weak), [_FIELD])) from weak
        return Response(status=204)


def _password(body: Any) -> str:
    sent = {name.lower(): value for name, value in body.items()} if isinstance(body, dict) else {}
    password = sent.get(_FIELD.lower())
    if not isinstance(password, str) or not password:
        raise Rejected(Mistake("REQUIRED_FIELD_MISSING", f"Required fields are missing: [{_FIELD}]", [_FIELD]))
    return password
