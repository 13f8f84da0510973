"""What the push process serves itself, and the handler it does so with."""

from functools import partial
from typing import Any

from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.core.handlers.exception import convert_exception_to_response
from django.urls import path

from apps.accounts.models import User
from apps.agents.models import agent_of
from apps.agents.operations import renew_lease
from apps.events.stream import stream
from apps.facades.cometd.auth import bearer_of
from apps.facades.cometd.replaying import ReplayExchange
from apps.facades.cometd.urls import notification_urls
from apps.facades.cometd.views import Endpoint
from apps.facades.salesforce_streaming.feed import ChangeFeed
from apps.tenants.scope import scope


def heard_of(user: User) -> None:
    """An agent whose client waits for news is there (M-13)."""
    with scope(user.tenant):
        if agent := agent_of(user):
            renew_lease(agent)


urlpatterns = [
    path("events/stream", stream, {"heard_of": heard_of}),
    *notification_urls("api/v2/notifications", Endpoint(heard_of=heard_of)),
    *notification_urls(
        r"cometd/[0-9]{2}\.0", Endpoint(user_of=bearer_of, exchange=partial(ReplayExchange, vendor=ChangeFeed()))
    ),
]
PATHS = ("/events/stream", "/api/v2/notifications", "/cometd")


class PushRequest(ASGIRequest):
    urlconf = __name__


class PushHandler(ASGIHandler):
    """Django's, without middleware, which blocks and holds a transaction for as long as a request waits.

    And without a thread for each request: the few that the views borrow are bounded (`apps.common.threads`).
    """

    request_class = PushRequest

    def load_middleware(self, is_async: bool = False) -> None:
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        self._middleware_chain = convert_exception_to_response(self._get_response_async)  # type: ignore[attr-defined]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.handle(scope, receive, send)


def is_push(path: str) -> bool:
    return any(path == own or path.startswith(f"{own}/") for own in PATHS)
