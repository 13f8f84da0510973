"""Operations 1 and 2 of the contract."""

from typing import Any, cast

from rest_framework.request import Request
from rest_framework.response import Response

from apps.facades.base import TenantView
from apps.facades.salesforce_telephony import errors, formats, payloads
from apps.facades.salesforce_telephony.auth import CallCenterTokens
from apps.voice_calls import operations
from apps.voice_calls.models import CallCenter


class TelephonyView(TenantView):
    """Signed in by the call centre's own token, in JSON or XML."""

    authentication_classes = [CallCenterTokens]
    content_negotiation_class = formats.Negotiation
    parser_classes = formats.PARSERS
    renderer_classes = formats.RENDERERS

    def get_exception_handler(self) -> Any:
        return errors.answer

    @property
    def call_center(self) -> CallCenter:
        """The one that signed the token."""
        call_center: Any = self.request.auth
        return cast(CallCenter, call_center)

    @property
    def provider(self) -> str | None:
        return payloads.provider_name(self.request.headers.get("Telephony-Provider-Name"))


class CallsView(TelephonyView):
    def post(self, request: Request) -> Response:
        """Operation 1: a call begins. Repeated, it answers with the call there is (V-22)."""
        draft = payloads.new_call(request.data, self.call_center, self.provider)
        created = operations.create(self.call_center, draft)
        return Response(payloads.created(created.call, created.problems), status=201 if created.is_new else 200)


class CallView(TelephonyView):
    def patch(self, request: Request, call_id: str) -> Response:
        """Operation 2: the call as its telephone system knows it now. Applied before the answer (V-44)."""
        update = payloads.update(request.data, self.call_center, self.provider)
        operations.update(self.call_center, payloads.call_id(call_id), update)
        return Response(payloads.PENDING, status=202)
