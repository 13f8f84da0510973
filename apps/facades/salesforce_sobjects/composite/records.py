"""Records of a collection: how they are sent, dealt with, and how it is told what became of them (sobjects 10.4)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.facades.base import roll_back
from apps.facades.salesforce_sobjects.composite.reading import flag, listed, malformed
from apps.facades.salesforce_sobjects.composite.subrequests import ALL_OR_NONE
from apps.facades.salesforce_sobjects.errors import Malformed
from apps.facades.salesforce_sobjects.writing import Mistake, Rejected, Upserted
from apps.objects import registry
from apps.objects.registry import SObject

MOST = 200
_MOST_CHUNKS = 10
_ROLLED_BACK = Rejected(
    Mistake(
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "Rolled back: not all records of the call were valid, and it asked for all or none.",
    )
)

Result = str | Upserted | Rejected
Act = Callable[[SObject, Sequence[Any]], Sequence[Result]]


@dataclass(frozen=True)
class Sent:
    """One record: the name of its object, and its fields."""

    type: str
    fields: Mapping[str, Any]


def read(body: Any) -> list[Sent]:
    """The records of a call. Raises Malformed unless each says in its attributes what it is."""
    return [_read(item) for item in listed(body, "records", MOST, least=0)]


def _read(item: Mapping[str, Any]) -> Sent:
    fields = {name: value for name, value in item.items() if name != "attributes"}
    attributes = item.get("attributes")
    name = attributes.get("type") if isinstance(attributes, dict) else None
    if not isinstance(name, str):
        raise malformed("Every record needs its type in attributes.")
    return Sent(name, fields)


def in_chunks(records: Sequence[Sent], act: Act) -> list[Result]:
    """Deal with the records in their order, neighbours of one object together."""
    chunks = [(name, list(chunk)) for name, chunk in groupby(records, key=lambda each: each.type.lower())]
    if len(chunks) > _MOST_CHUNKS:
        raise Malformed("EXCEEDED_ID_LIMIT", f"The type may change at most {_MOST_CHUNKS} times in one call.")
    results: list[Result] = []
    for _, chunk in chunks:
        results += of_one_object(chunk[0].type, [each.fields for each in chunk], act)
    return results


def of_one_object(name: str, items: Sequence[Any], act: Act) -> Sequence[Result]:
    """What becomes of them; where the object is unknown or has no such call, the same of all."""
    sobject = registry.find(name)
    if sobject is None:
        return [Rejected(Mistake("INVALID_TYPE", f"sObject type '{name}' is not supported."))] * len(items)
    try:
        return act(sobject, items)
    except Rejected as problem:
        return [problem] * len(items)


def stands_or_falls(request: Request, sent: Any) -> bool:
    """Whether one failure undoes everything; a call around this one decides for both."""
    return flag(sent, "allOrNone") or bool(request.META.get(ALL_OR_NONE))


def saved(results: Sequence[Result], *, all_or_none: bool) -> Response:
    """What became of each; of all or none, the good ones are told that they were rolled back."""
    is_undone = all_or_none and any(isinstance(each, Rejected) for each in results)
    if is_undone:
        roll_back()
        results = [each if isinstance(each, Rejected) else _ROLLED_BACK for each in results]
    response = Response([_shown(each) for each in results])
    response.is_rolled_back = is_undone  # type: ignore[attr-defined]  # for a call around this one
    return response


def _shown(result: Result) -> dict[str, Any]:
    if isinstance(result, Rejected):
        return {"success": False, "errors": errors_of(result)}
    if isinstance(result, Upserted):
        return {"id": result.id, "success": True, "errors": [], "created": result.created}
    return {"id": result, "success": True, "errors": []}


def errors_of(rejected: Rejected) -> list[dict[str, Any]]:
    """A collection's word for the code is another than that of a single record."""
    return [
        {"statusCode": each.code, "message": each.message, "fields": list(each.fields)} for each in rejected.mistakes
    ]
