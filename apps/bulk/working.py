"""The job that does a bulk action: window by window, every record by its operation, and beside it what became of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.bulk.actions import Done
from apps.bulk.models import LONGEST_SAID, BulkRow, Outcome
from apps.bulk.operations import KIND
from apps.bulk.reporting import write_file
from apps.bulk.task import Task
from apps.common.looking import Narrowed, page_within
from apps.common.words import figure, inside
from apps.jobs.models import Job
from apps.jobs.registry import Progress, Run, job
from apps.tenants.scope import scope

WINDOW = 100  # records in one transaction; of those that are live, one


@job(KIND)
def work(run: Run) -> Iterator[Progress]:
    """Whatever it has done is written beside each record, so that beginning anew goes on where it was."""
    task = Task.read(run.parameters)
    with scope(run.tenant):
        task.authorise(run.by)
        mine = Job.objects.get(uuid=run.job_uuid)
        done = BulkRow.objects.filter(job=mine).count()
        total = done + _left(task, mine, run.by).found.order_by().count()
    with summed_up(run, mine):
        yield Progress(done, total)
        for came_to in _windows(task, mine, run.by):
            done += came_to
            yield Progress(done, max(done, total))
    write_file(run, mine)
    yield Progress(done, done)


def _left(task: Task, mine: Job, by: User) -> Narrowed:
    """Those that the job has not come to yet."""
    return task.looked(by, ~Exists(BulkRow.objects.filter(job=mine, key=OuterRef("pk"))))


def _windows(task: Task, mine: Job, by: User) -> Iterator[int]:
    """Do it; yields after each transaction how many records that was."""
    position: str | None = None
    while True:
        with scope(mine.tenant):
            page = page_within(_left(task, mine, by), task.order, size=WINDOW, older_than=position)
            calm = [row for row in page.rows if not getattr(row, "is_live", False)]
            _write(mine, _do(task)(calm, by=by) if calm else [])
        yield len(calm)
        for row in page.rows:
            if getattr(row, "is_live", False):
                with scope(mine.tenant):  # it locks agents, too: two contacts in one transaction could meet another's
                    _write(mine, _do(task)([row], by=by))
                yield 1
        if page.older is None:
            return
        position = page.older


def _do(task: Task) -> Callable[..., list[Done]]:
    form = task.form(task.given)
    form.full_clean()
    return task.action.prepare(task.listed, form)


def _write(mine: Job, done: Sequence[Done]) -> None:
    BulkRow.objects.bulk_create(row_of(mine, each) for each in done)


def row_of(mine: Job, done: Done) -> BulkRow:
    return BulkRow(
        job=mine,
        key=done.row.pk,
        name=str(done.row.name)[:255],
        outcome=done.outcome,
        said=done.said[:LONGEST_SAID],
        before=done.before,
        after=done.after,
    )


def counts(job: Job) -> dict[str, int]:
    """How many records had which outcome."""
    found = BulkRow.objects.filter(job=job).order_by().values("outcome").annotate(rows=Count("id"))
    told = {each["outcome"]: each["rows"] for each in found}
    return {outcome: told.get(outcome, 0) for outcome in Outcome.values}


@contextmanager
def summed_up(run: Run, job: Job) -> Iterator[None]:
    """What was done is the outcome, also of a job that is stopped on the way."""
    try:
        yield
    finally:
        with scope(run.tenant):
            run.outcome = _summary(job)


def _summary(job: Job) -> str:
    words: Iterable[str] = (
        f"{figure(rows)} {inside(Outcome(outcome).label)}" for outcome, rows in counts(job).items() if rows
    )
    return f"{', '.join(words) or gettext('Nothing was found')}."
