"""Administrators who define fields at the same moment."""

from collections.abc import Callable

import pytest

from apps.common.errors import Invalid
from apps.objects.models import CustomField, CustomFieldKind
from apps.objects.operations import define_custom_field
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.concurrency.race import race

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
OBJECT = "EngagementTopic"


def test_of_the_fiftieth_and_the_fifty_first_field_one_is_refused(tenant: Tenant) -> None:
    with scope(tenant):
        for number in range(49):
            define_custom_field(OBJECT, f"Field{number}__c", CustomFieldKind.TEXT)

    def defining(name: str) -> Callable[[], CustomField]:
        def run() -> CustomField:
            with scope(Tenant.objects.get(pk=tenant.pk)):
                return define_custom_field(OBJECT, name, CustomFieldKind.TEXT)

        return run

    outcomes = race(*(defining(f"Race{number}__c") for number in range(4)))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CustomField", *["Invalid"] * 3]
    assert all(isinstance(outcome, (CustomField, Invalid)) for outcome in outcomes)
    with scope(tenant):
        assert CustomField.objects.filter(object_name=OBJECT).count() == 50
