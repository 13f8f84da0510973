"""A telephone system of one's own: its key, its tokens, its requests."""

import json
import time
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from apps.accounts.roles import Role
from apps.queues.models import Queue
from apps.tenants.models import Tenant
from apps.tenants.scope import tenant
from apps.voice_calls.models import CallCenter, CallCenterKey, NumberRoute
from tests.builders import make_user

NUMBER = "+441632960100"
CALLER = "+441632960777"


@cache
def private_key(which: int = 0) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_pem(key: rsa.RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def make_call_center(queue: Queue | None = None, name: str = "NorthHarbourCC", **values: Any) -> CallCenter:
    """A call centre whose number leads to the queue."""
    made = CallCenter.objects.create(
        name=name, internal_name=name, integration_user=make_user(Role.INTEGRATION), **values
    )
    CallCenterKey.objects.create(call_center=made, public_key=public_pem(private_key()))
    if queue:
        NumberRoute.objects.create(call_center=made, number=NUMBER, queue=queue)
    return made


def claims_for(of: Tenant, name: str = "NorthHarbourCC", **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    claims = {"iss": of.org_id[:15], "sub": name, "iat": 0, "exp": 300, **changes}
    for claim in ("iat", "exp"):  # seconds from now
        if type(claims[claim]) is int:
            claims[claim] += now
    return {claim: value for claim, value in claims.items() if value is not None}


def sign(claims: dict[str, Any], key: Any = None, **options: Any) -> str:
    payload = json.dumps(claims).encode()  # jwt.encode would not let a bad claim through
    return jwt.api_jws.encode(payload, key or private_key(), algorithm=options.pop("algorithm", "RS256"), **options)


def new_call(**changes: Any) -> dict[str, Any]:
    """A create as a published client sends it."""
    body = {
        "callCenterApiName": "NorthHarbourCC",
        "vendorCallKey": "leg-7f3a-0001",
        "to": NUMBER,
        "from": CALLER,
        "initiationMethod": "Inbound",
        "startTime": "2025-03-04T10:20:30.000Z",
        "callSubtype": "PSTN",
        "participants": [{"participantKey": CALLER, "type": "END_USER"}],
        "callAttributes": "{}",
        **changes,
    }
    return {name: value for name, value in body.items() if value is not ...}


class Phone:
    """Sends requests as one call centre's telephone system."""

    def __init__(self, of: Tenant | None = None, name: str = "NorthHarbourCC", **headers: str) -> None:
        self.tenant, self.name = of or tenant(), name
        self.client = Client()
        self.headers = {"Telephony-Provider-Name": "north-harbour-pbx", **headers}

    def send(self, method: str, path: str, body: Any, **options: Any) -> Any:
        token = options.pop("token", None) or sign(claims_for(self.tenant, self.name))
        headers = {**self.headers, "Authorization": f"Bearer {token}", **options.pop("headers", {})}
        options = {"content_type": "application/json", **options}
        return self.client.generic(
            method,
            f"/telephony/v1{path}",
            body if isinstance(body, str | bytes) else json.dumps(body),
            headers=headers,
            **options,
        )

    def create(self, **changes: Any) -> Any:
        return self.send("POST", "/voiceCalls", new_call(**changes))

    def update(self, call_id: str, body: Any) -> Any:
        return self.send("PATCH", f"/voiceCalls/{call_id}", body)
