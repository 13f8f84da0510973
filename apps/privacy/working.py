"""The jobs that export and erase one person's data."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext, ngettext

from apps.accounts.permissions import Permission, permits
from apps.audit.models import Action
from apps.audit.noting import note
from apps.common import clock
from apps.common.errors import Forbidden, SwitchroomError
from apps.common.words import figure
from apps.common.words import kept as _
from apps.engagements.lifecycle import LIVE
from apps.jobs.registry import Progress, Run, job
from apps.privacy.anonymising import anonymise
from apps.privacy.asked import forget, traces_of
from apps.privacy.document import document
from apps.privacy.files import withdraw
from apps.privacy.models import LegalHold, PersonRequest
from apps.privacy.operations import ERASURE, EXPORT
from apps.privacy.parts import CALLBACK, CONTACTS, PARTS
from apps.privacy.people import Person, callbacks_of, contacts_of, records_of
from apps.privacy.retaining import removable
from apps.tenants.scope import scope

_WINDOW = 100  # contacts in one transaction
_UNTOLD = frozenset({"tenant", "phone_key", "vendor_call_key_folded"})  # ours, and copies of what is told


def _begun(run: Run) -> tuple[PersonRequest, Person]:
    if not permits(run.by, Permission.MANAGE_PERSONAL_DATA):
        raise Forbidden(gettext("your role may not manage personal data"))
    found = PersonRequest.objects.get(pk=run.parameters["request"])
    if found.done_at is not None:
        raise SwitchroomError(gettext("it is done already"))
    return found, Person.read(found.identifiers)


@job(EXPORT)
def export(run: Run) -> Iterator[Progress]:
    """The directory's records, callbacks, and each contact with all that hangs on it."""
    with scope(run.tenant):
        asked, person = _begun(run)
        keys = contacts_of(person)
        beside = {_("directory"): _rows(records_of(person)), _("callbacks"): _rows(callbacks_of(person))}
    counts: Counter[str] = Counter({name: len(rows) for name, rows in beside.items()})
    head = {"reference": asked.reference, _("made"): clock.now(), _("identifiers"): person.as_json(), **beside}
    with document(run.new_file("personal-data.zip"), head) as made:
        for start in range(0, len(keys), _WINDOW):
            with scope(run.tenant):
                told = _contacts(keys[start : start + _WINDOW], counts)
            for contact in told:
                made.add(contact)
            yield Progress(min(start + _WINDOW, len(keys)), len(keys))
    with scope(run.tenant):
        _close(run, asked, counts, Action.TAKEN_OUT)
    says = ngettext("{number} contact.", "{number} contacts.", len(keys))
    run.outcome = says.format(number=figure(len(keys)))
    yield Progress(len(keys), len(keys))


def _contacts(keys: list[int], counts: Counter[str]) -> list[dict[str, Any]]:
    told = {row["id"]: row for row in _rows(CONTACTS.rows(keys))}
    counts["contacts"] += len(told)
    for part in PARTS:
        if part is CONTACTS or part.label in {"attendees’ fields", "speakers"}:
            continue
        of = part.rows(keys).annotate(of_contact=models.F(part.path)).order_by("pk")
        for row in of:
            told[row.of_contact].setdefault(part.label, []).append(_row(row))
            counts[part.label] += 1
    return list(told.values())


def _rows(found: Any) -> list[dict[str, Any]]:
    return [_row(row) for row in found.order_by("pk")]


def _row(row: models.Model) -> dict[str, Any]:
    columns = [field for field in row._meta.concrete_fields if field.name not in _UNTOLD]
    told = {field.name: field.value_from_object(row) for field in columns if not isinstance(field, models.BinaryField)}
    return {name: value for name, value in told.items() if value not in (None, "", [], {})}


@job(ERASURE)
def erase(run: Run) -> Iterator[Progress]:
    """Window by window; what is counted is written with each, so a job that is begun anew counts nothing twice."""
    with scope(run.tenant):
        asked, person = _begun(run)
        keys = list(removable().filter(pk__in=contacts_of(person)).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _WINDOW):
        window = keys[start : start + _WINDOW]
        with scope(run.tenant):
            free = list(removable().filter(pk__in=window).order_by("pk").select_for_update(of=("self",)))
            counts = Counter(asked.counts) + anonymise([each.pk for each in free])
            asked.counts = dict(counts)
            asked.save(update_fields=["counts"])
        yield Progress(start + len(window), len(keys))
    with scope(run.tenant):
        traces = traces_of(person)
    with scope(run.tenant):
        forget(traces, person)
        gone = {_("filters"): traces.count, _("files of jobs"): withdraw(run.tenant, asked.digests)}
        asked.counts = {**asked.counts, **{name: count for name, count in gone.items() if count}}
        _finish(run, asked, person)
    yield Progress(len(keys), len(keys))


def _finish(run: Run, asked: PersonRequest, person: Person) -> None:
    counts = Counter(asked.counts)
    left = contacts_of(person)
    held = LegalHold.objects.filter(interaction__in=left).count()
    done = callbacks_of(person).exclude(callback__stage__in=LIVE) if not left else callbacks_of(person).none()
    counts[_("callbacks")] += done.update(**CALLBACK, system_modstamp=clock.now())
    records = list(records_of(person)) if not left else []  # what is kept goes on saying whose it is
    for record in records:
        record.name = "erased"  # the audit log says that one is gone, not which
        note(Action.REMOVED, by=run.by, about=record)
        type(record).objects.filter(pk=record.pk).delete()
    _forget_names([str(record.pk) for record in records])
    counts[_("directory")] += len(records)
    counts[_("kept: legal hold")], counts[_("kept: live")] = held, len(left) - held
    _close(run, asked, +counts, Action.ERASED)
    gone = counts[CONTACTS.label]
    told = ngettext("{number} contact anonymised.", "{number} contacts anonymised.", gone).format(number=figure(gone))
    if left:
        kept = gettext("{held} kept by a legal hold, {number} still live.")
        told = f"{told} {kept.format(held=figure(held), number=figure(len(left) - held))}"
    run.outcome = told


def _forget_names(keys: list[str]) -> None:
    """What the audit log had of them. The one thing that can be changed in it, by a function of the database."""
    with connection.cursor() as cursor:
        cursor.execute("select privacy_forget_names(%s)", [keys])


def _close(run: Run, asked: PersonRequest, counts: Counter[str], action: Action) -> None:
    """The proof: in the row, and where nobody can change it, in the audit log."""
    asked.counts, asked.done_at, asked.identifiers = dict(counts), clock.now(), {}
    asked.save(update_fields=["counts", "done_at", "identifiers"])
    said = {_("reference"): asked.reference, **counts, _("digests"): ", ".join(asked.digests)}
    note(action, by=run.by, about=asked, details=said)
