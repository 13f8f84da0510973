"""Where somebody typed a number, address or id of the person: filters and names of exports, jobs, reports, views."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from django.apps import apps
from django.db import connection
from django.db.models import Q

from apps.audit.models import Action, AuditEntry
from apps.events.models import Event
from apps.exports.models import MailedReport
from apps.jobs.models import OPEN, Job
from apps.privacy.done_to_many import retitle
from apps.privacy.people import Person
from apps.saved_views.models import SavedView

_EXPORTED = "data.exported"
_KNOWN_BY = 7  # last digits of a number: however it was typed, with a country code or without
_FORGET = """
    update events_event set data = jsonb_set(data, '{export,asked}', '""')
    where name = %s and id = any(%s)
"""


@dataclass(frozen=True)
class Traces:
    events: list[int]
    jobs: list[int]
    noted: list[int]  # entries of the audit log: rows that were looked at, limits of reports by mail
    views: list[int]
    mailed: list[int]
    brief: Mapping[Any, list[int]]  # rows that live for a while only, by model: they go as a whole

    @property
    def count(self) -> int:
        kept = (self.events, self.jobs, self.noted, self.views, self.mailed, *self.brief.values())
        return sum(map(len, kept))


def traces_of(person: Person) -> Traces:
    """Reads the whole ledger by name: not in a transaction that writes, or everybody's readers would wait for it."""
    names = naming(person)
    told = Event.objects.filter(name=_EXPORTED).values_list("pk", "data__export__asked")
    events = [key for key, asked in told.iterator() if asked and names(asked)]
    jobs = Job.objects.exclude(state__in=sorted(OPEN))
    noted = AuditEntry.objects.filter(Q(action=Action.ROWS_OPENED) | Q(object_kind=MailedReport._meta.label_lower))
    kept: Sequence[tuple[Any, Sequence[str]]] = (
        (jobs, ("title", "parameters")),
        (noted, ("object_name", "details")),
        (SavedView.objects.all(), ("name", "query")),
        (MailedReport.objects.all(), ("name", "query")),
    )
    others = (
        [key for key, *told in rows.values_list("pk", *columns).iterator() if _without(told, names) != told]
        for rows, columns in kept
    )
    brief = {}
    for model in apps.get_models():
        if column := getattr(model, "names_people_in", ""):
            rows = model._base_manager.values_list("pk", column)
            brief[model] = [key for key, text in rows.iterator() if names(text)]
    found, entries, views, mailed = others
    return Traces(events, found, entries, views, mailed, brief)


def forget(traces: Traces, person: Person) -> None:
    """Empty them. Who exported or looked at what and when stays; a report by mail, which would tell more without its
    filters, is switched off."""
    names = naming(person)
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [_EXPORTED, traces.events])
        cursor.execute("select privacy_forget_asked(%s)", [traces.noted])
    for model, keys in ((SavedView, traces.views), (MailedReport, traces.mailed)):
        for row in model._base_manager.filter(pk__in=keys):
            row.name = f"erased {row.pk}" if names(row.name) else row.name
            row.query = ""
            row.save(update_fields=["name", "query"])
    MailedReport.objects.filter(pk__in=traces.mailed).update(is_active=False)
    for brief, keys in traces.brief.items():
        brief._base_manager.filter(pk__in=keys).delete()
    for job in Job.objects.filter(pk__in=traces.jobs):
        Job.objects.filter(pk=job.pk).update(parameters=_without(job.parameters, names))
        if names(job.title):
            retitle(job, job.kind)


def naming(person: Person) -> Callable[[str], bool]:
    """Whether a text names the person; the texts are parts of addresses, so they are read as such."""
    words = [each.casefold() for each in (*person.addresses, *person.record_ids)]
    ends = [digits[-_KNOWN_BY:] for each in person.numbers if len(digits := re.sub(r"\D", "", each)) >= _KNOWN_BY]

    def names(text: str) -> bool:
        read = unquote_plus(text)
        folded, digits = read.casefold(), re.sub(r"[\s().+/-]", "", read)
        return any(each in folded for each in words) or any(each in digits for each in ends)

    return names


def _without(value: Any, names: Callable[[str], bool]) -> Any:
    if isinstance(value, dict):
        return {key: _without(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [_without(each, names) for each in value]
    return "" if isinstance(value, str) and names(value) else value
