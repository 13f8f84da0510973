"""The events of jobs: they say who took data away or brought it in."""

from apps.accounts.models import User
from apps.events.ledger import publish
from apps.jobs.models import Job


def tell(name: str, job: Job, *, by: User) -> None:
    told = {
        "id": str(job.uuid),
        "kind": job.kind,
        "title": job.title,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "outcome": job.outcome,
    }
    publish(name, by_id=by.pk, audience=[job.by_id], data={"job": told})
