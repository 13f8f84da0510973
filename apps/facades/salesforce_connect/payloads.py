"""The Connect bodies: a create request to a draft, an interaction to the documented output."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from apps.accounts.models import USER_PREFIX, User
from apps.common.errors import FieldProblem, Invalid, Problem
from apps.common.public_ids import salesforce_id
from apps.engagements.drafts import NewAttendee, NewInteraction, NewRecord, NewTopic
from apps.engagements.models import EngagementInteraction
from apps.facades.salesforce_connect.properties import (
    ATTENDEE,
    CUSTOM_FIELDS,
    CUSTOM_FIELDS_SINCE,
    INTERACTION,
    STATES,
    TOPIC,
    Kind,
    Property,
)
from apps.objects import custom_fields, registry
from apps.objects.documented import Documented
from apps.objects.records import Record

_ROOT = "engagementInteraction"
_CHILDREN = {"engagementAttendees": ATTENDEE, "engagementTopics": TOPIC}
_STATE = "mappedState"

_Part = TypeVar("_Part", bound=NewRecord)


def draft(body: Any, version: int, *, numeric_text: bool = False) -> NewInteraction:
    """What the request wants recorded. What cannot be read goes along as the draft's problems, to be told in order.

    Raises Invalid if the body has no interaction at all. `numeric_text`: numbers come as text, as they do in XML.
    """
    source = body.get(_ROOT) if isinstance(body, dict) else None
    if isinstance(body, dict) and source is None:
        raise Invalid(FieldProblem(Problem.REQUIRED, [_ROOT], ""))
    if not isinstance(source, dict):
        raise Invalid(_unreadable(_ROOT if isinstance(body, dict) else "", "an object"))
    wanted = _read(source, INTERACTION, NewInteraction(numeric_text=numeric_text), version)
    wanted.problems = [*map(_unknown, sorted(body.keys() - {_ROOT})), *wanted.problems]
    wanted.required = {"is_attendee_verified"}
    wanted.mapped_state = _state(source.get(_STATE), wanted)
    for name, kind in _CHILDREN.items():
        _read_children(source.get(name), name, kind, wanted, version)
    return wanted


def _read(source: Mapping[str, Any], kind: Kind, part: _Part, version: int) -> _Part:
    """Put into one interaction, attendee or topic what the request says of it."""
    known, also = kind.readable(version), kind.read_apart(version)
    part.problems = [_unknown(name) for name in source if name not in known and name not in also]
    part.values = {known[name].column: _unalias(known[name], value) for name, value in source.items() if name in known}
    if CUSTOM_FIELDS in also:
        part.custom_fields = _custom_fields(source.get(CUSTOM_FIELDS), part)
    return part


def _unalias(known: Property, value: Any) -> Any:
    return known.aliases.get(value.strip(), value) if isinstance(value, str) else value


def _custom_fields(items: Any, part: NewRecord) -> list[tuple[Any, Any]]:
    """Arrays only (C-22)."""
    if items is not None and not isinstance(items, list):
        part.problems = [*part.problems, _unreadable(CUSTOM_FIELDS, "a list")]
        return []
    broken = [
        _unreadable(f"{CUSTOM_FIELDS}[{index}]", "an object with key and value")
        for index, item in enumerate(items or ())
        if not isinstance(item, dict) or item.keys() - {"key", "value"}
    ]
    part.problems = [*part.problems, *broken]
    return [] if broken else [(item.get("key"), item.get("value")) for item in items or ()]


def _read_children(items: Any, name: str, kind: Kind, parent: NewInteraction, version: int) -> None:
    if items is not None and not isinstance(items, list):
        parent.problems = [*parent.problems, _unreadable(name, "a list")]
        return
    objects, as_text = [item for item in items or () if isinstance(item, dict)], parent.numeric_text
    parent.problems = [
        *parent.problems,
        *(
            _unreadable(f"{name}[{index}]", "an object")
            for index, item in enumerate(items or ())
            if not isinstance(item, dict)
        ),
    ]
    if kind is ATTENDEE:
        parent.attendees = [_read(item, kind, NewAttendee(numeric_text=as_text), version) for item in objects]
    else:
        parent.topics = [_read(item, kind, NewTopic(numeric_text=as_text), version) for item in objects]


def _state(value: Any, part: NewInteraction) -> str | None:
    """Either spelling; the status decides where there is one (C-09)."""
    text = value.strip() if isinstance(value, str) else value
    if text is None or text == "":
        return None
    if isinstance(text, str) and text in STATES:
        return STATES[text]
    problem = Problem.NOT_IN_PICKLIST if isinstance(text, str) else Problem.MALFORMED
    message = f"Mapped State does not accept the value {value}."
    part.problems = [*part.problems, FieldProblem(problem, [_STATE], message, value)]
    return None


def _unknown(name: str) -> FieldProblem:
    return FieldProblem(Problem.MALFORMED, [name], f"Unrecognized property {name}.")


def _unreadable(path: str, expected: str) -> FieldProblem:
    return FieldProblem(Problem.MALFORMED, [path] if path else [], f"{path or 'The request body'} must be {expected}.")


def created(wanted: NewInteraction) -> dict[str, Any]:
    """The ids, of children in the order of the request; the automatic attendee is not among them (C-14)."""
    return {
        _ROOT: {
            "id": wanted.row.public_id,
            "engagementAttendees": [{"id": each.row.public_id} for each in wanted.attendees],
            "engagementTopics": [{"id": each.row.public_id} for each in wanted.topics],
        },
        "status": {"code": 201, "message": "Success"},
    }


def fetched(interaction: EngagementInteraction, version: int) -> dict[str, Any]:
    """Everything that the version has, empty values as null (C-27), children in their order (C-28)."""
    attendees = interaction.attendees.filter(voice_call=None).order_by("start_date_time", "id")
    topics = interaction.topics.filter(voice_call=None).order_by("id")
    parent = {"engagementInteractionId": interaction.public_id}  # type: ignore[attr-defined]
    shown = {
        **_shown(interaction, INTERACTION, version),
        "duration": interaction.duration,
        "engagementAttendees": [_in_order({**_shown(row, ATTENDEE, version), **parent}) for row in attendees],
        "engagementTopics": [_in_order({**_shown(row, TOPIC, version), **parent}) for row in topics],
        "mappedState": interaction.mapped_state,
        "ownerId": _output(interaction, "owner"),
    }
    return {_ROOT: _in_order(shown), "status": {"code": 200, "message": "Success"}}


def _in_order(properties: Mapping[str, Any]) -> dict[str, Any]:
    """By name, as the output pages list them and samples print them."""
    return dict(sorted(properties.items()))


def _shown(row: Record, kind: Kind, version: int) -> dict[str, Any]:
    found = {each.name: _output(row, each.column) for each in kind.visible(version)}
    found["id"] = row.public_id  # type: ignore[attr-defined]
    if version >= CUSTOM_FIELDS_SINCE:
        shown = custom_fields.shown(registry.of(row).name, row.custom_fields)
        found["customFields"] = [{"key": field.api_name, "value": value} for field, value in shown]
    return found


def _output(row: Record, column: str) -> Any:
    field = registry.of(row).column(column)
    value = getattr(row, field.attname)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    if not field.is_relation:
        return value
    declared: Documented = field.documented  # type: ignore[attr-defined]
    if value is None:
        return getattr(row, declared.text_column) if declared.text_column else None
    return salesforce_id(USER_PREFIX if field.related_model is User else registry.of(field.related_model).prefix, value)
