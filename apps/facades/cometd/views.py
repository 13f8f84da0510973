"""The one endpoint: every path below it leads here, as clients append words of their own (15.1)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from apps.accounts.models import User
from apps.accounts.remembered import Known, forget, know, known
from apps.common.per_loop import running_loop
from apps.common.threads import in_thread
from apps.events.hub import hub
from apps.facades.cometd import cors, errors, messages
from apps.facades.cometd.arriving import arrive
from apps.facades.cometd.auth import user_of
from apps.facades.cometd.desk import Call, desk, serve_alone
from apps.facades.cometd.exchange import Exchange
from apps.facades.cometd.messages import Message
from apps.facades.cometd.plain import Plain
from apps.facades.cometd.sessions import NoLongerGood, Sessions
from apps.facades.cometd.waiting import Bell, waiting

_ADDRESSES = 1000
_addresses: dict[tuple[str, ...], str] = {}
_LOOKS = 3  # at somebody whose rows change meanwhile


@dataclass(frozen=True)
class Endpoint:
    """Who may speak at an address, and what makes the exchange. `heard_of` is told of everybody who sends a message.

    Callers whom `remembers` are not looked up anew each time. Exchanges that are not quick are not served in batches.
    """

    user_of: Callable[[HttpRequest], User | None] = user_of
    exchange: Callable[[User, str, list[Message], Sessions], Exchange] = Exchange
    heard_of: Callable[[User], None] | None = None
    remembers: bool = True
    is_quick: bool = True


async def notifications(request: HttpRequest, endpoint: Endpoint, suffix: str = "") -> HttpResponseBase:
    """Bayeux over HTTP."""
    if request.method == "OPTIONS":
        response: HttpResponseBase = HttpResponse(status=204)
    elif request.method == "POST":
        response = await _answer(request, endpoint)
    else:
        # Quickly: some clients try a WebSocket first, and turn to polling once that is refused.
        response = HttpResponse(status=405, headers={"Allow": "POST, OPTIONS"})
    if isinstance(response, Plain):
        if "Origin" not in request.headers:
            return response
        response = JsonResponse(response.replies, safe=False)
    return cors.allow(request, response)


async def _answer(request: HttpRequest, endpoint: Endpoint) -> HttpResponseBase:
    try:
        received = messages.parse(request.body)
        replies = await _replies(request, received, endpoint)
    except errors.Malformed as error:
        status = error.status if await in_thread(_may_speak, request, endpoint) else 401
        return HttpResponse(f"{error}\n", status=status, content_type="text/plain")
    except errors.BadToken:
        body = {"statusCode": 3, "statusMessage": "CSRF token missing or invalid"}  # section 2
        return JsonResponse(body, status=403)
    return Plain(replies)


async def _replies(request: HttpRequest, received: list[Message], endpoint: Endpoint) -> list[Message]:
    header = request.headers.get("Authorization", "")
    is_remembered = endpoint.remembers and header and not settings.CSRF_ALWAYS
    look = None if is_remembered else partial(endpoint.user_of, request)
    return await replies(header, settings.PUBLIC_BASE_URL or _base_url(request), received, endpoint, look)


async def replies(
    header: str,
    base_url: str,
    received: list[Message],
    endpoint: Endpoint,
    look: Callable[[], User | None] | None = None,
) -> list[Message]:
    """Who asks is remembered by the Authorization header, unless somebody has to `look` each time.

    Awaits as little as can be, one thing after the other: this is what an answer costs.
    """
    loop = running_loop()
    house = hub(loop)
    if not house.is_listening:
        await house.listen()
    bell = Bell(received[0].get("clientId"))
    try:
        for number in range(_LOOKS):
            caller = None if look else known(header) or await in_thread(know, header)
            user = await in_thread(look) if look else caller.user if caller else None
            if user is None:
                break
            if number == _LOOKS - 1:  # whose row every request moves, as signing in does: goes by this look alone
                caller = None
            held = None
            if number == 0 and caller and endpoint.is_quick:
                held = arrive(received, caller, base_url, bell, house, loop)
            try:
                if held is None:
                    exchange = await _served(endpoint, user, base_url, received, caller, loop)
                    held = await waiting(exchange.held, bell, house, caller) if exchange.held else None
                if endpoint.heard_of:
                    endpoint.heard_of(user)
                return await held.replies() if held else exchange.replies
            except NoLongerGood:
                forget(header)
    finally:
        bell.leave()
    return [messages.refusal(message, errors.unauthorized()) for message in received]


async def _served(
    endpoint: Endpoint,
    user: User,
    base_url: str,
    received: list[Message],
    caller: Known | None,
    loop: asyncio.AbstractEventLoop,
) -> Exchange:
    run = partial(_exchange, endpoint, user, base_url, received)
    client_ids = [message.get("clientId") for message in received]
    if endpoint.is_quick:
        return await desk(user.tenant, loop).serve(Call(client_ids, run, caller), loop)
    return await in_thread(serve_alone, user.tenant, client_ids, run)


def _exchange(endpoint: Endpoint, user: User, base_url: str, received: list[Message], sessions: Sessions) -> Exchange:
    exchange = endpoint.exchange(user, base_url, received, sessions)
    exchange.run()
    return exchange


def _base_url(request: HttpRequest) -> str:
    """As the request names us. What was once found good for the same headers is."""
    named = (request.headers.get("Host", ""), request.headers.get("X-Forwarded-Proto", ""))
    found = _addresses.get(named)
    if found is None:
        if len(_addresses) > _ADDRESSES:
            _addresses.clear()
        found = _addresses[named] = f"{request.scheme}://{request.get_host()}"
    return found


def address(host: str, forwarded: str) -> str | None:
    """The base URL for these headers; None as long as no request with them was looked at."""
    return settings.PUBLIC_BASE_URL or _addresses.get((host, forwarded))


def _may_speak(request: HttpRequest, endpoint: Endpoint) -> bool:
    try:
        return endpoint.user_of(request) is not None
    except errors.BadToken:
        return False
