"""The agent's queue: a request that is held until there is something to tell (cxengage 12.6). Served by `push`."""

import asyncio
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from rest_framework.exceptions import APIException, NotAuthenticated
from rest_framework.request import Request

from apps.accounts.hiding import hides_numbers, in_value
from apps.accounts.models import User
from apps.agents.heard import hear_of
from apps.agents.models import agent_of
from apps.common.errors import Forbidden, NotFound, SwitchroomError
from apps.common.threads import in_thread
from apps.events.hub import Watch, hub
from apps.events.models import Event
from apps.events.reader import Position, anow
from apps.facades.cxengage import auth, errors
from apps.facades.cxengage.notifying.rendering import render
from apps.facades.cxengage.operating.bodies import refused
from apps.facades.cxengage.operating.presence import current
from apps.facades.cxengage.payloads.formats import Row, uuid_of
from apps.tenants.scope import scope

HELD_S = 20.0


@dataclass(frozen=True)
class _Asked:
    user: User
    session_id: str
    after: Position | None


async def notifications(request: HttpRequest, tenant_id: str, user_id: str) -> HttpResponseBase:
    """`results` and the `position` to ask from next time. Without `after`, what happens from now on.

    What was answered with a position is not told again once that is asked from. `complete` is false where more
    happened than is kept for one who waits: then the present state has to be read.
    """
    if request.method != "GET":
        return HttpResponse(status=405, headers={"Allow": "GET"})
    try:
        asked = await in_thread(_asked, request, tenant_id, user_id)
    except (SwitchroomError, APIException) as error:
        return _refusal(error)
    hear_of(asked.user)
    after = asked.after or await anow()
    bell = asyncio.Event()
    with await hub().watch(asked.user.tenant, asked.user.pk, after, bell) as watch:
        told, position, complete = await _wait(watch, asked, bell)
    return JsonResponse({"results": told, "position": str(position), "complete": complete})


async def _wait(watch: Watch, asked: _Asked, bell: asyncio.Event) -> tuple[list[Row], Position, bool]:
    deadline = asyncio.get_running_loop().time() + HELD_S
    while True:
        bell.clear()
        events, position = watch.take(), watch.position  # in one breath: nothing comes in between
        told = await in_thread(_told, asked, events) if events else []
        is_over = asyncio.get_running_loop().time() >= deadline or hub().is_closing
        if told or watch.overflowed or is_over:
            return told, position, not watch.overflowed
        try:
            async with asyncio.timeout_at(deadline):
                await bell.wait()
        except TimeoutError:
            continue


def _asked(request: HttpRequest, tenant_id: str, user_id: str) -> _Asked:
    """Who waits, for what; the same checks as everywhere. Only the agent's own client hears."""
    signed_in = auth.CxEngageAuthentication().authenticate(cast(Request, request))
    if signed_in is None:
        raise NotAuthenticated("Sign in first.")
    user = signed_in[0]
    tenant, named = uuid_of(tenant_id), uuid_of(user_id)
    if tenant is None or named is None:
        raise NotFound("no such user")
    if tenant != user.tenant.uuid or named != user.uuid:
        raise Forbidden("only the agent concerned may do this")
    place = request.GET.get("after", "")
    after = Position.parse(place) if place else None
    if place and after is None:
        raise refused("after", "must be a position that was answered")
    with scope(user.tenant):
        return _Asked(user, _session(user, request.GET.get("sessionId", "")), after)


def _session(user: User, text: str) -> str:
    """Raises NotFound for a session that never was, Gone for one that is over."""
    named: UUID | None = uuid_of(text) if text else None
    agent = agent_of(user)
    if agent is None or (text and named is None):
        raise NotFound("no such session")
    return str(current(agent, named).uuid)


def _told(asked: _Asked, events: list[Event]) -> list[Row]:
    with scope(asked.user.tenant):
        told = [message for message in render(events, asked.user) if message["sessionId"] == asked.session_id]
        return in_value(told) if hides_numbers(asked.user) else told


def _refusal(error: Exception) -> HttpResponse:
    context: dict[str, Any] = {}
    if isinstance(error, APIException) and error.status_code == 401:
        error.auth_header = auth.CHALLENGE  # type: ignore[attr-defined]
    answer = errors.handler(error, context)
    if answer is None:
        raise error
    headers = {name: value for name, value in answer.items() if name == "WWW-Authenticate"}
    return JsonResponse(answer.data, status=answer.status_code, headers=headers)
