"""What a column of a file may become: a documented field of the interaction, a custom one, or part of its journal."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.common.words import later as _
from apps.engagements.models import EngagementInteraction
from apps.objects import catalogue, registry

IDENTIFIER = "ExternalIdentifier"
START, END = "StartDateTime", "EndDateTime"
TIMES = frozenset({START, END, "entered", "answered", "AttendeeVerificationTime"})

# Name in a mapping -> what it means.
JOURNAL = {
    "queue": _("the queue where the customer waited, by name, developer name or id"),
    "entered": _("when the wait began; the beginning if it is not given"),
    "agent": _("who took it, by user name, e-mail address, full name or id"),
    "answered": _("when the agent took it; the end of the wait"),
    "abandoned": _("whether the customer gave up waiting: yes or no; by default what nobody answered"),
    "holdSeconds": _("how long the customer was on hold in all"),
    "wrapUpSeconds": _("how long the agent worked on it after its end"),
    "disposition": _("the outcome that the agent chose, by name"),
    "attendees": _("ids of the accounts, contacts and leads who took part, parted by semicolons"),
    "customer": _("the customer's number or address; the phone number if it is not given"),
    "contactPoint": _("the number or address that the customer reached"),
    "subject": _("a subject line"),
}


@dataclass(frozen=True)
class Target:
    """A documented or custom field. `column` is the model's; None for a custom field."""

    name: str
    label: str
    column: str | None


def documented() -> dict[str, Target]:
    """Lower-case name -> field that an import may write, custom ones last."""
    sobject = registry.of(EngagementInteraction)
    found = {
        name: Target(declared.api_name or "", declared.label, column)
        for name, (declared, column) in sobject.fields.items()
        if declared.createable and not sobject.column(column).generated
    }
    own = catalogue.current().fields_of(sobject.name)
    return found | {name.lower(): Target(field.api_name, field.label, None) for name, field in own.items()}


def choices() -> Iterator[tuple[str, str]]:
    """Name and what it means, for who makes a mapping."""
    yield from ((target.name, target.label) for target in documented().values())
    yield from JOURNAL.items()
