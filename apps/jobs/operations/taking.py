"""A worker's steps: take a job, say how far it is, write down what came of it.

A claim, not a lock, keeps other workers away: no transaction lives as long as a job. Whoever writes must still hold it.
"""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext, override

from apps.common import clock
from apps.jobs import files
from apps.jobs.models import Job, JobState
from apps.jobs.operations.telling import tell
from apps.jobs.registry import Progress, Run
from apps.tenants import scope
from apps.tenants.selecting import Select

LEASE = timedelta(minutes=2)  # of silence, before another worker takes over
_MOST_ATTEMPTS = 3
_RIGHTS = ("is_active", "role", "granted", "reach")  # of a user, all that decides what they may do


class Lost(Exception):
    """The job is somebody else's by now, or nobody wants it any more."""


def _waiting(at: datetime) -> QuerySet[Job]:
    free = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, claimed_until__lt=at)
    waiting = Job.objects.select_for_update(skip_locked=True, of=("self",)).filter(free)
    return waiting.select_related("by", "tenant").order_by("id")[:10]


_WAITING = Select(_waiting, times=["at"])


@transaction.atomic
def take() -> Job | None:
    """Claim the oldest job of the tenant in scope that nobody does. One whose workers keep dying ends as failed."""
    now = clock.now()
    for job in _WAITING(at=now):
        if job.is_unwanted:
            _end(job, JobState.CANCELLED, job.outcome)
        elif not job.by.is_active:
            with override(job.language):
                gone = gettext("Whoever asked for it may not sign in any more.")
            _end(job, JobState.FAILED, gone)
        elif job.attempts >= _MOST_ATTEMPTS:
            with override(job.language):
                died = gettext("The worker that did it died, {attempts} times in a row.").format(attempts=job.attempts)
            _end(job, JobState.FAILED, died)
        else:
            job.state, job.claim, job.claimed_until = JobState.RUNNING, uuid4(), now + LEASE
            job.started_at = job.started_at or now
            job.attempts += 1
            job.done, job.total = 0, None
            job.save()
            return job
    return None


def keep(job: Job, progress: Progress) -> None:
    """Say how far it is, and renew the claim. Raises Lost if it is to stop; the caller writes nothing more then.

    It is also lost when its person may do other things than when it was taken: it is begun anew with those rights.
    """
    done = progress.done if progress.total is None else min(progress.done, progress.total)
    rights = {f"by__{name}": getattr(job.by, name) for name in _RIGHTS}
    mine = Job.objects.filter(pk=job.pk, claim=job.claim, is_unwanted=False, **rights)
    job.done, job.total = done, progress.total
    if not mine.update(done=done, total=progress.total, claimed_until=clock.now() + LEASE):
        raise Lost


@transaction.atomic
def give_back(job: Job, run: Run) -> None:
    """Somebody else is to begin it anew: this worker stops. A job that has become unwanted is cancelled."""
    mine = _mine(job)
    if mine and mine.is_unwanted:
        mine.done, mine.total = job.done, job.total
        stopped = gettext("Stopped; what was done until then stays: {outcome}").format(outcome=run.outcome)
        _end(mine, JobState.CANCELLED, stopped if run.outcome else "")
    elif mine:
        mine.state, mine.claim, mine.claimed_until = JobState.QUEUED, None, None
        mine.attempts -= 1
        mine.save()


@transaction.atomic
def end(job: Job, state: JobState, run: Run) -> None:
    """Write down what came of it. Publishes `job.ended`. The file of one that did not get done is removed."""
    mine = _mine(job)
    if mine is None or state != JobState.DONE:
        files.remove(scope.tenant(), run.file)
    if mine is None:
        return
    if state == JobState.DONE:
        mine.file, mine.file_name = run.file, run.file_name
        mine.done, mine.total = job.done, job.total
    _end(mine, state, run.outcome)


def _mine(job: Job) -> Job | None:
    return Job.objects.locked().select_related("by").filter(pk=job.pk, claim=job.claim).first()


def _end(job: Job, state: JobState, outcome: str) -> None:
    job.state, job.ended_at, job.outcome = state, clock.now(), outcome[:500]
    job.claim = job.claimed_until = None
    job.save()
    tell("job.ended", job, by=job.by)
