"""Which columns a list can have, and which it has for this reader."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Model

from apps.common.words import later as _
from apps.engagements.forms.fields import label_of
from apps.engagements.forms.record import editable
from apps.engagements.lists import RecordList
from apps.objects.columns import Column, columns_of


@dataclass(frozen=True)
class Heading:
    """One column of a list. Without a `column` it is one of the house's own, told by the template of its name."""

    name: str
    label: str
    width: float  # rem, at least
    column: Column | None = None
    is_number: bool = False
    edits: str = ""  # the field that its cell writes, where it can be written


@dataclass(frozen=True)
class SetupList:
    """A list of the set-up, which has views and columns as the lists of records have: what it can show."""

    name: str
    plural: str
    model: type[Model]
    headings: Mapping[str, Heading]
    first: Sequence[str]


AnyList = RecordList | SetupList

_HOUSE: Mapping[str, Sequence[Heading]] = {
    "interactions": (
        Heading("started", _("Started"), 6.5),
        Heading("channel", _("Channel"), 6.25),
        Heading("customer", _("Customer"), 10),
        Heading("state", _("Status, stage"), 6.5),
        Heading("who", _("Handler or owner"), 8),
        Heading("queue", _("Queue"), 8),
        Heading("duration", _("Duration"), 5.25, is_number=True),
    )
}
_FIRST: Mapping[str, Sequence[str]] = {
    "interactions": [each.name for each in _HOUSE["interactions"]],
    "attendees": ["EngagementId", "ExternalAttendeeId", "InternalAttendeeId", "Role", "StartDateTime", "IsVerified"],
    "topics": ["EngagementId", "TopicId", "ProcessName", "ProcessType", "ProcessStatus", "LastModifiedDate"],
    "calls": [
        *("CallStartDateTime", "CallType", "FromPhoneNumber", "ToPhoneNumber", "UserId"),
        *("QueueName", "CallDisposition", "CallDurationInSeconds"),
    ],
}
_WIDTHS = {
    "boolean": 5.0,
    "datetime": 9.75,
    "phone": 8.25,
    "picklist": 7.0,
    "date": 6.5,
    "double": 6.0,
    "int": 6.0,
    "percent": 5.0,
    "currency": 6.0,
}
_FIGURES = frozenset({"double", "int", "percent", "currency"})


def every(listed: AnyList) -> Mapping[str, Heading]:
    """The house's own, every documented field, and the tenant's. The record's name always stands in front."""
    if isinstance(listed, SetupList):
        return listed.headings
    writable = {column.name for column in editable(listed.sobject)}
    fields = [
        Heading(
            column.name,
            label_of(column),
            _WIDTHS.get(column.declared.type, 9.0),
            column,
            column.declared.type in _FIGURES,
            column.name if column.name in writable else "",
        )
        for column in columns_of(listed.sobject).values()
        if not column.component and column.name != "Name"
    ]
    return {each.name: each for each in (*_HOUSE.get(listed.name, ()), *fields)}


def first(listed: AnyList) -> Sequence[str]:
    """What a list shows until somebody chooses."""
    if isinstance(listed, SetupList):
        return listed.first
    return _FIRST[listed.name]


def chosen(listed: AnyList, *choices: Iterable[str]) -> list[Heading]:
    """The first of the choices that names anything; what is no field any longer is passed over."""
    there = every(listed)
    for names in (*choices, first(listed)):
        if found := [there[name] for name in dict.fromkeys(names) if name in there]:
            return found
    return []
