"""Tenants are kept apart twice: by the scope, and by the database itself when a query forgets the scope."""

import pytest
from django.db import ProgrammingError, connection, models, transaction

from apps.directory.models import CrmRecord
from apps.tenants.models import Tenant
from apps.tenants.scope import NoTenant, scope


def make_record(tenant: Tenant, record_id: str) -> CrmRecord:
    with scope(tenant):
        return CrmRecord.objects.create(object_name="Contact", record_id=record_id, name=record_id)


def every_row() -> "models.QuerySet[CrmRecord]":
    """A query that forgets the filter."""
    return models.QuerySet(CrmRecord)


def test_rows_of_another_tenant_are_not_found(tenant, other_tenant):
    make_record(tenant, "ours")
    make_record(other_tenant, "theirs")
    with scope(tenant):
        assert list(CrmRecord.objects.values_list("record_id", flat=True)) == ["ours"]


def test_a_forgotten_filter_shows_nothing_of_another_tenant(tenant, other_tenant):
    make_record(other_tenant, "theirs")
    with scope(tenant):
        assert not every_row().exists()
        assert not every_row().update(name="changed")
        assert every_row().delete()[0] == 0
    with scope(other_tenant):
        assert every_row().count() == 1


def test_outside_any_scope_there_are_no_rows(tenant):
    make_record(tenant, "ours")
    assert not every_row().exists()
    with pytest.raises(NoTenant):
        CrmRecord.objects.exists()


def test_rows_cannot_be_written_for_another_tenant(tenant, other_tenant):
    with scope(tenant), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        CrmRecord.objects.create(tenant=other_tenant, object_name="Contact", record_id="x", name="x")


def test_a_scope_within_a_scope_gives_the_outer_one_back(tenant, other_tenant):
    make_record(tenant, "ours")
    make_record(other_tenant, "theirs")
    with scope(tenant):
        with scope(other_tenant):
            assert every_row().get().record_id == "theirs"
        assert every_row().get().record_id == "ours"


@pytest.mark.django_db
def test_every_table_with_a_tenant_has_row_level_security():
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
            where a.attname = 'tenant_id' and c.relkind in ('r', 'p')
                and not (c.relrowsecurity and c.relforcerowsecurity)
            """
        )
        bare = {name for (name,) in cursor.fetchall()}
    # People and clients sign in before their tenant is known (design, "Tenants").
    assert bare <= {"accounts_apiclient", "accounts_user", "cometd_cometdsession"}
