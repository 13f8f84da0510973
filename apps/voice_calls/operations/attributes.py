"""The fields that a telephone system may set by name: custom ones and three of the standard ones (V-24)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.common.errors import FieldProblem, Problem
from apps.common.public_ids import key_of
from apps.objects.models import CustomField, CustomFieldKind, PicklistValue, RecordType

OBJECT = "VoiceCall"
RECORD_TYPE_PREFIX = "012"
LONGEST_CONTACT = 40


@dataclass
class Kept:
    """What can be stored, by column and by custom field, and what cannot."""

    columns: dict[str, Any] = field(default_factory=dict)
    custom_fields: dict[str, Any] = field(default_factory=dict)
    problems: list[FieldProblem] = field(default_factory=list)

    def refuse(self, name: str, problem: Problem, message: str, value: Any) -> None:
        self.problems.append(FieldProblem(problem, (name,), message, value))


def check(sent: Mapping[str, Any], *, is_new: bool = True) -> Kept:
    """Sort what was sent; names are matched without case. A new call misses the required fields that were not sent."""
    kept = Kept()
    custom = {declared.api_name.lower(): declared for declared in CustomField.objects.filter(object_name=OBJECT)}
    for name, value in sent.items():
        if value is None:
            continue
        if declared := custom.get(name.lower()):
            _keep_custom(kept, declared, value)
        elif keep := _STANDARD.get(name.lower()):
            keep(kept, value)
        else:
            kept.refuse(name, Problem.UNKNOWN_FIELD, f"no field {name}", value)
    if is_new:
        for declared in custom.values():
            if declared.is_required and declared.api_name not in kept.custom_fields:
                kept.refuse(declared.api_name, Problem.REQUIRED, f"{declared.api_name} is required", None)
    return kept


def _keep_custom(kept: Kept, declared: CustomField, value: Any) -> None:
    name = declared.api_name
    if declared.kind == CustomFieldKind.TEXT and isinstance(value, str) and len(value) > declared.length:
        kept.refuse(name, Problem.TOO_LONG, f"{name} is longer than {declared.length} characters", value)
    else:
        kept.custom_fields[name] = value


def _keep_source_type(kept: Kept, value: Any) -> None:
    active = PicklistValue.objects.filter(object_name=OBJECT, field_name="SourceType", is_active=True)
    found = next((row.value for row in active if row.value.lower() == str(value).lower()), None)
    if found:
        kept.columns["source_type"] = found
    else:
        kept.refuse("source_type", Problem.NOT_IN_PICKLIST, "no such source type", value)


def _keep_record_type(kept: Kept, value: Any) -> None:
    key = key_of(str(value), RECORD_TYPE_PREFIX)
    found = RecordType.objects.filter(object_name=OBJECT, is_active=True, pk=key).first()
    if found:
        kept.columns["record_type"] = found
    else:
        kept.refuse("record_type", Problem.NO_SUCH_RECORD, "no such record type", value)


def _keep_caller(kept: Kept, value: Any) -> None:
    """Replaces the caller's number, which for a call from a browser is only a placeholder (V-25)."""
    if len(str(value)) <= LONGEST_CONTACT:
        kept.columns["from_phone_number"] = str(value)
    else:
        kept.refuse("from_phone_number", Problem.TOO_LONG, "too long", value)


_STANDARD: Mapping[str, Callable[[Kept, Any], None]] = {
    "sourcetype": _keep_source_type,
    "recordtypeid": _keep_record_type,
    "callercontactinfo": _keep_caller,
}
