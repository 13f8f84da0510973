"""A client of the object API, as short as tests want it."""

import json
from typing import Any

from django.test import Client

from apps.accounts.models import User
from apps.accounts.operations import issue_token

BASE = "/services/data/v59.0/sobjects"
START = "2025-09-08T08:15:00.000+0000"
CONTACT = {"StartDateTime": START, "CommunicationChannel": "Voice Call"}
CALL = {"CallType": "Inbound", "FromPhoneNumber": "+442079460123", "ToPhoneNumber": "+442071838750"}
CALL |= {"CallStartDateTime": START}


class Api:
    """Paths are below `/sobjects/`, or whole."""

    def __init__(self, user: User) -> None:
        self._client = Client(headers={"Authorization": f"Bearer {issue_token(user)}"})

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        path = path if path.startswith("/") else f"{BASE}/{path}"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self._client.generic(method, path, data, content_type="application/json", headers=named)

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any) -> Any:
        return self.send("POST", path, body)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.send("PATCH", path, body, **headers)

    def delete(self, path: str) -> Any:
        return self.send("DELETE", path)

    def create(self, name: str, body: Any) -> str:
        """The new record's id."""
        answer = self.post(name, body)
        assert answer.status_code == 201, answer.content
        return str(answer.json()["id"])

    def read(self, path: str) -> Any:
        answer = self.get(path)
        assert answer.status_code == 200, answer.content
        return answer.json()


def errors(answer: Any) -> tuple[int, list[str]]:
    return answer.status_code, [each["errorCode"] for each in answer.json()]
