"""What bulk actions and other jobs tell of a person: the values that they wrote, and titles that repeat them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import connection

from apps.attendees.models import EngagementAttendee
from apps.bulk.models import BulkRow, Outcome
from apps.bulk.operations import KIND, UNDOING
from apps.engagements.models import EngagementInteraction
from apps.jobs.models import OPEN, Job
from apps.topics.models import EngagementTopic
from apps.voice_calls.models import VoiceCall

# By the lists' names: whose keys the rows of a bulk action are, and the way from there to the contact.
_RECORDS: dict[str, tuple[Any, str]] = {
    "interactions": (EngagementInteraction, "pk"),
    "attendees": (EngagementAttendee, "engagement"),
    "topics": (EngagementTopic, "engagement"),
    "calls": (VoiceCall, "interaction"),
}
_RETITLE = """
    update events_event set data = jsonb_set(data, '{job,title}', to_jsonb(%s::text))
    where name like 'job.%%' and at >= %s and data->'job'->>'id' = %s
"""


def forget_values(contacts: Sequence[int]) -> None:
    """Empty what bulk actions wrote down of these contacts' records. Which records they were, and what came of each,
    stays."""
    jobs = {str(job.uuid): job for job in Job.objects.filter(kind__in=(KIND, UNDOING)).order_by("pk")}
    by_list = defaultdict(list)
    for job in jobs.values():
        begun = jobs.get(job.parameters["job"]) if job.kind == UNDOING else job
        if begun:
            by_list[begun.parameters["list_name"]].append(job.pk)
    changed: set[int] = set()
    for name, done_by in by_list.items():
        model, path = _RECORDS[name]
        keys = list(model._base_manager.filter(**{f"{path}__in": contacts}).values_list("pk", flat=True))
        rows = BulkRow.objects.filter(job__in=done_by, key__in=keys)
        changed |= set(rows.filter(outcome=Outcome.CHANGED).values_list("job", flat=True))
        rows.update(before=None, after=None, said="")
    for job in jobs.values():
        if job.pk in changed and job.state not in OPEN:
            _forget_wish(job, jobs)


def _forget_wish(job: Job, jobs: dict[str, Job]) -> None:
    """The value that one field got, of the job that set it or took it back."""
    begun = jobs[job.parameters["job"]] if job.kind == UNDOING else job
    wanted = begun.parameters
    if wanted["action_name"] != "set":
        return
    title = f"Set {wanted['field_name']}: {wanted['list_name']}"
    if job.kind == KIND and any(wanted["given"].values()):
        Job.objects.filter(pk=job.pk).update(parameters={**wanted, "given": {}})
    retitle(job, title if job is begun else f"Undo: {title}")


def retitle(job: Job, title: str) -> None:
    """Call it so from now on, in what was published of it too."""
    if job.title == title:
        return
    Job.objects.filter(pk=job.pk).update(title=title)
    with connection.cursor() as cursor:
        cursor.execute(_RETITLE, [title, job.created_at, str(job.uuid)])
