"""The house that all addresses are tried in."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from apps.tenants.scope import scope
from tests.builders import make_tenant
from tests.leaks.planted import House, outsiders, plant, stranger


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    """One set-up for all addresses, undone at the end."""
    before = settings.CXENGAGE_REQUESTS_PER_MINUTE
    settings.CXENGAGE_REQUESTS_PER_MINUTE = 0
    with django_db_blocker.unblock(), transaction.atomic():
        tenant = make_tenant("House")
        other = make_tenant("Elsewhere")
        with scope(tenant):
            made = plant(tenant)
            made.readers += outsiders()
        with scope(other):
            made.readers.append(stranger(other))
        yield made
        transaction.set_rollback(True)
    settings.CXENGAGE_REQUESTS_PER_MINUTE = before
