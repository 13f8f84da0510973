"""The fields that a telephone system may set by name: custom ones and three of the standard ones (V-24)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.common.errors import FieldProblem, Problem
from apps.common.public_ids import key_of
from apps.objects import catalogue, custom_fields

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
    for name, value in sent.items():
        if value is None:
            continue
        if keep := _STANDARD.get(name.lower()):
            keep(kept, value)
        else:
            _keep_custom(kept, name, value)
    if is_new:
        kept.problems += custom_fields.completed(OBJECT, kept.custom_fields)
    return kept


def _keep_custom(kept: Kept, name: str, value: Any) -> None:
    declared = catalogue.current().fields_of(OBJECT).get(name.lower())
    stored, problems = custom_fields.clean(OBJECT, [(name, value)], numeric_text=True, complete=False)
    kept.custom_fields |= stored
    for problem in problems:
        kept.refuse(declared.api_name if declared else name, problem.problem, problem.message, value)


def _keep_source_type(kept: Kept, value: Any) -> None:
    active = catalogue.current().active(OBJECT, "SourceType")
    found = next((row.value for row in active if row.value.lower() == str(value).lower()), None)
    if found:
        kept.columns["source_type"] = found
    else:
        kept.refuse("source_type", Problem.NOT_IN_PICKLIST, "no such source type", value)


def _keep_record_type(kept: Kept, value: Any) -> None:
    key = key_of(str(value), RECORD_TYPE_PREFIX)
    found = catalogue.current().record_types.get(OBJECT, {}).get(key or 0)
    if found and found.is_active:
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
