"""What a process counted is in the database soon after, where the next process reads it."""

import time

import pytest
import requests

from apps.accounts.operations import issue_token
from apps.tenants.models import ApiUsage, Tenant
from apps.tenants.scope import scope
from tests.builders import make_user
from tests.server import running

pytestmark = [pytest.mark.process, pytest.mark.django_db(transaction=True)]

WRITTEN_WITHIN = 30  # seconds, on a slow machine


def test_requests_are_written_down_and_counted_on(tenant: Tenant) -> None:
    with scope(tenant):
        token = issue_token(make_user("admin"))
    for total in (3, 6):
        with running("wsgi") as server:
            for _ in range(3):
                said = _ask(server.address, token)
            assert said == f"api-usage={total}/5000000"
            _wait_for(tenant, total)


def _ask(address: str, token: str) -> str:
    answer = requests.get(f"{address}/services/data/v59.0", headers={"Authorization": f"Bearer {token}"}, timeout=30)
    return answer.headers["Sforce-Limit-Info"]


def _wait_for(tenant: Tenant, total: int) -> None:
    until = time.monotonic() + WRITTEN_WITHIN
    while time.monotonic() < until:
        with scope(tenant):
            if sum(row.requests for row in ApiUsage.objects.all()) == total:
                return
        time.sleep(0.2)
    raise AssertionError("the count was not written down")
