"""Files that jobs made or read before an erasure: nobody can say of all of them whether the person is in them."""

from collections.abc import Iterator

from apps.jobs import files
from apps.jobs.models import OPEN, Job
from apps.privacy.models import PersonRequest, RequestKind
from apps.tenants.models import Tenant

_FIGURES = "report"  # a table of figures, which names no contact


def withdraw(tenant: Tenant, digests: list[str]) -> int:
    """Remove those of exports, imports, bulk actions and reports by mail, and what was taken out of this person's
    data. Jobs that are not over keep theirs. Returns how many there were. In the tenant's scope."""
    gone = 0
    others = {
        asked.job_id
        for asked in PersonRequest.objects.filter(kind=RequestKind.EXPORT)
        if asked.job_id and not set(asked.digests) & set(digests)
    }
    for job in Job.objects.exclude(state__in=sorted(OPEN)).exclude(pk__in=others):
        if job.parameters.get("source") != _FIGURES:
            for path in filter(None, (files.found(tenant, reference) for reference in _of(job))):
                path.unlink(missing_ok=True)
                gone += 1
    return gone


def _of(job: Job) -> Iterator[str]:
    """What it made, and what it was given."""
    yield job.file
    if job.kind == "import":
        yield job.parameters["file"]
