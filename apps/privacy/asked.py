"""Filters of exports, jobs, reports and views in which somebody typed a number, address or id of the person."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from django.db import connection

from apps.audit.models import Action, AuditEntry
from apps.events.models import Event
from apps.exports.models import MailedReport
from apps.jobs.models import OPEN, Job
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
    opened: list[int]  # entries of the audit log: rows that were looked at
    views: list[int]
    mailed: list[int]

    @property
    def count(self) -> int:
        return sum(len(keys) for keys in (self.events, self.jobs, self.opened, self.views, self.mailed))


def traces_of(person: Person) -> Traces:
    """Reads the whole ledger by name: not in a transaction that writes, or everybody's readers would wait for it."""
    names = naming(person)
    told = Event.objects.filter(name=_EXPORTED).values_list("pk", "data__export__asked")
    events = [key for key, asked in told.iterator() if asked and names(asked)]
    jobs = Job.objects.exclude(state__in=sorted(OPEN)).values_list("pk", "parameters")
    found = [key for key, parameters in jobs.iterator() if _without(parameters, names) != parameters]
    opened = AuditEntry.objects.filter(action=Action.ROWS_OPENED).values_list("pk", "details__asked")
    views, mailed = (rows.values_list("pk", "query") for rows in (SavedView.objects.all(), MailedReport.objects.all()))
    others = ([key for key, asked in rows.iterator() if asked and names(asked)] for rows in (opened, views, mailed))
    return Traces(events, found, *others)


def forget(traces: Traces, person: Person) -> None:
    """Empty them. Who exported or looked at what and when stays; a report by mail, which would tell more without its
    filters, is switched off."""
    names = naming(person)
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [_EXPORTED, traces.events])
        cursor.execute("select privacy_forget_asked(%s)", [traces.opened])
    SavedView.objects.filter(pk__in=traces.views).update(query="")
    MailedReport.objects.filter(pk__in=traces.mailed).update(query="", is_active=False)
    for job in Job.objects.filter(pk__in=traces.jobs):
        Job.objects.filter(pk=job.pk).update(parameters=_without(job.parameters, names))


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
