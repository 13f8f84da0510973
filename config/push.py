"""What the push process serves itself, and the handler it does so with."""

from functools import lru_cache, partial
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.exception import convert_exception_to_response, response_for_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, path

from apps.agents.heard import hear_of
from apps.events.pulse import pulse
from apps.events.stream import stream
from apps.facades.cometd import cors
from apps.facades.cometd.auth import bearer_of
from apps.facades.cometd.messages import LONGEST_BODY
from apps.facades.cometd.plain import Plain
from apps.facades.cometd.replaying import ReplayExchange
from apps.facades.cometd.urls import notification_urls
from apps.facades.cometd.views import Endpoint
from apps.facades.cxengage.notifying.poll import notifications as cxengage_notifications
from apps.facades.salesforce_streaming.feed import ChangeFeed
from config.leaving import Leaving
from config.requests import PushRequest


async def live(request: HttpRequest) -> HttpResponseBase:
    """The event stream, for pages of listed origins, too."""
    return cors.allow(request, await stream(request, heard_of=hear_of))


async def toolbar(request: HttpRequest, tenant_id: str, user_id: str) -> HttpResponseBase:
    """The queue of a CxEngage agent's client, which may be a page of a listed origin."""
    if request.method == "OPTIONS":
        return cors.allow(request, HttpResponse(status=204))
    return cors.allow(request, await cxengage_notifications(request, tenant_id, user_id))


urlpatterns = [
    path("events/stream", live),
    path("events/pulse", pulse),
    path("v1/notifications/tenants/<str:tenant_id>/presence/<str:user_id>", toolbar),
    *notification_urls("api/v2/notifications", Endpoint(heard_of=hear_of)),
    *notification_urls(
        r"cometd/[0-9]{2}\.0",
        Endpoint(
            user_of=bearer_of,
            exchange=partial(ReplayExchange, vendor=ChangeFeed()),
            remembers=False,
            is_quick=False,
        ),
    ),
]
PATHS = ("/events/stream", "/events/pulse", "/api/v2/notifications", "/cometd", "/v1/notifications")
_BELOW = tuple(f"{own}/" for own in PATHS)


class PushHandler(ASGIHandler):
    """Django's, without middleware, which blocks and holds a transaction for as long as a request waits.

    And without a thread for each request: the few that the views borrow are bounded (`apps.common.threads`). Bodies are
    read into memory, and no further than anything here needs.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        self._middleware_chain = convert_exception_to_response(_answer)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            body = await _read(receive, dict(scope["headers"]).get(b"content-length", b""))
        except RequestAborted:
            return
        with Leaving(partial(_gone, receive)):
            response = await self._middleware_chain(PushRequest(scope, body))  # type: ignore[misc]
            if isinstance(response, Plain):
                await response.send(send)
            else:
                await self.send_response(response, send)


async def failed(scope: Any, body: bytes, error: Exception) -> HttpResponseBase:
    """What Django makes of a mistake of ours."""
    respond = sync_to_async(response_for_exception, thread_sensitive=False)
    return await respond(PushRequest(scope, body), error)


def usual_at(path: str) -> Endpoint | None:
    """Where clients that name themselves by a header are remembered."""
    match = _route(path)
    endpoint: Endpoint | None = match.kwargs.get("endpoint") if match else None
    return endpoint if endpoint and endpoint.remembers and not settings.CSRF_ALWAYS else None


async def _answer(request: HttpRequest) -> HttpResponseBase:
    """What the resolver would do, without its detours: there are few addresses, and they are asked often."""
    match = _route(request.path_info)
    if match is None:
        raise Http404(request.path)
    return await match.func(request, *match.args, **match.kwargs)  # type: ignore[no-any-return]


@lru_cache(maxsize=1000)
def _route(path: str) -> ResolverMatch | None:
    return next((match for route in urlpatterns if (match := route.resolve(path[1:]))), None)


async def _read(receive: Any, told_length: bytes) -> bytes:
    """The body, or the beginning of one that is too long to be looked at.

    One that is here in whole is not asked for its end, which would cost as much as the rest.
    """
    message = await receive()
    if message["type"] == "http.request" and b"%d" % len(message.get("body", b"")) == told_length:
        return message.get("body", b"")  # type: ignore[no-any-return]
    parts: list[bytes] = []
    length = 0
    while True:
        if message["type"] == "http.disconnect":
            raise RequestAborted
        if length <= LONGEST_BODY:
            parts.append(message.get("body", b""))
            length += len(parts[-1])
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)
        message = await receive()


async def _gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass  # the body's end


def is_push(path: str) -> bool:
    return path.startswith(_BELOW) or path in PATHS
