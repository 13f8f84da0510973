"""Beginning bulk actions, and taking them back."""

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.bulk.actions import ACTIONS
from apps.bulk.models import BulkRow, Outcome
from apps.bulk.task import Task
from apps.common.errors import FieldProblem, Forbidden, Invalid, NotAllowed, Problem
from apps.jobs.models import Job
from apps.jobs.operations import start

KIND, UNDOING = "bulk", "bulk.undo"


@transaction.atomic
def begin(task: Task, *, by: User) -> Job:
    """Do it to all that are found, in the background. Publishes `job.started`, and each row what its operation does.

    Raises Forbidden unless `by` may change such records and begin jobs, Invalid for a value that cannot be read, and
    NotAllowed for a filter that the list does not have, where nothing is found (also by one that cannot be read), and
    while too many jobs of theirs are not over.
    """
    task.authorise(by)
    _may_begin(by)
    form = task.form(task.given)
    if not form.is_valid():
        problems = [(name, " ".join(map(str, said))) for name, said in form.errors.items()]
        raise Invalid(*(FieldProblem(Problem.MALFORMED, [name], said) for name, said in problems))
    if unknown := task.unknown(by):
        raise NotAllowed(gettext("this list has no filter {names}").format(names=", ".join(unknown)))
    if task.count(by) == (0, True):
        raise NotAllowed(gettext("nothing is found, so nothing is done"))
    title = f"{task.action.wish(task.listed, form)}: {task.listed.plural}"
    return start(KIND, task.as_parameters(), by=by, title=title[:200])


@transaction.atomic
def undo(job: Job, *, by: User) -> Job:
    """Take back what a bulk action changed, where nobody has changed it since. Publishes as `begin`.

    Raises NotAllowed for an action that cannot be taken back, or that is still under way.
    """
    task = Task.read(job.parameters)
    task.authorise(by)
    _may_begin(by)
    if job.is_open:
        raise NotAllowed(gettext("it is not over yet: stop it first"))
    if not can_undo(job):
        raise NotAllowed(gettext("this cannot be taken back"))
    return start(UNDOING, {"job": str(job.uuid)}, by=by, title=gettext("Undo: {title}").format(title=job.title)[:200])


def can_undo(job: Job) -> bool:
    """Whether there is something that can be taken back."""
    if job.kind != KIND or not ACTIONS[job.parameters["action_name"]].is_undone:
        return False
    return BulkRow.objects.filter(job=job, outcome=Outcome.CHANGED).exists()


def _may_begin(by: User) -> None:
    if not by.has_perm("jobs.add_job"):
        raise Forbidden(gettext("your role may not begin jobs"))
