"""What somebody wants recorded, as it was sent, and its check as a whole."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from django.db.models import Model
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.attendees.models import EngagementAttendee
from apps.common.errors import FieldProblem, Invalid, Problem
from apps.common.public_ids import is_salesforce_id
from apps.directory import references
from apps.directory.references import Link, References
from apps.engagements.models import EngagementInteraction
from apps.engagements.visibility import visible
from apps.objects import catalogue, cleaning, custom_fields, registry
from apps.objects.defaults import defaults_of
from apps.objects.documented import Documented
from apps.objects.registry import SObject
from apps.objects.values import Refused
from apps.topics.models import EngagementTopic

_LISTED = {EngagementAttendee: "attendees", EngagementTopic: "topics"}


@dataclass
class NewRecord:
    """Column -> value of one record, unchecked; the custom fields as (key, value) pairs in the order they came.

    `problems` are what reading already found wrong; `required` are columns that this way in demands beyond the others.
    `row` is the record that it became.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    custom_fields: Sequence[tuple[Any, Any]] = ()
    problems: Sequence[FieldProblem] = ()
    required: Collection[str] = ()
    numeric_text: bool = False
    row: Any = None

    model: ClassVar[type[Any]]

    @property
    def sobject(self) -> SObject:
        return registry.of(self.model)

    @property
    def stored(self) -> Mapping[str, Any]:
        """What the record holds already."""
        return {}

    def demanded(self) -> set[str]:
        """The columns that must be given."""
        return {*cleaning.needed(self.sobject), *self.required}

    def take_defaults(self) -> None:
        """What the administrator wants in a new record of this kind that does not say otherwise."""
        if defaults := defaults_of(self.sobject):
            self.values = {**defaults, **self.values}

    def parts(self) -> Iterator[tuple[str, "NewRecord"]]:
        """Itself and what is written with it, each with the path that its problems stand under."""
        yield "", self


class NewAttendee(NewRecord):
    model = EngagementAttendee


class NewTopic(NewRecord):
    model = EngagementTopic


@dataclass
class Changes(NewRecord):
    """What somebody wants written over in a record that is there, its `row`. What is not named stays."""

    @property
    def sobject(self) -> SObject:
        return registry.of(self.row)

    @property
    def stored(self) -> Mapping[str, Any]:
        columns: dict[str, Any] = vars(self.row)
        return columns

    def demanded(self) -> set[str]:
        return set(self.required)

    def take_defaults(self) -> None:
        """None: the record is there."""


@dataclass
class NewInteraction(NewRecord):
    """`mapped_state` counts where no status is given (C-09).

    `announced` are users whom the same request will add as attendees when the interaction is there (C-14).
    """

    model = EngagementInteraction

    attendees: Sequence[NewAttendee] = ()
    topics: Sequence[NewTopic] = ()
    mapped_state: str | None = None
    announced: Collection[int] = ()

    def parts(self) -> Iterator[tuple[str, NewRecord]]:
        """The interaction, its attendees, its topics."""
        yield from super().parts()
        for children in (self.attendees, self.topics):
            for index, child in enumerate(children):
                yield f"{_LISTED[child.model]}[{index}].", child


def check(draft: NewRecord, *, by: User) -> list[dict[str, Any]]:
    """The columns to store, of the interaction and then of each part. Raises Invalid with every problem, in order."""
    (checked,) = check_each([draft], by=by)
    if isinstance(checked, Invalid):
        raise checked
    return checked


def check_one(part: NewRecord, *, by: User) -> dict[str, Any]:
    """The columns to store of a record that stands alone. Raises Invalid with every problem."""
    (stored,) = check(part, by=by)
    return stored


def check_each(drafts: Sequence[NewRecord], *, by: User) -> list[list[dict[str, Any]] | Invalid]:
    """Of each draft what `check` returns or raises, with as many queries as for one."""
    links = References(by, seen=lambda sobject: visible(sobject, by))
    for draft in drafts:
        for _, part in draft.parts():
            part.take_defaults()
            for declared, column in _references(part):
                links.collect(declared, part.values.get(column))
    links.look_up()
    return [_check_draft(draft, links) for draft in drafts]


def _check_draft(draft: NewRecord, links: References) -> list[dict[str, Any]] | Invalid:
    checked, problems = [], []
    for path, part in draft.parts():
        stored, wrong = _check_part(part, links)
        checked.append(stored)
        problems += [replace(each, fields=[path + name for name in each.fields]) for each in (*part.problems, *wrong)]
    return Invalid(*problems) if problems else checked


def _check_part(part: NewRecord, links: References) -> tuple[dict[str, Any], list[FieldProblem]]:
    read_badly = _columns_at_fault(part.problems)
    stored, problems = cleaning.clean(part.sobject, part.values, required=part.demanded() - read_badly)
    linked, unlinked = _link(part, links)
    own_values, own_problems = custom_fields.clean(
        part.sobject.name,
        part.custom_fields,
        numeric_text=part.numeric_text,
        complete=not isinstance(part, Changes),
    )
    stored |= linked
    problems += [*unlinked, *own_problems]
    problems += _contradictions(part, stored, {*read_badly, *_columns_at_fault(problems)})
    return {**stored, "custom_fields": {**part.stored.get("custom_fields", {}), **own_values}}, problems


def _link(part: NewRecord, links: References) -> tuple[dict[str, Any], list[FieldProblem]]:
    stored: dict[str, Any] = {}
    problems = []
    for declared, column in _references(part):
        value = part.values.get(column)
        try:
            link = Link.to(value) if isinstance(value, Model) else links.resolve(declared, value)
            _check_link(part, declared, column, link)
            stored |= references.columns(part.sobject.column(column), link)
        except Refused as refused:
            problems.append(FieldProblem(refused.problem, [column], str(refused), value))
    return stored, problems


def _check_link(part: NewRecord, declared: Documented, column: str, link: Link) -> None:
    """An owner that is not given is the creator, so it is missing only where somebody takes it away."""
    is_owner = declared.api_name == "OwnerId"
    needed = isinstance(part, Changes) if is_owner else cleaning.is_needed(part.sobject, column)
    if link.is_empty and needed:
        raise Refused(Problem.REQUIRED, gettext("{label} is required.").format(label=declared.said))
    if link.key is not None and link.target not in _targets(part.sobject, declared, column):
        raise Refused(
            Problem.NO_SUCH_RECORD, gettext("{label} names nothing that can be kept here.").format(label=declared.said)
        )
    if link.text is not None and not _keeps_text(part.sobject, declared, column):
        problem = Problem.NO_SUCH_RECORD if is_salesforce_id(link.text) else Problem.MALFORMED_ID
        raise Refused(problem, gettext("{label} names no record that is held here.").format(label=declared.said))
    if declared.references == ("RecordType",) and link.key is not None:
        found = catalogue.current().record_types.get(part.sobject.name, {}).get(link.key)
        if found is None or not found.is_active:
            raise Refused(
                Problem.NO_SUCH_RECORD,
                gettext("{label} names no record type of this object.").format(label=declared.said),
            )


def _targets(sobject: SObject, declared: Documented, column: str) -> set[str]:
    """The objects whose rows the columns can name: as a text, any that the reference may lead to."""
    if not sobject.column(column).is_relation:
        return set(declared.references)
    names = filter(None, (column, declared.alternative))
    return {registry.of(sobject.column(name).related_model).name for name in names}


def _keeps_text(sobject: SObject, declared: Documented, column: str) -> bool:
    """Where a reference that is no row of ours has no place, it is refused rather than lost."""
    return bool(declared.text_column) or not sobject.column(column).is_relation


def _references(part: NewRecord) -> Iterable[tuple[Documented, str]]:
    for declared, column in part.sobject.references:
        if column in part.values or column in part.required:
            yield declared, column


def _columns_at_fault(problems: Iterable[FieldProblem]) -> set[str]:
    return {name for problem in problems for name in problem.fields}


def _contradictions(part: NewRecord, stored: Mapping[str, Any], at_fault: set[str]) -> Iterator[FieldProblem]:
    after = {**part.stored, **stored}
    start, end = after.get("start_date_time"), after.get("end_date_time")
    if start and end and end < start:
        yield FieldProblem(Problem.CONTRADICTION, ["end_date_time"], gettext("The end lies before the start."), end)
    # Somebody who is named badly is a problem of its own.
    if part.sobject.model is EngagementAttendee and not at_fault & _PEOPLE and not any(map(after.get, _NAMES)):
        yield FieldProblem(Problem.REQUIRED, sorted(_PEOPLE), gettext("An attendee names somebody outside or inside."))


_PEOPLE = {"external_attendee_id", "internal_attendee"}
_NAMES = ("external_attendee_id", "internal_attendee_id", "internal_attendee_text")
