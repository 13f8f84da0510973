"""The test database itself: who made it, and as whom the tests act."""

import pytest
from django.db import connection

from apps.tenants.models import Tenant


def _ask(question: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_the_tests_act_as_the_role_that_row_level_security_binds():
    assert _ask("select current_user") == "switchroom_app"
    assert _ask("select not rolsuper and not rolbypassrls from pg_roles where rolname = current_user")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_rows_of_a_committing_test_are_gone_in_the_next(time):
    assert not Tenant.objects.exists()
    Tenant.objects.create(name=time)
