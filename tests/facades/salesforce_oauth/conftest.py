"""A client that may sign in in every way, and a person who uses it."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

import jwt
import pytest
from django.test import Client

from apps.accounts.models import ApiClient, GrantType, User
from apps.accounts.operations import register_client
from apps.accounts.roles import Role
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import PASSWORD, make_user
from tests.telephony import private_key, public_pem

DATA = "/services/data/v59.0/query?q=SELECT+Id+FROM+EngagementInteraction"
RETURN = "https://app.example/back?from=here"
JWT_BEARER = GrantType.JWT_BEARER.value


@dataclass
class App:
    """A program that signs in."""

    client_id: str
    secret: str
    user: User
    browser: Client = field(default_factory=Client)

    def ask(self, grant: str, **asked: Any) -> Any:
        """Ask for a token; a parameter that is None is left out."""
        sent = {"grant_type": grant, "client_id": self.client_id, "client_secret": self.secret, **asked}
        return Client().post(
            "/services/oauth2/token", {name: value for name, value in sent.items() if value is not None}
        )

    def with_password(self, **asked: Any) -> Any:
        return self.ask("password", **{"username": self.user.username, "password": PASSWORD, **asked})

    def with_assertion(self, claims: dict[str, Any] | None = None, **options: Any) -> Any:
        text = sign(self.claims(**(claims or {})), **options)
        return Client().post("/services/oauth2/token", {"grant_type": JWT_BEARER, "assertion": text})

    def claims(self, **changes: Any) -> dict[str, Any]:
        claims = {
            "iss": self.client_id,
            "sub": self.user.username,
            "aud": "https://login.salesforce.com",
            "exp": str(int(time.time()) + 180),
            **changes,
        }
        return {name: value for name, value in claims.items() if value is not None}

    @property
    def row(self) -> ApiClient:
        return ApiClient.objects.get(client_id=self.client_id)


def sign(claims: Any, key: Any = None, algorithm: str = "RS256") -> str:
    payload = json.dumps(claims).encode()  # jwt.encode would not let a bad claim through
    return jwt.api_jws.encode(payload, private_key() if key is None else key, algorithm=algorithm)


@pytest.fixture
def user(tenant: Tenant) -> User:
    with scope(tenant):
        return make_user(Role.ADMIN, last_name="Ilves", email="ramona@harbour.example", time_zone="Asia/Kolkata")


@pytest.fixture
def app(user: User) -> App:
    client_id, secret = register_client(
        user,
        "Console",
        grant_types=[grant.value for grant in GrantType],
        redirect_uris=RETURN,
        certificate=public_pem(private_key()),
    )
    return App(client_id, secret, user)


def opens(token: str) -> int:
    """The status that the token's data are answered with."""
    return Client(headers={"Authorization": f"Bearer {token}"}).get(DATA).status_code
