"""The one endpoint: every path below it leads here, as clients append words of their own (15.1)."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from apps.accounts.models import User
from apps.common.threads import in_thread
from apps.events.hub import hub
from apps.facades.cometd import cors, errors, messages
from apps.facades.cometd.auth import user_of
from apps.facades.cometd.exchange import Exchange
from apps.facades.cometd.messages import Message
from apps.facades.cometd.waiting import Bell, bell_of, wait
from apps.tenants.scope import scope


@dataclass(frozen=True)
class Endpoint:
    """Who may speak at an address, and what makes the exchange. `heard_of` is told of everybody who sends a message."""

    user_of: Callable[[HttpRequest], User | None] = user_of
    exchange: Callable[[User, str, list[Message]], Exchange] = Exchange
    heard_of: Callable[[User], None] | None = None


async def notifications(request: HttpRequest, endpoint: Endpoint, suffix: str = "") -> HttpResponseBase:
    """Bayeux over HTTP."""
    if request.method == "OPTIONS":
        response = HttpResponse(status=204)
    elif request.method == "POST":
        response = await _answer(request, endpoint)
    else:
        # Quickly: some clients try a WebSocket first, and turn to polling once that is refused.
        response = HttpResponse(status=405, headers={"Allow": "POST, OPTIONS"})
    return cors.allow(request, response)


async def _answer(request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
    try:
        received = messages.parse(request.body)
        replies = await _replies(request, received, endpoint)
    except errors.Malformed as error:
        status = error.status if await in_thread(_may_speak, request, endpoint) else 401
        return HttpResponse(f"{error}\n", status=status, content_type="text/plain")
    except errors.BadToken:
        body = {"statusCode": 3, "statusMessage": "CSRF token missing or invalid"}  # section 2
        return JsonResponse(body, status=403)
    return JsonResponse(replies, safe=False)


async def _replies(request: HttpRequest, received: list[Message], endpoint: Endpoint) -> list[Message]:
    with ExitStack() as stack:
        client_id = received[0].get("clientId")
        bell = stack.enter_context(bell_of(client_id)) if isinstance(client_id, str) else Bell()
        await hub().listen()
        exchange = await in_thread(_exchange, request, received, endpoint)
        if isinstance(exchange, list):
            return exchange
        return await wait(exchange.held, bell) if exchange.held else exchange.replies


def _exchange(request: HttpRequest, received: list[Message], endpoint: Endpoint) -> Exchange | list[Message]:
    user = endpoint.user_of(request)
    if user is None:
        return [messages.refusal(message, errors.unauthorized()) for message in received]
    base_url = settings.PUBLIC_BASE_URL or f"{request.scheme}://{request.get_host()}"
    exchange = endpoint.exchange(user, base_url, received)
    with scope(user.tenant):
        exchange.run()
    if endpoint.heard_of:
        endpoint.heard_of(user)
    return exchange


def _may_speak(request: HttpRequest, endpoint: Endpoint) -> bool:
    try:
        return endpoint.user_of(request) is not None
    except errors.BadToken:
        return False
