"""One change of definitions after the other, and every process told of it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import models, transaction

from apps.accounts.models import User
from apps.accounts.operations import authorise
from apps.tenants import scope
from apps.tenants.models import Tenant


@contextmanager
def changing(kind: type[models.Model], action: str, by: User | None) -> Iterator[None]:
    """A transaction in which nobody else changes the tenant's definitions; afterwards all processes read them afresh.

    Raises Forbidden unless the role of `by` may do so; None is the installation itself.
    """
    if by:
        authorise(kind(tenant=scope.tenant()), by, action)
    with transaction.atomic():
        Tenant.objects.select_for_update(no_key=True).get(pk=scope.tenant_id())  # new rows may point to it meanwhile
        yield
        moved()


def moved() -> None:
    """The definitions of the tenant in scope have changed: every process reads them afresh.

    The version is drawn from the clock, not counted, so that one used in a transaction that was rolled back never
    comes again with other contents.
    """
    tenant = scope.tenant()
    tenant.catalogue_version = time.time_ns()
    Tenant.objects.filter(pk=tenant.pk).update(catalogue_version=tenant.catalogue_version)
