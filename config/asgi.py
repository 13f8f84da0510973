"""The `push` process: requests that wait for news are served here, every other is handed to the web part.

In production a front sends `push` only what waits. The one-command demo has no front, and this carries the whole house.
"""

import os

from a2wsgi import WSGIMiddleware
from django.core.asgi import get_asgi_application

from config.bodies import Message, Receive, Scope, Send, with_length

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

PUSH_PATHS = ("/api/v2/notifications",)
WEB_THREADS = 8  # each keeps a database connection of its own

push = get_asgi_application()

from config.wsgi import application as wsgi_application  # noqa: E402 - Django is set up by now

web = with_length(WSGIMiddleware(wsgi_application, workers=WEB_THREADS))


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http" and scope["path"].startswith(PUSH_PATHS):
        await push(scope, receive, send)
    else:
        await web(scope, receive, send)


async def _live(receive: Receive, send: Send) -> None:
    """Answer the server's start and stop messages; nothing of ours needs either."""
    message: Message = {}
    while message.get("type") != "lifespan.shutdown":
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
