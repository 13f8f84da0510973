"""A Genesys desktop as tests drive it: over HTTP, by the documented paths."""

import base64
import json
from collections.abc import Iterable
from typing import Any, Self

from django.test import Client

from apps.accounts.models import User
from apps.events.models import Event
from apps.facades.genesys.topics import Topics
from tests.builders import PASSWORD

BASE_URL = "http://testserver"


class Desktop:
    """Sends its user's name and password with every request, as some clients do."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.client = Client()
        credentials = base64.b64encode(f"{user.username}:{PASSWORD}".encode()).decode()
        self.headers = {"Authorization": f"Basic {credentials}"}

    def request(self, method: str, path: str, body: Any = None) -> Any:
        content = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        return self.client.generic(method, f"/api/v2/{path}", content, "application/json", headers=self.headers)

    def get(self, path: str) -> Any:
        return self.request("GET", path).json()

    def post(self, path: str, **body: Any) -> tuple[int, Any]:
        """Status and body of an operation."""
        response = self.request("POST", path, body)
        return response.status_code, response.json()

    def expect(self, method: str, path: str, **body: Any) -> Self:
        """An operation that must succeed."""
        response = self.request(method, path, body)
        assert response.status_code == 200, response.content
        return self

    def start(self, *channels: str) -> Self:
        return self.expect("POST", "me", operationName="StartContactCenterSession", channels=list(channels))

    def item(self) -> Any:
        """The one interaction that this agent has in hand."""
        (item,) = self.get("me/interactions?fields=*")["interactions"]
        return item

    def operate(self, public_id: str, operation: str, **body: Any) -> tuple[int, Any]:
        return self.post(f"me/interactions/{public_id}", operationName=operation, **body)

    def told(self, topic: str = "/v2/me/interactions") -> list[Any]:
        """All messages that the ledger holds for this user on a topic, oldest first."""
        return [
            data
            for event in Event.objects.order_by("id")
            for channel, data in self._messages(event)
            if channel == topic
        ]

    def _messages(self, event: Event) -> Iterable[tuple[str, Any]]:
        return Topics().messages(event, self.user, base_url=BASE_URL) if self.user.pk in event.audience else ()

    def states(self) -> list[str]:
        return [message["interaction"]["state"] for message in self.told()]
