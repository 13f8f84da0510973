"""What the push process serves itself, and the handler it does so with."""

import asyncio
from functools import partial
from typing import Any

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

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

# A client that leaves is noticed only if its answer takes longer: asking the server costs as much as a short answer.
_MAY_LEAVE_AFTER_SECONDS = 2.0


class PushHandler(ASGIHandler):
    """Django's, without middleware, which blocks and holds a transaction for as long as a request waits.

    And without a thread for each request: the few that the views borrow are bounded (`apps.common.threads`). Bodies are
    read into memory, and no further than anything here needs.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        self._middleware_chain = convert_exception_to_response(_answer)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            body = await _read(receive)
        except RequestAborted:
            return
        request = PushRequest(scope, body)
        leaving = _Leaving(receive)
        try:
            response = await self._middleware_chain(request)  # type: ignore[misc]
            if isinstance(response, Plain):
                await response.send(send)
            else:
                await self.send_response(response, send)
        except asyncio.CancelledError:
            if not leaving.has_left:
                raise
        finally:
            leaving.is_over()


async def _answer(request: HttpRequest) -> HttpResponseBase:
    """What the resolver would do, without its detours: there are few addresses, and they are asked often."""
    for route in urlpatterns:
        if match := route.resolve(request.path_info[1:]):
            return await match.func(request, *match.args, **match.kwargs)  # type: ignore[no-any-return]
    raise Http404(request.path)


class _Leaving:
    """Ends the running task when the client leaves: nothing else comes of it after its body."""

    def __init__(self, receive: Any) -> None:
        self.has_left = False
        self._receive = receive
        self._answering = asyncio.current_task()
        self._noticing: asyncio.Task[None] | None = None
        self._begin = asyncio.get_running_loop().call_later(_MAY_LEAVE_AFTER_SECONDS, self._notice_soon)

    def is_over(self) -> None:
        self._begin.cancel()
        if self._noticing:
            self._noticing.cancel()

    def _notice_soon(self) -> None:
        self._noticing = asyncio.create_task(self._notice())

    async def _notice(self) -> None:
        await self._receive()
        self.has_left = True
        if self._answering:
            self._answering.cancel()


async def _read(receive: Any) -> bytes:
    """The body, or the beginning of one that is too long to be looked at."""
    parts: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestAborted
        if length <= LONGEST_BODY:
            parts.append(message.get("body", b""))
            length += len(parts[-1])
        if not message.get("more_body", False):
            return b"".join(parts)


def is_push(path: str) -> bool:
    return path.startswith(_BELOW) or path in PATHS
