import threading

import pytest

from apps.supervision.worker import DUTIES, Duty, HouseDuty, do, work
from apps.tenants.models import Tenant

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stop():
    return threading.Event()


def test_a_duty_is_done_for_every_tenant_also_after_one_failed(tenant, other_tenant, stop, caplog):
    done = []

    def run(of: Tenant) -> int:
        done.append(of)
        if of == tenant:
            raise ValueError("a defect")
        return 1

    do(Duty(run, every_s=1), stop)
    do(HouseDuty(lambda: done.append("house"), every_s=1), stop)
    assert done == [tenant, other_tenant, "house"]
    assert [record.getMessage() for record in caplog.records] == [f"a sweep failed for tenant {tenant.pk}"]


def test_each_duty_has_its_own_pace_until_told_to_stop(tenant, stop):
    done = []

    def often(_: Tenant) -> int:
        done.append("often")
        if len(done) > 5:
            stop.set()
        return 0

    def seldom(_: Tenant) -> int:
        done.append("seldom")
        return 0

    work((Duty(often, every_s=0), Duty(seldom, every_s=3600)), stop)
    assert (done.count("often"), done.count("seldom")) == (5, 1)


def test_the_sweeps_find_nothing_in_an_empty_house(tenant, stop, caplog):
    for duty in DUTIES:
        do(duty, stop)
    assert caplog.records == []
