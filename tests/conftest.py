"""The test database: made as the owner of the tables, used as the role that row-level security binds."""

import os
import shutil
from collections.abc import Iterator

import pytest
import pytest_django
from django.conf import settings
from django.test import TransactionTestCase

from apps.queues.invariants import violations
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests import database
from tests.builders import make_tenant


def chromium_path() -> str | None:
    """The browser that `CHROMIUM` names, or the distribution's."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_configure() -> None:
    TransactionTestCase._fixture_teardown = lambda self: database.empty()  # type: ignore[method-assign]
    settings.PASSWORD_HASHERS = ["tests.passwords.QuickHasher"]
    settings.CHECK_EVENTS = True
    settings.REALTIME_TOLD_AGAIN_SECONDS = 0  # tests are quicker than anybody who asks again
    settings.API_USAGE_KEPT_EVERY_SECONDS = 0  # a thread would not see what a test has not committed


def pytest_report_header() -> str:
    return f"browser: {chromium_path() or 'no Chromium found, so the browser tests are SKIPPED (set CHROMIUM)'}"


_SLOW = {"browser", "clients", "concurrency", "demo", "process", "push"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Few and long ones first, or one process would be left alone with them in the end.
    items.sort(key=lambda item: item.path.parent.name not in _SLOW)
    if chromium_path() is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="no Chromium found: install it or set CHROMIUM"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_test_environment: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        database.prepare()


@pytest.fixture
def tenant(db: None) -> Tenant:
    """A contact centre with the standard picklists, not in scope."""
    return make_tenant("Harbour Lights")


@pytest.fixture
def other_tenant(db: None) -> Tenant:
    return Tenant.objects.create(name="Somebody Else")


@pytest.fixture
def in_scope(tenant: Tenant) -> Iterator[Tenant]:
    """The tenant, with everything in the test done in its name."""
    with scope(tenant):
        yield tenant


@pytest.fixture
def in_order_at_the_end(db: None) -> Iterator[None]:
    """After the test, all live work and its journal are as they must be."""
    yield
    for each in Tenant.objects.all():
        assert violations(each) == []
