"""Requests are counted in memory, written down by the hour, and forgotten after the window."""

from datetime import timedelta

import pytest

from apps.common import clock
from apps.tenants import usage
from apps.tenants.models import ApiUsage, Tenant

pytestmark = pytest.mark.usefixtures("in_scope")


@pytest.fixture(autouse=True)
def _nothing_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "_counts", {})


def test_what_is_new_is_added_once(tenant: Tenant) -> None:
    for _ in range(3):
        usage.count(tenant)
    usage.keep()
    usage.keep()
    usage.count(tenant)
    assert usage.used(tenant) == 4
    assert ApiUsage.objects.get().requests == 3
    usage.keep()
    assert (usage.used(tenant), ApiUsage.objects.get().requests) == (4, 4)


def test_what_other_processes_wrote_counts_within_the_window(tenant: Tenant) -> None:
    now = clock.now()
    for age, requests in ((0, 5), (23, 7), (25, 100)):
        ApiUsage.objects.create(hour=now - timedelta(hours=age), requests=requests)
    usage.count(tenant)
    usage.keep()
    assert usage.used(tenant) == 13


def test_a_tenant_that_was_not_asked_for_costs_nothing(tenant: Tenant, django_assert_num_queries) -> None:
    usage.count(tenant)
    usage.keep()
    with django_assert_num_queries(0):
        usage.keep()


def test_old_hours_are_removed(tenant: Tenant) -> None:
    for age in (1, 24, 49):
        ApiUsage.objects.create(hour=clock.now() - timedelta(hours=age), requests=1)
    usage.forget(tenant)
    assert ApiUsage.objects.count() == 2
