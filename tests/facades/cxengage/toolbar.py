"""An agent's CxEngage client as tests drive it: over HTTP, by the documented paths."""

import json
from typing import Any
from uuid import uuid4

from django.test import Client

from apps.accounts.models import User
from apps.agents.models import Agent
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.facades.cxengage.notifying.rendering import render
from tests.facades.cxengage.conftest import basic


class Toolbar:
    """Sends its user's name and password with every request."""

    def __init__(self, who: Agent | User) -> None:
        self.user = who.user if isinstance(who, Agent) else who
        self.id = str(self.user.uuid)
        self.tenant_id = str(self.user.tenant.uuid)
        self.session = ""

    def call(self, method: str, path: str, body: Any = None, **extra: Any) -> Any:
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return Client().generic(
            method,
            f"/v1/tenants/{self.tenant_id}/{path}",
            content,
            extra.pop("content_type", "application/json"),
            headers={"Authorization": basic(self.user)},
            **extra,
        )

    def post(self, path: str, **body: Any) -> Any:
        return self.call("POST", path, body)

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def interrupt(self, interaction: Any, kind: str, **keys: Any) -> Any:
        """With the caller as the resource, unless another is named."""
        told = {"resourceId": self.id, **keys}
        where = getattr(interaction, "uuid", interaction)
        return self.post(f"interactions/{where}/interrupts", source="client", interruptType=kind, interrupt=told)

    def does(self, interaction: Any, kind: str, **keys: Any) -> None:
        """An interrupt that must succeed."""
        answer = self.interrupt(interaction, kind, **keys)
        assert answer.status_code == 200, (kind, answer.content)

    def comes(self, state: str = "ready") -> "Toolbar":
        """Starts a session, and is ready."""
        self.session = self.post(f"presence/{self.id}/session").json()["result"]["sessionId"]
        answer = self.post(f"presence/{self.id}", sessionId=self.session, state=state)
        assert answer.status_code == 200, answer.content
        return self

    def start(self, **values: Any) -> Any:
        body = {"id": str(uuid4()), "channelType": "voice", "customer": "+442079460123", **values}
        return self.post("interactions", **{"interaction": {"resourceId": self.id}, **body})

    def heard(self, interaction: EngagementInteraction | None = None) -> list[dict[str, Any]]:
        """Every message so far, oldest first."""
        events = list(Event.objects.filter(audience__contains=[self.user.pk]).order_by("id"))
        told = [message for message in render(events, self.user)]
        return [each for each in told if interaction is None or each.get("interactionId") == str(interaction.uuid)]

    def words(self, interaction: EngagementInteraction | None = None) -> list[str]:
        """What kinds of messages these were."""
        return [each.get("notificationType") or each["type"] for each in self.heard(interaction)]
