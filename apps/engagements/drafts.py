"""What somebody wants recorded, as it was sent, and its check as a whole."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from apps.accounts.models import User
from apps.attendees.models import EngagementAttendee
from apps.common.errors import FieldProblem, Invalid, Problem
from apps.directory import references
from apps.directory.references import References
from apps.engagements.models import EngagementInteraction
from apps.objects import cleaning, custom_fields, registry
from apps.objects.documented import Documented
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

    model = EngagementInteraction


class NewAttendee(NewRecord):
    model = EngagementAttendee  # type: ignore[assignment]


class NewTopic(NewRecord):
    model = EngagementTopic  # type: ignore[assignment]


@dataclass
class NewInteraction(NewRecord):
    """`mapped_state` counts where no status is given (C-09)."""

    attendees: Sequence[NewAttendee] = ()
    topics: Sequence[NewTopic] = ()
    mapped_state: str | None = None

    def parts(self) -> Iterator[tuple[str, NewRecord]]:
        """The interaction, its attendees, its topics, each with the path that its problems stand under."""
        yield "", self
        for children in (self.attendees, self.topics):
            for index, child in enumerate(children):
                yield f"{_LISTED[child.model]}[{index}].", child


def check(draft: NewInteraction, *, by: User) -> list[dict[str, Any]]:
    """The columns to store, of the interaction and then of each part. Raises Invalid with every problem, in order."""
    (checked,) = check_each([draft], by=by)
    if isinstance(checked, Invalid):
        raise checked
    return checked


def check_each(drafts: Sequence[NewInteraction], *, by: User) -> list[list[dict[str, Any]] | Invalid]:
    """Of each draft what `check` returns or raises, with as many queries as for one."""
    links = References(by)
    for draft in drafts:
        for _, part in draft.parts():
            for declared, column in _references(part):
                links.collect(declared, part.values[column])
    links.look_up()
    return [_check_one(draft, links) for draft in drafts]


def _check_one(draft: NewInteraction, links: References) -> list[dict[str, Any]] | Invalid:
    checked, problems = [], []
    for path, part in draft.parts():
        stored, wrong = _check_part(part, links)
        checked.append(stored)
        problems += [replace(each, fields=[path + name for name in each.fields]) for each in (*part.problems, *wrong)]
    return Invalid(*problems) if problems else checked


def _check_part(part: NewRecord, links: References) -> tuple[dict[str, Any], list[FieldProblem]]:
    read_badly = {name for problem in part.problems for name in problem.fields}
    required = {*cleaning.needed(registry.of(part.model)), *part.required} - read_badly
    stored, problems = cleaning.clean(registry.of(part.model), part.values, required=required)
    linked, unlinked = _link(part, links)
    own_values, own_problems = custom_fields.clean(
        registry.of(part.model).name, part.custom_fields, numeric_text=part.numeric_text
    )
    stored |= linked
    problems += [*unlinked, *own_problems, *_contradictions(part, stored, problems)]
    return {**stored, "custom_fields": own_values}, problems


def _link(part: NewRecord, links: References) -> tuple[dict[str, Any], list[FieldProblem]]:
    stored: dict[str, Any] = {}
    problems = []
    for declared, column in _references(part):
        value = part.values[column]
        if isinstance(value, User):
            stored[column] = value
            continue
        try:
            stored |= references.columns(registry.of(part.model).column(column), links.resolve(declared, value))
        except Refused as refused:
            problems.append(FieldProblem(refused.problem, [column], str(refused), value))
    return stored, problems


def _references(part: NewRecord) -> Iterable[tuple[Documented, str]]:
    for declared, column in registry.of(part.model).fields.values():
        if declared.type == "reference" and column in part.values:
            yield declared, column


def _contradictions(part: NewRecord, stored: Mapping[str, Any], problems: list[FieldProblem]) -> Iterator[FieldProblem]:
    start, end = stored.get("start_date_time"), stored.get("end_date_time")
    if start and end and end < start:
        yield FieldProblem(Problem.CONTRADICTION, ["end_date_time"], "The end lies before the start.", end)
    if isinstance(part, NewAttendee) and not any(
        part.values.get(column) for column in ("external_attendee_id", "internal_attendee")
    ):
        yield FieldProblem(
            Problem.REQUIRED,
            ["external_attendee_id", "internal_attendee"],
            "An attendee names somebody outside or inside.",
        )
