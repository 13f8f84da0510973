"""Jobs: from being asked for to what came of them, whoever dies on the way."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.common import clock
from apps.common.errors import NotAllowed, NotFound, SwitchroomError
from apps.events.models import Event
from apps.jobs import files, registry, running
from apps.jobs.models import Job, JobState
from apps.jobs.operations import cancel, forget, start, take, visible_to
from apps.jobs.registry import Progress, Run
from apps.tenants.models import Tenant
from tests.builders import make_user

Steps = Callable[[Run], Iterator[Progress]]


@pytest.fixture
def by(in_scope: Tenant, settings, tmp_path, monkeypatch: pytest.MonkeyPatch) -> User:
    settings.FILES_DIR = tmp_path
    monkeypatch.setattr(running, "_SAVE_SECONDS", 0)
    return make_user(Role.SUPERVISOR, time_zone="Europe/Berlin")


@pytest.fixture
def begin(by: User, monkeypatch: pytest.MonkeyPatch) -> Callable[[Steps], Job]:
    """Begins a job that does this."""

    def begin(steps: Steps) -> Job:
        monkeypatch.setitem(registry._KINDS, "test", steps)
        return start("test", {"n": 3}, by=by, title="A test")

    return begin


def do(job: Job, stop: threading.Event | None = None) -> Job:
    assert running.do_next(job.tenant, stop or threading.Event())
    job.refresh_from_db()
    return job


def writes(run: Run) -> Iterator[Progress]:
    with run.new_file("numbers.txt").open("w") as file:
        for number in range(run.parameters["n"]):
            file.write(f"{number}\n")
            yield Progress(number + 1, run.parameters["n"])
    run.outcome = "3 numbers."


def events() -> list[str]:
    return list(Event.objects.filter(name__startswith="job.").order_by("id").values_list("name", flat=True))


def test_a_job_says_how_far_it_is_and_leaves_a_file(begin: Callable[[Steps], Job], by: User) -> None:
    seen = []

    def looked_at(run: Run) -> Iterator[Progress]:
        for progress in writes(run):
            yield progress
            seen.append(Job.objects.values_list("state", "done", "total").get())

    job = do(begin(looked_at))
    assert seen == [("running", 1, 3), ("running", 2, 3), ("running", 3, 3)]
    assert (job.state, job.done, job.outcome, job.file_name) == ("done", 3, "3 numbers.", "numbers.txt")
    path = files.found(by.tenant, job.file)
    assert path
    assert path.read_text() == "0\n1\n2\n"
    assert events() == ["job.started", "job.ended"]
    assert not running.do_next(by.tenant, threading.Event())


def test_what_fails_says_why_and_leaves_no_file(begin: Callable[[Steps], Job], by: User) -> None:
    def refuses(run: Run) -> Iterator[Progress]:
        run.new_file("x.csv").touch()
        yield Progress(0)
        raise SwitchroomError("The file is no CSV.")

    def breaks(run: Run) -> Iterator[Progress]:
        yield Progress(1 // 0)

    refused = do(begin(refuses))
    assert (refused.state, refused.outcome, refused.file) == ("failed", "The file is no CSV.", "")
    broken = do(begin(breaks))
    assert (broken.state, "mistake of this software" in broken.outcome) == ("failed", True)
    assert not [path for path in files.new(by.tenant, ".x")[1].parent.glob("*")]


def test_one_that_waits_is_cancelled_at_once_and_one_that_runs_at_its_next_step(
    begin: Callable[[Steps], Job], by: User
) -> None:
    waiting = begin(writes)
    cancel(waiting, by=by)
    assert Job.objects.get(pk=waiting.pk).state == JobState.CANCELLED
    with pytest.raises(NotAllowed):
        cancel(waiting, by=by)

    def unwanted(run: Run) -> Iterator[Progress]:
        steps = writes(run)
        yield next(steps)
        cancel(Job.objects.get(uuid=run.job_uuid), by=by)
        yield from steps
        raise AssertionError("it went on")

    job = do(begin(unwanted))
    assert (job.state, job.file, job.done) == ("cancelled", "", 2)


def test_a_worker_that_stops_gives_it_back_and_one_that_dies_loses_it(begin: Callable[[Steps], Job]) -> None:
    job, stop = begin(writes), threading.Event()
    stop.set()
    assert do(job, stop).state == JobState.QUEUED
    for _ in range(3):
        dead = take()
        assert dead
        assert take() is None, "somebody has it"
        Job.objects.filter(pk=job.pk).update(claimed_until=clock.now() - timedelta(seconds=1))
    assert take() is None
    job.refresh_from_db()
    assert (job.state, job.outcome) == ("failed", "The worker that did it died, 3 times in a row.")


def test_who_has_lost_it_writes_nothing_more(begin: Callable[[Steps], Job]) -> None:
    def robbed(run: Run) -> Iterator[Progress]:
        Job.objects.update(claimed_until=clock.now() - timedelta(seconds=1))
        assert take()
        yield from writes(run)

    job = do(begin(robbed))
    assert (job.state, job.attempts, job.file) == ("running", 2, "")


def test_whose_rights_change_meanwhile_has_it_begun_anew_with_those(begin: Callable[[Steps], Job], by: User) -> None:
    met: list[str] = []

    def demoted(run: Run) -> Iterator[Progress]:
        met.append(run.by.role)
        User.objects.filter(pk=by.pk).update(role=Role.AGENT)
        yield Progress(1)
        met.append("went on")

    job = do(begin(demoted))
    assert (job.state, job.attempts, met) == (JobState.QUEUED, 0, [Role.SUPERVISOR])
    assert (do(job).state, met[1:]) == (JobState.DONE, [Role.AGENT, "went on"])

    def dismissed(run: Run) -> Iterator[Progress]:
        User.objects.filter(pk=by.pk).update(is_active=False)
        yield Progress(1)
        met.append("went on")

    again = do(begin(dismissed))
    assert take() is None
    again.refresh_from_db()
    assert (again.state, again.outcome) == (JobState.FAILED, "Whoever asked for it may not sign in any more.")
    assert met.count("went on") == 1


def test_everybody_sees_the_own_ones_and_administrators_all(begin: Callable[[Steps], Job], by: User) -> None:
    job, admin, other = begin(writes), make_user(Role.ADMIN), make_user(Role.SUPERVISOR)
    assert [job in visible_to(user) for user in (by, admin, other)] == [True, True, False]
    with pytest.raises(NotFound):
        cancel(job, by=other)
    cancel(job, by=admin)


def test_nobody_has_more_than_twenty_open(begin: Callable[[Steps], Job]) -> None:
    for _ in range(20):
        begin(writes)
    with pytest.raises(NotAllowed):
        begin(writes)


def test_files_and_jobs_are_forgotten(begin: Callable[[Steps], Job], by: User, settings) -> None:
    job = do(begin(writes))
    settings.FILES_KEPT_DAYS = 0
    forget(by.tenant)
    assert files.found(by.tenant, job.file) is None
    Job.objects.update(ended_at=clock.now() - timedelta(days=91))
    forget(by.tenant)
    assert not Job.objects.exists()


@pytest.mark.parametrize("reference", ["../secret-key", "x" * 32, "0" * 32 + "/..", "0" * 31])
def test_no_reference_leads_elsewhere(by: User, reference: str) -> None:
    with pytest.raises(ValueError, match="no file of ours"):
        files.found(by.tenant, reference)
