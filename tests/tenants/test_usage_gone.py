"""A process goes on counting after a tenant was removed."""

import pytest

from apps.tenants import usage
from apps.tenants.models import Tenant
from apps.tenants.scope import scope


@pytest.mark.django_db(transaction=True)
def test_a_tenant_that_is_gone_is_counted_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "_counts", {})
    gone = Tenant.objects.create(name="Gone")
    usage.count(gone)
    with scope(gone):
        Tenant.objects.filter(pk=gone.pk).delete()
    usage.keep()
    assert usage._counts == {}
