"""Does jobs for as long as the worker lives, in threads of its own, so that the clock's duties wait for none."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

from django.conf import settings
from django.db import Error as DatabaseUnwell
from django.db import close_old_connections, connections
from django.utils import timezone
from django.utils.translation import gettext, override

from apps.common.errors import SwitchroomError
from apps.jobs import files
from apps.jobs.models import Job, JobState
from apps.jobs.operations import Lost, end, give_back, keep, take
from apps.jobs.registry import Progress, Run, function_of
from apps.tenants.models import Tenant
from apps.tenants.scope import scope

log = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0
_SAVE_SECONDS = 0.5  # how often progress is written down at most


@contextmanager
def doing() -> Iterator[None]:
    """Do jobs meanwhile. What is under way at the end is begun anew by whoever comes next."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=_run, args=[stop], name=f"jobs-{number}") for number in range(settings.JOB_THREADS)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _run(stop: threading.Event) -> None:
    while not stop.is_set():
        close_old_connections()
        try:
            worked = [do_next(tenant, stop) for tenant in Tenant.objects.filter(is_active=True) if not stop.is_set()]
        except DatabaseUnwell as error:
            log.warning("cannot look for jobs: %s", error)
            worked = []
        if not any(worked):
            stop.wait(_LOOK_SECONDS)
    connections.close_all()


def do_next(tenant: Tenant, stop: threading.Event) -> bool:
    """Do the tenant's next job, if there is one for us. Returns soon after `stop` is set."""
    with scope(tenant):
        job = take()
    if job is None:
        return False
    run = Run(tenant, job.by, str(job.uuid), job.parameters)
    try:
        with timezone.override(job.by.zone), override(job.language):
            state = _attempt(job, run, stop)
            if state is None:
                files.remove(tenant, run.file)
            with scope(tenant):
                end(job, state, run) if state else give_back(job, run)
    except DatabaseUnwell:  # the claim runs out, and somebody takes over
        log.exception("job %s could not be written down", job.uuid)
        with suppress(OSError):
            files.remove(tenant, run.file)
    return True


def _attempt(job: Job, run: Run, stop: threading.Event) -> JobState | None:
    """What came of it; None if it is to be given back."""
    try:
        _follow(job, run, stop)
    except Lost:
        return None
    except SwitchroomError as error:
        run.outcome = str(error)
        return JobState.FAILED
    except Exception:
        log.exception("job %s (%s) failed", job.uuid, job.kind)
        run.outcome = gettext("It failed by a mistake of this software, which stands in the worker's log.")
        return JobState.FAILED
    return JobState.DONE


def _follow(job: Job, run: Run, stop: threading.Event) -> None:
    function = function_of(job.kind)
    if function is None:
        raise SwitchroomError(gettext("This version of the software does not know such jobs."))
    saved, latest = 0.0, Progress(0)
    with closing(function(run)) as steps:  # type: ignore[type-var]
        for latest in steps:
            if stop.is_set():
                raise Lost
            if time.monotonic() - saved >= _SAVE_SECONDS:
                _keep(job, latest)
                saved = time.monotonic()
    _keep(job, latest)


def _keep(job: Job, progress: Progress) -> None:
    with scope(job.tenant):
        keep(job, progress)
