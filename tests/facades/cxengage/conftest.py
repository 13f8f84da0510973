"""A tenant with the examples' id, and callers of each role."""

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import PASSWORD, make_tenant, make_user
from tests.facades.cxengage.cast import TENANT_ID

Get = Callable[..., Any]


@pytest.fixture
def tenant(db: None) -> Tenant:
    return make_tenant("Harbour Utilities", uuid=TENANT_ID, time_zone="Europe/London")


@pytest.fixture
def in_scope(tenant: Tenant) -> Iterator[Tenant]:
    tenant.refresh_from_db()
    with scope(tenant):
        yield tenant


@pytest.fixture
def integration(in_scope: Tenant) -> User:
    return make_user("integration", "reporting-client")


def basic(user: User, password: str = PASSWORD) -> str:
    return "Basic " + base64.b64encode(f"{user.username}:{password}".encode()).decode()


@pytest.fixture
def get(integration: User) -> Get:
    """Call as the integration, or as somebody else, below the tenant's path."""

    def call(path: str, query: Any = None, *, by: User | None = integration, tenant_id: str = TENANT_ID) -> Any:
        headers = {"Authorization": basic(by)} if by else {}
        return Client().get(f"/v1/tenants/{tenant_id}/{path}", query, headers=headers)

    return call
