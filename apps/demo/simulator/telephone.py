"""A telephone system that speaks the published telephony API over HTTP, with tokens it signs itself."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from apps.demo.simulator.timetable import Unreachable

TIMEOUT_S = 5.0
TOKEN_LIFE_S = 300
PROVIDER = "harbour-telephone-system"


class Telephone:
    """`private_key` is PEM; `call_center` is its API name."""

    def __init__(self, base_url: str, *, org_id: str, call_center: str, private_key: str) -> None:
        self.base_url, self.org_id, self.call_center = base_url, org_id, call_center
        self.key: Any = load_pem_private_key(private_key.encode(), None)

    def create(self, key: str, *, caller: str, number: str, started: str) -> None:
        """Announce a call (operation 1). Harmless to repeat."""
        body = {
            "callCenterApiName": self.call_center,
            "vendorCallKey": key,
            "to": number,
            "from": caller,
            "initiationMethod": "Inbound",
            "startTime": started,
            "callSubtype": "PSTN",
            "participants": [{"participantKey": caller, "type": "END_USER"}],
            "callAttributes": "{}",
        }
        self._send("POST", "/voiceCalls", body)

    def update(self, key: str, body: Mapping[str, Any]) -> None:
        """Tell how the call stands or ended (operation 2). Harmless to repeat."""
        self._send("PATCH", f"/voiceCalls/{urllib.parse.quote(key, safe='')}", body)

    def say(self, key: str, number: int, *, by: str, text: str, at_ms: int) -> None:
        """A line of the transcript (operation 3): by the agent with this id, or by the customer if it is empty."""
        body = {
            "messageId": f"{key}-{number}",
            "participantId": by or f"{key}END_USER",
            "senderType": "HUMAN_AGENT" if by else "END_USER",
            "startTime": at_ms,
            "endTime": at_ms + 1000,
            "content": text,
        }
        self._send("POST", f"/voiceCalls/{urllib.parse.quote(key, safe='')}/messages", body)

    def feel(self, key: str, score: int, *, at_ms: int) -> None:
        """How the customer feels (operation 8)."""
        event = {
            "type": "IntelligenceSignal__Sentiment",
            "value": str(score),
            "startTime": at_ms,
            "participant": "CUSTOMER",
        }
        path = f"/voiceCalls/{urllib.parse.quote(key, safe='')}/realtimeConversationEvents"
        self._send("POST", path, {"service": PROVIDER, "persist": True, "events": [event]})

    def _send(self, method: str, path: str, body: Mapping[str, Any]) -> None:
        request = urllib.request.Request(
            f"{self.base_url}/telephony/v1{path}",
            data=json.dumps(body).encode(),
            method=method,
            headers={
                "Authorization": f"Bearer {self._token()}",
                "Content-Type": "application/json",
                "Telephony-Provider-Name": PROVIDER,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
                answer.read()
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code != 429:
                raise  # our own mistake: again would not help
            raise Unreachable(f"{method} {path}: {error}") from error
        except OSError as error:
            raise Unreachable(f"{method} {path}: {error}") from error

    def _token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.org_id,
            "sub": self.call_center,
            "iat": now,
            "exp": now + TOKEN_LIFE_S,
            "jti": str(uuid.uuid4()),
        }
        return jwt.encode(claims, self.key, algorithm="RS256")
