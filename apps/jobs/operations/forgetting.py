"""What was done long ago is forgotten."""

from datetime import timedelta

from apps.common import clock
from apps.jobs import files
from apps.jobs.models import Job
from apps.tenants.models import Tenant
from apps.tenants.scope import scope

_KEPT = timedelta(days=90)


def forget(tenant: Tenant) -> None:
    """Remove files that need not be kept any longer, and jobs that were over months ago."""
    files.forget(tenant)
    with scope(tenant):
        Job.objects.filter(ended_at__lt=clock.now() - _KEPT).delete()
