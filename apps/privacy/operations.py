"""Setting rules and holds up, and answering people who want their data, or want it gone."""

from dataclasses import dataclass

from django.db import models, transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.operations import drop, keep
from apps.accounts.permissions import Permission, permits
from apps.audit.models import Action
from apps.audit.noting import note
from apps.common.errors import FieldProblem, Forbidden, Invalid, Problem
from apps.common.storable import unstorable
from apps.jobs.models import Job
from apps.jobs.operations import start
from apps.privacy.models import LegalHold, PersonRequest, RequestKind, RetentionRule
from apps.privacy.parts import PARTS
from apps.privacy.people import Person, callbacks_of, contacts_of, records_of
from apps.privacy.retaining import removable

EXPORT, ERASURE = "privacy.export", "privacy.erasure"
_LONGEST_REFERENCE = 120
_MOST_ANSWERED = 20  # requests of one person that are told
_KINDS = {RequestKind.EXPORT: EXPORT, RequestKind.ERASURE: ERASURE}


@transaction.atomic
def configure(rule: RetentionRule, *, by: User) -> None:
    """Write the rule; one in use begins its first walk with the worker's next look. Raises as `accounts.keep`."""
    rule.walked_on, rule.reached, rule.touched = None, 0, 0
    keep(rule, by=by)


@transaction.atomic
def hold(held: LegalHold, *, by: User) -> None:
    """Keep the contact whole from now on. Raises as `accounts.keep`."""
    if held._state.adding:
        held.by = by
    keep(held, by=by)


@transaction.atomic
def remove(row: models.Model, *, by: User) -> None:
    """Take a rule or a hold away. Raises as `accounts.drop`."""
    drop(row, by=by)


@dataclass(frozen=True)
class Found:
    """What is known of a person, counted."""

    person: Person
    contacts: int
    live: int  # or with mail that has not gone out
    held: int
    counts: dict[str, int]
    records: int
    callbacks: int
    answered: list[PersonRequest]  # requests that were done: their digests are of these identifiers


@transaction.atomic
def find(person: Person, *, by: User) -> Found:
    """How much there is of this person. The look is noted, without the identifiers. Raises Forbidden."""
    authorise(by)
    keys = contacts_of(person)
    counts = {part.label: part.rows(keys).count() for part in PARTS}
    held = LegalHold.objects.filter(interaction__in=keys).count()
    free = removable().filter(pk__in=keys).count()
    note(Action.FOUND_PERSON, by=by, kind=PersonRequest._meta.label_lower, details={"contacts": len(keys)})
    left = {name: number for name, number in counts.items() if number}
    return Found(
        person,
        len(keys),
        len(keys) - free - held,
        held,
        left,
        records_of(person).count(),
        callbacks_of(person).count(),
        list(
            PersonRequest.objects.filter(digests__has_any_keys=person.digests, done_at__isnull=False)[:_MOST_ANSWERED]
        ),
    )


@transaction.atomic
def begin(kind: RequestKind, person: Person, reference: str, *, by: User) -> PersonRequest:
    """Export or erase everything of the person, in the background. Publishes `job.started`.

    Raises Forbidden without the permission, Invalid without a reference, NotAllowed while too many jobs are not over.
    """
    authorise(by)
    reference = reference.strip()
    if not reference or len(reference) > _LONGEST_REFERENCE or unstorable(reference):
        raise _refused(
            gettext("say which request this answers, in at most {_LONGEST_REFERENCE} characters").format(
                _LONGEST_REFERENCE=_LONGEST_REFERENCE
            )
        )
    if any(each.lower() in reference.lower() for each in person.all):
        raise _refused(gettext("the reference must not name the person: it stays"))
    made = PersonRequest(kind=kind, reference=reference, by=by, identifiers=person.as_json(), digests=person.digests)
    made.save()
    title = gettext("{kind} of a person’s data: {reference}").format(kind=kind.label, reference=reference)
    made.job = start(_KINDS[kind], {"request": made.pk}, by=by, title=title)
    made.save(update_fields=["job"])
    return made


def _refused(said: str) -> Invalid:
    return Invalid(FieldProblem(Problem.MALFORMED, ["reference"], said))


def authorise(by: User) -> None:
    if not permits(by, Permission.MANAGE_PERSONAL_DATA):
        raise Forbidden(gettext("your role may not manage personal data"))


def may_take(job: Job, user: User) -> bool:
    """Whether the user may take this job's file away: one of a person's data is for who may manage such."""
    return job.kind != EXPORT or permits(user, Permission.MANAGE_PERSONAL_DATA)
