from collections.abc import Iterator

import pytest
from pytest_django import Settings

from apps.accounts.models import User
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_user
from tests.webhooks.receiver import Receiver, receiving


@pytest.fixture(autouse=True)
def _at_home(settings: Settings) -> None:
    """Receivers of the tests are on this machine, and are tried again at once."""
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    settings.WEBHOOK_RETRY_SECONDS = [0.05]


@pytest.fixture
def admin(tenant: Tenant) -> User:
    with scope(tenant):
        return make_user("admin")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver
