"""Connect's bodies, out of its own properties and the declarations of the columns behind them."""

from typing import Any

from apps.facades.openapi.schemas import Schema, ref, taken
from apps.facades.salesforce_connect.properties import ATTENDEE, CUSTOM_FIELDS, INTERACTION, NEWEST, TOPIC, Kind
from apps.objects import registry
from apps.objects.columns import column_of

_OBJECTS = {"EngagementInteraction": INTERACTION, "EngagementAttendee": ATTENDEE, "EngagementTopic": TOPIC}
_LISTS = {"engagementAttendees": "EngagementAttendee", "engagementTopics": "EngagementTopic"}
_CUSTOM: Schema = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["key"],
        "properties": {"key": {"type": "string"}, "value": {"nullable": True}},
    },
}
_STATUS: Schema = {
    "type": "object",
    "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
}


def components() -> dict[str, Schema]:
    inputs = {f"Connect{name}": _input(name, kind) for name, kind in _OBJECTS.items()}
    interaction = inputs["ConnectEngagementInteraction"]
    for name, kind in _LISTS.items():
        interaction["properties"][name] = {"type": "array", "items": ref(f"Connect{kind}")}
    interaction["required"] = ["startDateTime", "communicationChannel", "attendeeVerified"]
    whole = {"type": "object", "required": ["engagementInteraction"]}
    return {
        **inputs,
        "EngagementsCreateInput": {
            **whole,
            "properties": {"engagementInteraction": ref("ConnectEngagementInteraction")},
        },
        "EngagementsCreateOutput": {
            **whole,
            "properties": {"engagementInteraction": {"type": "object"}, "status": _STATUS},
        },
        "EngagementInteractionFetchOutput": {
            **whole,
            "properties": {"engagementInteraction": {"type": "object"}, "status": _STATUS},
        },
    }


def _input(object_name: str, kind: Kind) -> Schema:
    sobject = registry.named(object_name)
    names = {column: declared.api_name for declared, column in sobject.fields.values()}
    properties: dict[str, Any] = {}
    for each in kind.readable(NEWEST).values():
        column = column_of(sobject, names[each.column])
        if column:
            properties[each.name] = taken(sobject, column)
            if "enum" in properties[each.name]:
                properties[each.name]["enum"] += sorted(each.aliases)
    return {"type": "object", "properties": {**properties, CUSTOM_FIELDS: _CUSTOM}}
