import pytest
from pytest_django import Settings

from apps.accounts.models import User
from apps.tenants.models import Tenant
from tests.push.house import somebody


@pytest.fixture(autouse=True)
def _tiny_dialect(settings: Settings) -> None:
    settings.COMETD_DIALECT = "tests.facades.cometd.dialect.TinyDialect"


@pytest.fixture
def agent(tenant: Tenant) -> User:
    return somebody(tenant)
