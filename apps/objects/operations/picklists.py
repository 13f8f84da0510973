"""Picklist values: adding, changing, putting one in the place of another."""

from collections.abc import Collection
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, JSONField, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.operations import save_noted
from apps.audit.models import Action
from apps.audit.noting import note
from apps.common import clock
from apps.common.errors import FieldProblem, Invalid, NotAllowed, NotFound, Problem
from apps.objects import picklists
from apps.objects.models import PicklistValue
from apps.objects.operations.version import changing
from apps.objects.picklists import Picklist


def define_picklist_value(
    object_name: str, field_name: str, value: str, *, by: User | None = None, **values: Any
) -> PicklistValue:
    """Add a value to a picklist, or change it: its label, order, state, channel, defaults, or switch it off.

    A new Status that names no state stands for New (C-08). Raises Invalid for a field that is no picklist, and for a
    change that would leave a state without a Status to move to, or contacts without any channel to come by.
    """
    with changing(PicklistValue, "change", by):
        picklist = _picklist(object_name, field_name)
        needed = _needed(picklist)
        same = picklist.rows()
        row = same.filter(value=value).first() or _new(picklist, value, same.count())
        changed = [name for name, given in values.items() if getattr(row, name) != given]
        for name in changed:
            setattr(row, name, values[name])
        if row.is_default and not row.is_active:
            raise _refused("is_default", gettext("A value that is switched off is no default."))
        _only_default(same.exclude(pk=row.pk), row)
        save_noted(row, by=by)
        _require(needed, picklist, changed)
    return row


def rename_picklist_value(row: PicklistValue, value: str, *, by: User | None = None) -> PicklistValue:
    """Change the value itself, in the list and in all records that have it, deleted ones too; SystemModstamp moves.

    Raises Invalid if the list has the new value already (`replace_picklist_value` is for that), or ours to write.
    """
    with changing(PicklistValue, "change", by):
        found, picklist = _locked(row)
        if not picklist.is_renameable(found.value):
            said = gettext("{value} is written by this system: change its label instead.")
            raise _refused("value", said.format(value=found.value))
        if picklist.rows().filter(value=value).exclude(pk=found.pk).exists():
            raise _refused(
                "value", gettext("The list has this value already: put that in the place of this one instead.")
            )
        was, found.value = found.value, value
        picklist.require_length(value)
        save_noted(found, by=by)
        _move(picklist, was, found)
    return found


def replace_picklist_value(row: PicklistValue, other: PicklistValue, *, by: User | None = None) -> int:
    """Put another value of the list in the place of this one in all records, and return how many there were.

    Raises Invalid for a value of another list, and for a Status that stands for another state: a record does not
    change its state because a word is exchanged.
    """
    with changing(PicklistValue, "change", by):
        found, picklist = _locked(row)
        instead = picklist.rows().filter(pk=other.pk).exclude(pk=found.pk).first()
        if instead is None or not instead.is_active:
            raise _refused("replacement", gettext("Choose another value of this list that is in use."))
        if instead.mapped_state != found.mapped_state:
            message = gettext("{value} stands for {state}, {other} for {other_state}.").format(
                value=found.value, state=found.mapped_state, other=instead.value, other_state=instead.mapped_state
            )
            raise _refused("replacement", message)
        count = _move(picklist, found.value, instead)
        if by:
            note(Action.CHANGED, by=by, about=found, details={"in records": [found.value, instead.value]})
    return count


def delete_picklist_value(row: PicklistValue, *, by: User | None = None) -> None:
    """Remove a value that no record has, a deleted one neither.

    Raises NotAllowed while one has it and for a value that this system writes, Invalid for one that the list needs.
    """
    with changing(PicklistValue, "delete", by):
        found, picklist = _locked(row)
        if not picklist.is_renameable(found.value):
            raise NotAllowed(
                gettext("{value} is written by this system: switch it off instead").format(value=found.value)
            )
        if picklist.holders(found.value).exists():
            raise NotAllowed(
                gettext("records have {value}: put another in its place first, or switch it off").format(
                    value=found.value
                )
            )
        needed = _needed(picklist)
        if by:
            note(Action.REMOVED, by=by, about=found)
        found.delete()
        _require(needed, picklist, [])


def _picklist(object_name: str, field_name: str) -> Picklist:
    found = picklists.find(object_name, field_name)
    if found is None:
        raise _refused(
            "field_name",
            gettext("{object_name} has no picklist {field_name}.").format(
                object_name=object_name, field_name=field_name
            ),
        )
    return found


def _locked(row: PicklistValue) -> tuple[PicklistValue, Picklist]:
    found = PicklistValue.objects.filter(pk=row.pk).first()
    if found is None:
        raise NotFound(gettext("no such picklist value"))
    return found, _picklist(found.object_name, found.field_name)


def _new(picklist: Picklist, value: str, position: int) -> PicklistValue:
    picklist.require_length(value)
    return PicklistValue(
        object_name=picklist.object_name,
        field_name=picklist.field_name,
        value=value,
        label=value,
        position=position,
        mapped_state="New" if picklist.has_states else None,
    )


def _only_default(others: "QuerySet[PicklistValue]", row: PicklistValue) -> None:
    """The value is the one default, and the one for its state, if it is one at all."""
    if row.is_default:
        others.filter(is_default=True).update(is_default=False)
    if row.is_default_for_state:
        if not row.mapped_state:
            raise _refused("mapped_state", gettext("The default for a state has to stand for one."))
        others.filter(mapped_state=row.mapped_state).update(is_default_for_state=False)


def _needed(picklist: Picklist) -> set[str]:
    """What the list has and must keep: a Status for each state, a value for a field that every record needs."""
    active = picklist.rows().filter(is_active=True)
    found = {row.mapped_state for row in active if row.is_default_for_state and row.mapped_state}
    return found | ({""} if picklist.is_needed and active else set())


def _require(needed: set[str], picklist: Picklist, changed: Collection[str]) -> None:
    for state in sorted(needed - _needed(picklist)):
        if not state:
            raise _refused("is_active", gettext("Every record needs a value of this list: one of them stays in use."))
        column = next((name for name in ("is_active", "mapped_state") if name in changed), "is_default_for_state")
        said = gettext("Something has to be the default for {state}. Make another Status that first.")
        raise _refused(column, said.format(state=state))


def _move(picklist: Picklist, was: str, row: PicklistValue) -> int:
    """Set-based, whatever the number of records."""
    values: dict[str, Any] = {"system_modstamp": clock.now()}
    if picklist.column:
        values[picklist.column] = row.value
    else:
        path = Cast(Value([picklist.key]), ArrayField(TextField()))
        values["custom_fields"] = Func(F("custom_fields"), path, Value(row.value, JSONField()), function="jsonb_set")
    return picklist.holders(was).update(**values)


def _refused(name: str, message: str) -> Invalid:
    return Invalid(FieldProblem(Problem.CONTRADICTION, [name], message))
