"""That something happened, and nothing of what: for boards, which then read themselves afresh."""

import asyncio
from collections.abc import AsyncIterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from apps.accounts import browser
from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.common.threads import in_thread
from apps.events import reader
from apps.events.hub import hub

EVERY_SECONDS = 0.4  # between two pulses, however much happens: boards show it within a second
_SHOWN = frozenset({"engagement", "queue", "work", "agent", "transfer", "participant", "call"})


async def pulse(request: HttpRequest) -> HttpResponseBase:
    """Server-sent events for a page of ours whose user may watch boards: `in-step`, then `pulse` when figures moved.

    It tells no content, so it is the same for who sees the whole tenant and who sees one team of it.
    """
    if request.method != "GET":
        return HttpResponse(status=405, headers={"Allow": "GET"})
    user = await in_thread(_watcher, request)
    if user is None:
        return HttpResponse("sign in first\n", status=401, content_type="text/plain")
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(_beats(request, user), content_type="text/event-stream", headers=headers)


async def _beats(request: HttpRequest, user: User) -> AsyncIterator[str]:
    position = await reader.anow()
    bell = asyncio.Event()
    with await hub().watch(user.tenant, None, position, bell) as watch:
        yield _sign("in-step")
        while not hub().is_closing:
            try:
                await asyncio.wait_for(bell.wait(), settings.STREAM_BEAT_SECONDS)
            except TimeoutError:
                yield ":\n\n"
                if await in_thread(_watcher, request) is None:
                    return
            bell.clear()
            happened = [line.name.partition(".")[0] for line in watch.take_lines()]
            if watch.overflowed or not _SHOWN.isdisjoint(happened):
                watch.overflowed = False
                yield _sign("pulse")
                await asyncio.sleep(EVERY_SECONDS)


def _watcher(request: HttpRequest) -> User | None:
    user = browser.signed_in(request)
    return user if user and permits(user, Permission.VIEW_ALL_REALTIME_DASHBOARDS) else None


def _sign(name: str) -> str:
    return f"event: {name}\ndata: {{}}\n\n"
