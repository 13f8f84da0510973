"""The usual answer, replies as JSON, without what a framework makes around it."""

from collections.abc import Awaitable, Callable
from typing import Any

from django.http.response import HttpResponseBase

from apps.common.fast_json import dumps


class Plain(HttpResponseBase):
    """Status 200, for requests of no other origin. Has no headers of its own: who wants some makes a JsonResponse."""

    def __init__(self, replies: Any) -> None:  # Django's own would take longer than all the rest of it
        self.replies = replies

    async def send(self, send: Callable[[Any], Awaitable[None]]) -> None:
        """Over ASGI."""
        body = dumps(self.replies)
        headers = [
            (b"content-type", b"application/json"),
            (b"vary", b"Origin"),
            (b"content-length", b"%d" % len(body)),
        ]
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": body})
