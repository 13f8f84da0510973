"""Entries of the audit log and events of the ledger as one list, newest first.

Records, exports and jobs are told in the ledger by whoever changes them; writing them once more here would double the
busiest path for nothing. Each source is read along its own index from a place of its own, so a page costs the same
however deep it lies.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext, ngettext

from apps.accounts.models import User
from apps.audit.models import Action, AuditEntry
from apps.common.looking import Narrowed
from apps.common.words import figure, kept
from apps.common.words import later as _
from apps.directory.lookup import beginning_so, words_in
from apps.engagements.models import EngagementInteraction
from apps.events.models import AUDITED, TAKEN_AWAY, Event
from apps.objects.word_index import keys_with
from apps.supervision.audit.merging import page_of_all
from apps.tenants import scope

PAGE = 50
_MANY = 2_000  # entries about objects of one name: more are told by a condition, not by a list
_PEOPLE = ("accounts.user", "accounts.userrole", "accounts.apikey", "accounts.apiclient")
_SIGNING = (Action.SIGNED_IN, Action.SIGN_IN_FAILED, Action.SIGNED_OUT)
_TOLD = {
    "engagement.recorded": _("Added a record"),
    "engagement.changed": _("Changed a record"),
    "engagement.deleted": _("Deleted a record"),
    "engagement.undeleted": _("Brought a record back"),
    "engagement.flagged": _("Flagged a record"),
    "engagement.unflagged": _("Took a flag away"),
    "engagement.repaired": _("Repaired"),
    "data.exported": _("Exported"),
    "job.started": _("Started a job"),
    "job.cancelled": _("Stopped a job"),
}
_RECORDS = tuple(name for name in _TOLD if name.startswith("engagement."))


@dataclass(frozen=True)
class Kind:
    """What a reader may narrow to: entries that fit, names of events that fit."""

    label: str
    entries: Q | None
    events: tuple[str, ...] = ()


_OF_PRIVACY = [model._meta.label_lower for model in apps.get_app_config("privacy").get_models()]
_OF_PEOPLE = Q(object_kind__in=_PEOPLE) & ~Q(action__in=_SIGNING)
KINDS: Mapping[str, Kind] = {
    "records": Kind(_("Records"), None, _RECORDS),
    "people": Kind(_("People and roles"), _OF_PEOPLE),
    "settings": Kind(
        _("Settings"), ~Q(object_kind__in=_PEOPLE) & ~Q(action__in=[*_SIGNING, Action.ROWS_OPENED, Action.STEERED])
    ),
    "steering": Kind(_("Steered from the board"), Q(action=Action.STEERED)),
    "sign-ins": Kind(_("Signing in and out"), Q(action__in=_SIGNING)),
    "exports": Kind(_("Exports and jobs"), None, TAKEN_AWAY),
    "personal": Kind(_("Personal data"), Q(object_kind__in=_OF_PRIVACY)),
    "looks": Kind(_("Rows behind figures"), Q(action=Action.ROWS_OPENED)),
}


@dataclass(frozen=True)
class Asked:
    """Who, what, when, which object; None and empty: all."""

    who: int | None
    kind: str
    what: str
    since: datetime | None
    until: datetime | None

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> "Asked":
        """What cannot be read narrows nothing. Days are the viewer's."""
        who, kind = str(query.get("who", "")), str(query.get("kind", ""))
        since, until = (_day(query.get(name, "")) for name in ("since", "until"))
        return cls(
            int(who) if who.isascii() and who.isdecimal() and len(who) < 19 else None,
            kind if kind in KINDS else "",
            str(query.get("object", "")).replace("\x00", "")[:100].strip(),
            _begin(since),
            _begin(until + timedelta(days=1)) if until and until < date.max else None,
        )


@dataclass(frozen=True)
class Line:
    at: datetime
    who: str
    what: str
    about: str
    details: Sequence[tuple[str, str, str]]  # a column, before, after


@dataclass(frozen=True)
class Log:
    """`looked_to`: nobody has looked further back for lines that fit (`common.looking`)."""

    lines: Sequence[Line]
    newer: str | None  # where the pages before and after begin
    older: str | None
    looked_to: datetime | None = None


def log(asked: Asked, *, older_than: str = "", newer_than: str = "", size: int = PAGE) -> Log:
    """One page in as many queries as any: of two sources, and the names of people and records that the ledger has as
    keys."""
    sources = (_entries(asked), _events(asked))
    page = page_of_all(sources, size=size, older_than=older_than, newer_than=newer_than)
    names = _Names.of([row for row in page.rows if isinstance(row, Event)])
    return Log([_line(row, names) for row in page.rows], page.newer, page.older, page.looked_to)


def _entries(asked: Asked) -> Narrowed:
    kind = KINDS.get(asked.kind)
    rows = found = _within(AuditEntry.objects.all(), asked)
    if asked.who is not None:
        rows = found = rows.filter(actor_id=asked.who)
    if kind:
        found = found.filter(kind.entries) if kind.entries else found.none()
    if asked.what:
        found = found.filter(_about(asked.what))
    return Narrowed(rows, found)


def _about(text: str) -> Q:
    """Objects with a name that has these words, each whole or its beginning, or of a kind that is called so."""
    kinds = [model._meta.label_lower for model in apps.get_models() if _is_called(model, text.lower())]
    words = words_in(text)
    keys = keys_with(AuditEntry._meta.db_table, beginning_so(words), _MANY + 1) if words else []
    named = Q(pk__in=keys) if len(keys) <= _MANY else Q(object_name__icontains=text)
    return named | Q(object_kind__in=kinds)


def _is_called(model: Any, text: str) -> bool:
    return text in model._meta.label_lower or text in str(model._meta.verbose_name).lower()


def _events(asked: Asked) -> Narrowed:
    kind = KINDS.get(asked.kind)
    names = TAKEN_AWAY if kind and kind.events == TAKEN_AWAY else AUDITED  # each has an index
    told = _within(Event.objects.filter(actor_id__isnull=False), asked)
    rows = found = told.filter(name__in=names)
    if kind and kind.events != names:  # said once: PostgreSQL would take two lists of names for independent
        found = told.filter(name__in=kind.events) if kind.events else found.none()
    if asked.who is not None:
        found = found.filter(actor_id=asked.who)
    if asked.what:
        numbers = asked.what.upper().removeprefix("EI-")
        key = int(numbers) if numbers.isascii() and numbers.isdecimal() and len(numbers) < 19 else None
        found = found.filter(interaction_id=key) if key is not None else found.none()
    return Narrowed(rows, found)


def _within(found: Any, asked: Asked) -> Any:
    if asked.since:
        found = found.filter(at__gte=asked.since)
    return found.filter(at__lt=asked.until) if asked.until else found


def _begin(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time())) if day else None


def _day(text: Any) -> date | None:
    try:
        return parse_date(str(text))
    except ValueError:
        return None


# Lines ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Names:
    people: Mapping[int, str]
    records: Mapping[int, str]

    @classmethod
    def of(cls, events: Sequence[Event]) -> "_Names":
        people = User.objects.filter(
            tenant_id=scope.tenant_id(), pk__in={each.actor_id for each in events if each.actor_id}
        )
        keys = {each.interaction_id for each in events if each.interaction_id}
        records = EngagementInteraction.with_deleted.filter(pk__in=keys)
        return cls(
            dict(people.values_list("pk", "full_name")) if events else {},
            dict(records.values_list("pk", "name")) if events else {},
        )


def _line(row: Any, names: _Names) -> Line:
    return _of_event(row, names) if isinstance(row, Event) else line_of(row)


def _of_event(event: Event, names: _Names) -> Line:
    data: Any = event.data
    if event.name == "data.exported":
        told = data["export"]
        rows = "" if told["rows"] is None else _rows(told["rows"])
        details = [
            (gettext("as"), "", told["format"]),
            (gettext("filters"), "", told["asked"]),
            (gettext("rows"), "", rows),
        ]
        return Line(
            event.at, _who(event, names), _TOLD[event.name], told["what"], [each for each in details if each[2]]
        )
    about = names.records.get(event.interaction_id or 0) or str(data.get("job", {}).get("title", ""))
    return Line(event.at, _who(event, names), _TOLD[event.name], about, _of_records(data.get("changes")))


def _rows(number: int) -> str:
    return ngettext("{number} row", "{number} rows", number).format(number=figure(number))


def _who(event: Event, names: _Names) -> str:
    return names.people.get(event.actor_id or 0, "")


_WORDS = (kept("asked"), kept("in records"), kept("report"), kept("way"), kept("what"))
_WORDED = ("way", "what")  # whose values are ours, too


def _said(text: str) -> str:
    """In the reader's language, what is stored in the system's."""
    return gettext(text) if text else ""


def line_of(entry: AuditEntry) -> Line:
    details: Any = entry.details
    is_diff = entry.action in (Action.ADDED, Action.CHANGED)
    told = (
        _changes(details, _labels(entry.object_kind))
        if is_diff
        else [(_said(k), "", _said(str(v)) if k in _WORDED else str(v)) for k, v in details.items()]
    )
    kind = _noun(entry.object_kind)
    signing = entry.action in _SIGNING
    about = "" if signing else f"{kind}: {entry.object_name}" if entry.object_name else kind
    return Line(entry.at, entry.actor_name, entry.get_action_display(), about, told)


def _of_records(changes: Any) -> list[tuple[str, str, str]]:
    """Columns of the records that an event tells of, an attendee's or topic's with the object's name."""
    told: list[tuple[str, str, str]] = []
    for name, change in (changes or {}).items():
        columns = change.get("columns") if isinstance(change, dict) else None
        lead = "" if name == "EngagementInteraction" else f"{name} "
        told += [(f"{lead}{column}", before, after) for column, before, after in _changes(columns)]
    return told


def _changes(changes: Any, label: Callable[[str], str] = str) -> list[tuple[str, str, str]]:
    if not isinstance(changes, dict):
        return []
    pairs = [(label(name), value) for name, value in changes.items() if isinstance(value, list) and len(value) == 2]
    return [(name, _shown(before), _shown(after)) for name, (before, after) in pairs]


def _shown(value: Any) -> str:
    return "" if value is None else gettext("yes") if value is True else gettext("no") if value is False else str(value)


def _noun(kind: str) -> str:
    try:
        name = str(apps.get_model(kind)._meta.verbose_name)
    except (LookupError, ValueError):
        name = _said(kind)
    return name[:1].upper() + name[1:]


def _labels(kind: str) -> Callable[[str], str]:
    """Names of columns as the screens say them."""

    def label(name: str) -> str:
        try:
            return str(apps.get_model(kind)._meta.get_field(name).verbose_name)
        except (LookupError, ValueError, FieldDoesNotExist, AttributeError):
            return name

    return label
