"""The live stream: server-sent events, from the ledger, for our own pages and for others (docs/events.md)."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from apps.accounts import basic, bearer, browser
from apps.accounts.hiding import hides_numbers, in_value
from apps.accounts.models import User
from apps.common.threads import in_thread
from apps.events import reader
from apps.events.hub import hub
from apps.events.models import Event
from apps.events.reader import Batch, Position

REPLAY_LIMIT = 1000  # a page that missed more reads afresh instead


async def stream(request: HttpRequest, heard_of: Callable[[User], None] | None = None) -> HttpResponseBase:
    """Events that the signed-in user may see: an agent's own, the whole tenant's for supervisors and administrators.

    Answers `in-step` once the page has missed nothing, or `resync` when it missed too much to be told; a comment every
    `STREAM_BEAT_SECONDS`, when it also asks whether the user is still signed in and calls `heard_of(user)`.
    """
    if request.method != "GET":
        return HttpResponse(status=405, headers={"Allow": "GET"})
    user = await in_thread(_signed_in, request)
    if user is None:
        challenge = {"WWW-Authenticate": 'Basic realm="Switchroom", Bearer'}
        return HttpResponse("sign in first\n", status=401, content_type="text/plain", headers=challenge)
    return StreamingHttpResponse(
        _messages(request, user, heard_of),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _messages(request: HttpRequest, user: User, heard_of: Callable[[User], None] | None) -> AsyncIterator[str]:
    limited_to = None if user.sees_everything else user.pk
    first = await _catch_up(user, limited_to, Position.parse(request.headers.get("Last-Event-ID", "")))
    for event in first.events:
        yield _message(event, user)
    yield _sign("resync" if first.is_full else "in-step", first.position)
    bell = asyncio.Event()
    with await hub().watch(user.tenant, limited_to, first.position, bell) as watch:
        while not hub().is_closing:
            try:
                await asyncio.wait_for(bell.wait(), settings.STREAM_BEAT_SECONDS)
            except TimeoutError:
                yield ":\n\n"
                if await in_thread(_signed_in, request) is None:
                    return
                if heard_of:
                    heard_of(user)
            bell.clear()
            for event in watch.take():
                yield _message(event, user)
            if watch.overflowed:
                yield _sign("resync", watch.position)
                watch.overflowed = False


async def _catch_up(user: User, limited_to: int | None, after: Position | None) -> Batch:
    """What the page missed. `is_full` when that is more than it is worth telling: then it starts from now."""
    if after:
        missed = await reader.aread(user.tenant, after, user_id=limited_to, limit=REPLAY_LIMIT)
        if not missed.is_full:
            return missed
    return Batch([], await reader.anow(), is_full=after is not None, is_behind=False)


def _signed_in(request: HttpRequest) -> User | None:
    """Who listens: by a token, by name and password, or by the cookie of a page of ours."""
    header = request.headers.get("Authorization", "")
    if not header:
        return browser.signed_in(request)
    scheme, _, credentials = header.partition(" ")
    return bearer.user_for(credentials.strip()) if scheme.lower() == "bearer" else basic.user_for(header)


def _message(event: Event, user: User) -> str:
    """As the user may see it: perhaps with phone numbers in part."""
    data = in_value(event.data) if hides_numbers(user) else event.data
    return _lines(event.name, Position.of(event), {"at": event.at.isoformat(), **_keys(event), **data})


def _keys(event: Event) -> dict[str, Any]:
    return {"interaction_id": event.interaction_id, "agent_id": event.agent_id, "actor_id": event.actor_id}


def _sign(name: str, position: Position) -> str:
    return _lines(name, position, {"position": str(position)})


def _lines(name: str, position: Position, data: dict[str, Any]) -> str:
    return f"id: {position}\nevent: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"
