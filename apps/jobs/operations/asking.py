"""What people do: begin a job, stop one, see theirs."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.accounts.roles import Reach
from apps.common import clock
from apps.common.errors import NotAllowed, NotFound
from apps.common.words import spoken_now
from apps.jobs.models import Job, JobState
from apps.jobs.operations.telling import tell
from apps.jobs.registry import function_of

MOST_WAITING = 20  # open jobs of one person


def visible_to(user: User) -> "QuerySet[Job]":
    """Who may see everything, without any limit (administrators), sees all jobs, everybody else the own ones."""
    found = Job.objects.select_related("by")
    sees_all = permits(user, Permission.PLATFORM_VIEW_ALL) and user.reach == Reach.ALL
    return found if sees_all else found.filter(by=user)


@transaction.atomic
def start(kind: str, parameters: Mapping[str, Any], *, by: User, title: str) -> Job:
    """Begin a job, which a worker takes up within a second. It speaks as its person does. Publishes `job.started`.

    Raises NotAllowed while the person has too many that are not over.
    """
    assert function_of(kind), f"nobody does {kind}"
    if Job.objects.filter(by=by, state__in=[JobState.QUEUED, JobState.RUNNING]).count() >= MOST_WAITING:
        raise NotAllowed(gettext("{MOST_WAITING} jobs of yours are not over yet").format(MOST_WAITING=MOST_WAITING))
    language = spoken_now(by.language)
    job = Job.objects.create(kind=kind, parameters=dict(parameters), by=by, language=language, title=title)
    tell("job.started", job, by=by)
    return job


@transaction.atomic
def cancel(job: Job, *, by: User) -> None:
    """Stop it: one that waits at once, one that runs as soon as its worker hears of it. Publishes `job.cancelled`.

    What it has written stays written. Raises NotFound for another's job, NotAllowed when it is over.
    """
    found = visible_to(by).select_for_update(of=("self",)).filter(pk=job.pk).first()
    if found is None:
        raise NotFound(gettext("there is no such job"))
    if not found.is_open:
        raise NotAllowed(gettext("it is over already"))
    found.is_unwanted = True
    if found.state == JobState.QUEUED:
        found.state, found.ended_at = JobState.CANCELLED, clock.now()
    found.save()
    tell("job.cancelled", found, by=by)
