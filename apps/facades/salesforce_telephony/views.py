"""The operations of the contract."""

from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any, cast

from django.db import DatabaseError
from django.http import HttpResponseBase
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.facades.base import TenantView
from apps.facades.salesforce_telephony import conversations, errors, formats, payloads
from apps.facades.salesforce_telephony.auth import CallCenterTokens
from apps.facades.salesforce_telephony.body import Body
from apps.tenants.scope import scope
from apps.voice_calls import operations
from apps.voice_calls.models import CallCenter, Pace


class TelephonyView(TenantView):
    """Signed in by the call centre's own token, in JSON or XML."""

    authentication_classes = [CallCenterTokens]
    content_negotiation_class = formats.Negotiation
    parser_classes: Sequence[type[BaseParser]] = formats.PARSERS
    renderer_classes = formats.RENDERERS
    http_method_names = ["post", "patch"]

    def get_exception_handler(self) -> Any:
        return errors.answer

    pace: Pace.Kind | None = None  # what a limit counts (V-32)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Signed in, and before the request's transaction: counting must not make requests wait for each other."""
        super().initial(request, *args, **kwargs)
        if self.pace and request.method == "POST":
            operations.limits.keep_pace(self.call_center.tenant, self.pace, self.weight(request))

    def weight(self, request: Request) -> int:
        """How much of it the request brings."""
        return 1

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """What is refused is noted with the call centre that the token names, after the request's own transaction."""
        response = super().dispatch(request, *args, **kwargs)
        call_center: CallCenter | None = getattr(request, "named_call_center", None)
        if call_center and response.status_code >= HTTPStatus.BAD_REQUEST:
            code, message = errors.code_of(getattr(response, "data", None))
            asked, status = f"{request.method} {request.path}", response.status_code
            with suppress(DatabaseError), scope(call_center.tenant):  # a note that fails is no failure of the answer
                operations.refusals.note(call_center, operation=asked, status=status, code=code, message=message)
        return response

    def body(self, request: Request) -> Any:
        """What was sent, unless it names another call centre than the token (V-04)."""
        payloads.check_call_center(Body(request.data), self.call_center)
        return request.data

    @property
    def call_center(self) -> CallCenter:
        """The one that signed the token."""
        call_center: Any = self.request.auth
        return cast(CallCenter, call_center)

    @property
    def provider(self) -> str | None:
        return payloads.provider_name(self.request.headers.get("Telephony-Provider-Name"))


class CallsView(TelephonyView):
    pace = Pace.Kind.CALLS

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


class MessageView(TelephonyView):
    pace = Pace.Kind.LINES

    def post(self, request: Request, call_id: str) -> Response:
        """Operation 3: one line of what is said."""
        line = conversations.line(self.body(request))
        operations.transcripts.add_line(self.call_center, payloads.call_id(call_id), line)
        return Response(payloads.ACCEPTED, status=202)


class MessagesView(TelephonyView):
    pace = Pace.Kind.LINES

    def weight(self, request: Request) -> int:
        return sum(map(len, conversations.entries(self.body(request)).values()))

    def post(self, request: Request) -> Response:
        """Operation 4: lines of several calls."""
        operations.transcripts.add_lines(self.call_center, conversations.entries(self.body(request)))
        return Response(payloads.ACCEPTED, status=202)


class RealtimeEventsView(TelephonyView):
    def post(self, request: Request, call_id: str) -> Response:
        """Operation 8: what is noticed while the call goes on."""
        service, signals, keep = conversations.signals(self.body(request), afterwards=False)
        operations.signals.notice(self.call_center, payloads.call_id(call_id), service, signals, keep=keep)
        return Response(payloads.NOTED, status=202)


class PostCallEventsView(TelephonyView):
    def post(self, request: Request, call_id: str) -> Response:
        """Operation 9: what is said of the whole call."""
        service, signals, _ = conversations.signals(self.body(request), afterwards=True)
        operations.signals.conclude(self.call_center, payloads.call_id(call_id), service, signals)
        return Response(payloads.NOTED, status=202)


class RoutingView(TelephonyView):
    """What asks where a call goes. Some are processed only with unified routing (V-47)."""

    needs_unified_routing = True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.needs_unified_routing and not self.call_center.unified_routing:
            raise errors.FeatureDisabled("Unified routing is off for this call centre")


class FlowView(RoutingView):
    needs_unified_routing = False

    def patch(self, request: Request, call_id: str) -> Response:
        """Operation 5: a flow, or a queue, chooses who is asked."""
        asked = payloads.flow_call(self.body(request))
        with errors.routing():
            chosen = operations.routing.run_flow(self.call_center, payloads.call_id(call_id), asked)
        return Response(payloads.chosen(chosen))


class RouteView(RoutingView):
    def post(self, request: Request, call_id: str) -> Response:
        """Operation 6: to a user, a queue or a flow."""
        target, fallback, inputs = payloads.route(self.body(request))
        with errors.routing():
            operations.routing.route(
                self.call_center, payloads.call_id(call_id), target, fallback_queue=fallback, inputs=inputs
            )
        return Response(payloads.SUCCESS)


class CallbackView(RoutingView):
    parser_classes = (formats.JSONParser,)

    def post(self, request: Request, call_id: str) -> Response:
        """Operation 7: the caller wants to be called back."""
        number, due_at = payloads.callback(self.body(request))
        made, is_new = operations.request_callback(self.call_center, payloads.call_id(call_id), number, due_at=due_at)
        return Response({"recordId": made.public_id}, status=201 if is_new else 200)  # type: ignore[attr-defined]


class RerouteView(RoutingView):
    def post(self, request: Request, call_id: str) -> Response:
        """Operation 10: somebody else."""
        payloads.no_body(request.data)
        with errors.routing():
            operations.routing.reroute(self.call_center, payloads.call_id(call_id))
        return Response(payloads.SUCCESS)

    patch = post  # a published client sends that (voice 6.4)


class ClearRoutingView(RoutingView):
    needs_unified_routing = False

    def patch(self, request: Request, call_id: str) -> Response:
        """Operation 11: nobody any more."""
        payloads.no_body(request.data)
        operations.routing.clear(self.call_center, payloads.call_id(call_id))
        return Response(payloads.SUCCESS)
