"""The job that takes a bulk action back: only what is still as the action left it."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import QueryDict
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.bulk.actions import Done
from apps.bulk.models import BulkRow, Outcome
from apps.bulk.operations import UNDOING
from apps.bulk.reporting import write_file
from apps.bulk.task import Task
from apps.bulk.verbs import VERBS, each, refused
from apps.bulk.working import row_of, summed_up
from apps.common.errors import NotFound
from apps.common.words import later as _
from apps.engagements.forms import RecordForm
from apps.engagements.forms.fields import shown
from apps.engagements.forms.overtaken import put
from apps.engagements.forms.record import held
from apps.engagements.operations import Changes
from apps.engagements.visibility import visible
from apps.jobs.models import Job
from apps.jobs.registry import Progress, Run, job
from apps.queues import operations as live
from apps.queues.models import QueueEntry
from apps.tenants.scope import scope

_OVERTAKEN = _("somebody has changed it since")


@job(UNDOING)
def undo(run: Run) -> Iterator[Progress]:
    """One record in a transaction."""
    with scope(run.tenant):
        mine = Job.objects.get(uuid=run.job_uuid)
        done_by = Job.objects.filter(uuid=run.parameters["job"]).first()
        if done_by is None:
            raise NotFound(gettext("What was to be taken back is forgotten."))
        task = Task.read(done_by.parameters)
        task.authorise(run.by)
        changed = BulkRow.objects.filter(job=done_by, outcome=Outcome.CHANGED)
        total, keys = changed.count(), _keys_left(changed, mine)
    done = total - len(keys)
    with summed_up(run, mine):
        yield Progress(done, total)
        for key in keys:
            with scope(run.tenant):
                what = BulkRow.objects.get(job=done_by, key=key)
                row = visible(task.listed.sobject, run.by, with_deleted=True).filter(pk=key).first()
                if row is None:
                    BulkRow.objects.create(
                        job=mine, key=key, name=what.name, outcome=Outcome.LEFT, said=gettext("it is gone")
                    )
                else:
                    row_of(mine, _take_back(task, what, row, run.by)).save()
            done += 1
            yield Progress(done, total)
    write_file(run, mine)
    yield Progress(done, total)


def _keys_left(changed: Any, mine: Job) -> Sequence[int]:
    """Those that the job has not come to yet."""
    left = changed.filter(~Exists(BulkRow.objects.filter(job=mine, key=OuterRef("key"))))
    return list(left.order_by("pk").values_list("key", flat=True))


def _take_back(task: Task, what: BulkRow, row: Any, by: User) -> Done:
    verbs = VERBS[task.list_name]
    if task.action_name == "set":
        return _restore(task, what, row, by)
    if task.action_name in ("move", "prioritise"):
        return _send_back(task, what, row, by)
    is_deleted = row.deleted_at is not None
    if is_deleted != (task.action_name == "delete"):
        return Done(row, Outcome.LEFT, _OVERTAKEN)
    do = verbs.undelete if is_deleted else verbs.delete
    (outcome,) = do([row], by=by)
    why = refused(outcome)
    return Done(row, Outcome.LEFT, str(why)) if why else Done(row, Outcome.CHANGED)


def _send_back(task: Task, what: BulkRow, row: Any, by: User) -> Done:
    waits = QueueEntry.objects.select_related("queue").filter(interaction=row, left_at=None).first()
    is_move = task.action_name == "move"
    now = (waits.queue.name if waits.queue else None) if waits and is_move else waits and waits.priority
    if waits is None or now != what.after:
        return Done(row, Outcome.LEFT, _OVERTAKEN)
    do = live.move_back if is_move else partial(live.prioritise, priority=what.before)
    (outcome,) = each(do)([row], by=by)
    why = refused(outcome)
    return Done(row, Outcome.LEFT, str(why)) if why else Done(row, Outcome.CHANGED, "", now, what.before)


def _restore(task: Task, what: BulkRow, row: Any, by: User) -> Done:
    form = task.form()
    assert isinstance(form, RecordForm)
    (column,) = form.columns.values()
    now = shown(column, held(column, row))
    if row.deleted_at is not None:
        return Done(row, Outcome.LEFT, gettext("it is deleted"))
    if now != what.after:
        return Done(row, Outcome.LEFT, _OVERTAKEN, now)
    given = QueryDict(mutable=True)
    put(given, column.name, what.before)
    again = RecordForm(task.listed.sobject, row, given, columns=[column])
    again.fields[column.name].required = False
    if not again.is_valid():
        return Done(row, Outcome.LEFT, " ".join(" ".join(map(str, said)) for said in again.errors.values()), now)
    values, pairs = again.values(again.columns)
    (outcome,) = VERBS[task.list_name].revise([Changes(values, pairs, numeric_text=True, row=row)], by=by)
    if why := refused(outcome):
        return Done(row, Outcome.LEFT, str(why), now)
    return Done(row, Outcome.CHANGED, "", now, what.before)
