import pytest
from django.db.models import F

from apps.common.errors import NotAllowed
from apps.tenants.models import Tenant
from tests.concurrency.race import race

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def test_runners_see_what_is_committed_and_commit_themselves(tenant):
    def bump():
        return Tenant.objects.filter(pk=tenant.pk).update(misses_until_not_ready=F("misses_until_not_ready") + 1)

    assert race(*[bump] * 6) == [1] * 6
    tenant.refresh_from_db()
    assert tenant.misses_until_not_ready == 6


def test_what_a_runner_raises_is_its_outcome():
    def refuse():
        raise NotAllowed("too late")

    assert [type(outcome) for outcome in race(refuse, lambda: None)] == [NotAllowed, type(None)]
