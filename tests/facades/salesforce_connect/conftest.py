import copy
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.operations import issue_token
from apps.demo.sample_fields import install_sample_fields
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_user

PAYLOADS = Path(__file__).parent / "payloads"
PATH = "/services/data/v67.0/connect/service-excellence/engagement-interactions"


class Connect:
    """A client of the resource, signed in."""

    def __init__(self, token: str) -> None:
        self.http = Client(headers={"Authorization": f"Bearer {token}"})

    def create(self, body: Any, path: str = PATH, content_type: str = "application/json", **options: Any) -> Any:
        body = json.dumps(body) if isinstance(body, dict | list) else body
        return self.http.post(path, body, content_type=content_type, **options)

    def created(self, **values: Any) -> str:
        """The id of a new interaction; `values` are added to the smallest body."""
        response = self.create(small(**values))
        assert response.status_code == 201, response.content
        return str(response.json()["engagementInteraction"]["id"])

    def fetch(self, identifier: str, version: int = 67) -> Any:
        return self.http.get(f"{PATH.replace('67', str(version))}/{identifier}")

    def delete(self, identifier: str) -> Any:
        return self.http.delete(f"{PATH}/{identifier}")


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text())


def small(**values: Any) -> dict[str, Any]:
    body = {
        "communicationChannel": "Web Chat",
        "attendeeVerified": False,
        "startDateTime": "2025-09-08T09:00:00.000Z",
        "engagementAttendees": [{"externalAttendeeId": "someone", "startDateTime": "2025-09-08T09:00:00.000Z"}],
        "engagementTopics": [{"name": "Opening hours"}],
    }
    values = copy.deepcopy(values)
    return {"engagementInteraction": {key: value for key, value in {**body, **values}.items() if value != "ABSENT"}}


@pytest.fixture
def user(tenant: Tenant) -> User:
    with scope(tenant):
        install_sample_fields()
        return make_user("integration")


@pytest.fixture
def connect(user: User) -> Connect:
    return Connect(issue_token(user))
