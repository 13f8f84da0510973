"""One contact, read the way each dialect's clients read it."""

import base64
from datetime import datetime
from typing import Any

from django.test import Client

from apps.accounts.models import User
from apps.accounts.operations import issue_token
from apps.agents.models import Agent
from apps.engagements.models import EngagementInteraction
from apps.tenants.scope import tenant
from tests.builders import PASSWORD, make_agent, make_user
from tests.desktop import Desktop


def at(clock: str) -> datetime:
    """A moment of the stories' day."""
    return datetime.fromisoformat(f"2026-03-04T{clock}+00:00")


def basic(user: User) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user.username}:{PASSWORD}".encode()).decode()}


def signed_in(user: User) -> Client:
    """A Salesforce client."""
    return Client(headers={"Authorization": f"Bearer {issue_token(user)}"})


class Readings:
    """What clients see of one interaction: in the Salesforce objects, on a Genesys desktop, in CxEngage's report."""

    def __init__(self, interaction: EngagementInteraction) -> None:
        self.interaction = interaction
        self.reader = make_user("integration")
        self.salesforce = signed_in(self.reader)

    def record(self, *fields: str) -> list[Any]:
        """Fields of the EngagementInteraction."""
        return self._query("EngagementInteraction", fields, self._id)

    def call(self, *fields: str) -> list[Any]:
        """Fields of its VoiceCall."""
        (call,) = self.interaction.voice_calls.all()
        return self._query("VoiceCall", fields, call.public_id)

    def attendees(self) -> list[Any]:
        """The users who took part, in order."""
        answer = self._ask(f"SELECT InternalAttendeeId FROM EngagementAttendee WHERE EngagementId = '{self._id}'")
        return [record["InternalAttendeeId"] for record in answer["records"]]

    def listed(self) -> list[Any]:
        """Id and state of all that Genesys lists as active."""
        found = Desktop(make_agent().user).get("interactions?fields=*")["interactions"]
        return [(item["id"], item["state"]) for item in found]

    def state(self, user: User) -> Any:
        """What Genesys shows to this user, by id."""
        return Desktop(user).get(f"interactions/{self.interaction.genesys_id}?fields=*")["interaction"]["state"]

    def told(self, agent: Agent) -> list[str]:
        """The states that CometD told this agent's desktop, in order."""
        return Desktop(agent.user).states()

    def figures(self) -> Any:
        """CxEngage's interaction object, in default mode."""
        path = f"/v1/tenants/{tenant().uuid}/interactions/{self.interaction.uuid}"
        return Client(headers=basic(self.reader)).get(path).json()

    def _query(self, name: str, fields: tuple[str, ...], record_id: str) -> list[Any]:
        answer = self._ask(f"SELECT {', '.join(fields)} FROM {name} WHERE Id = '{record_id}'")
        (record,) = answer["records"]
        return [record[field] for field in fields]

    def _ask(self, query: str) -> Any:
        answer = self.salesforce.get("/services/data/v63.0/query", {"q": query})
        assert answer.status_code == 200, answer.content
        return answer.json()

    @property
    def _id(self) -> str:
        return self.interaction.public_id


def public_id(agent: Agent) -> str:
    return agent.user.public_id
