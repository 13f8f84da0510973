"""Custom fields: defining, renaming, switching off, removing."""

import re
from typing import Any

from django.utils.translation import gettext, ngettext

from apps.accounts.models import User
from apps.accounts.operations import save_noted
from apps.audit.models import Action
from apps.audit.noting import note
from apps.common.errors import FieldProblem, Invalid, NotAllowed, NotFound, Problem
from apps.common.words import figure
from apps.objects import custom_fields
from apps.objects.kinds import fits_kind, settled
from apps.objects.models import CustomField, CustomFieldKind, PicklistValue
from apps.objects.operations.version import changing
from apps.objects.stored import COUNTED_TO, holders, misfits
from apps.objects.values import Refused

__all__ = ["MOST", "define_custom_field", "delete_custom_field", "holders", "rename_custom_field"]

# How many an object may have, switched-off ones included (engagement 1, voice 8).
MOST = {"EngagementInteraction": 50, "EngagementAttendee": 50, "EngagementTopic": 50, "VoiceCall": 300}
LONGEST_NAME = 40  # without the ending
_NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*__c", re.ASCII)


def define_custom_field(
    object_name: str, api_name: str, kind: str, *, by: User | None = None, **values: Any
) -> CustomField:
    """Add a custom field, or change the one of this name; what is not named stays, or gets what the kind has.

    Raises Invalid for the field beyond the object's number, a name or setting that cannot be, and a kind or size that
    the values already stored do not fit.
    """
    with changing(CustomField, "change", by):
        existing = CustomField.objects.filter(object_name=object_name, api_name__iexact=api_name).first()
        field = existing or _new(object_name, api_name)
        before = (field.kind, field.length, field.precision, field.scale)
        for name, value in {**settled(field, kind, values), "kind": kind}.items():
            setattr(field, name, value)
        field.default_value = _default(field)
        if existing and before != (field.kind, field.length, field.precision, field.scale):
            _require_fitting(field, CustomFieldKind(before[0]))
        save_noted(field, by=by)
    return field


def rename_custom_field(field: CustomField, api_name: str, *, by: User | None = None) -> CustomField:
    """Give the field another API name, in every dialect at once. Values stay: they are stored under a key of their own.

    Raises Invalid for a name that cannot be or is taken, NotFound if the field is gone.
    """
    with changing(CustomField, "change", by):
        found = CustomField.objects.filter(pk=field.pk).first()
        if found is None:
            raise NotFound(gettext("no such custom field"))
        _require_name(found.object_name, api_name, besides=found)
        values = PicklistValue.objects.filter(object_name=found.object_name, field_name=found.api_name)
        values.update(field_name=api_name)
        found.api_name = api_name
        save_noted(found, by=by)
    return found


def delete_custom_field(field: CustomField, *, by: User | None = None) -> None:
    """Remove the field and its picklist values. Raises NotAllowed while any record, a deleted one too, has a value."""
    with changing(CustomField, "delete", by):
        if count := holders(field):
            raise NotAllowed(
                gettext("{label} has values in {records}: switch the field off instead").format(
                    records=records(count), label=field.label
                )
            )
        PicklistValue.objects.filter(object_name=field.object_name, field_name=field.api_name).delete()
        if by:
            note(Action.REMOVED, by=by, about=field)
        CustomField.objects.filter(pk=field.pk).delete()


def records(count: int) -> str:
    """`1 record`, `7 records`, `more than 1,000 records`."""
    if count > COUNTED_TO:
        return gettext("more than {count} records").format(count=figure(COUNTED_TO))
    return ngettext("{count} record", "{count} records", count).format(count=figure(count))


def _new(object_name: str, api_name: str) -> CustomField:
    if object_name not in MOST:
        raise Invalid(
            FieldProblem(
                Problem.OUT_OF_RANGE,
                ["object_name"],
                gettext("{object_name} takes no custom fields.").format(object_name=object_name),
            )
        )
    _require_name(object_name, api_name)
    same = CustomField.objects.filter(object_name=object_name)
    count = same.count()
    if count >= MOST[object_name]:
        message = gettext("{object_name} has {count} custom fields, which is all that it may have.")
        raise Invalid(
            FieldProblem(Problem.OUT_OF_RANGE, ["object_name"], message.format(object_name=object_name, count=count))
        )
    taken = set(same.values_list("key", flat=True))  # by fields that were renamed since
    keys = (api_name, *(f"{api_name}.{number}" for number in range(2, count + 3)))
    key = next(key for key in keys if key not in taken)
    label = api_name.removesuffix("__c").replace("_", " ")
    return CustomField(object_name=object_name, api_name=api_name, key=key, label=label, position=count)


def _require_name(object_name: str, api_name: str, besides: CustomField | None = None) -> None:
    if not api_name.endswith("__c"):
        message = gettext("The API name of a custom field ends in __c.")
    elif not _NAME.fullmatch(api_name):
        message = gettext("A letter first, then letters, digits and single underscores, and __c at the end.")
    elif len(api_name.removesuffix("__c")) > LONGEST_NAME:
        message = gettext("At most {most} characters before __c.").format(most=LONGEST_NAME)
    else:
        same = CustomField.objects.filter(object_name=object_name, api_name__iexact=api_name)
        if (same.exclude(pk=besides.pk) if besides else same).exists():
            message = gettext("There is a field of this name already.")
            raise Invalid(FieldProblem(Problem.DUPLICATE, ["api_name"], message, api_name))
        return
    raise Invalid(FieldProblem(Problem.MALFORMED, ["api_name"], message, api_name))


def _default(field: CustomField) -> Any:
    """The default as it would be stored. A picklist's is the value that is marked; a place has none."""
    if field.kind in (CustomFieldKind.PICKLIST, CustomFieldKind.GEOLOCATION):
        return None
    try:
        return custom_fields.clean_one(field.default_value, field, numeric_text=True)
    except Refused as refused:
        raise Invalid(FieldProblem(refused.problem, ["default_value"], str(refused), field.default_value)) from None


def _require_fitting(field: CustomField, was: CustomFieldKind) -> None:
    """Raises Invalid if a value that is stored would not be one of the field as it is going to be."""
    if not fits_kind(was, CustomFieldKind(field.kind)):
        if count := holders(field):
            message = gettext("There are values in {records}, and {was} does not become {kind}.").format(
                records=records(count), was=was.label, kind=field.get_kind_display()
            )
            raise Invalid(FieldProblem(Problem.CONTRADICTION, ["kind"], message, field.kind))
        return
    if count := misfits(field):
        where = "length" if field.length else "precision"
        message = gettext("A value would no longer fit in {records}.").format(records=records(count))
        raise Invalid(FieldProblem(Problem.CONTRADICTION, [where], message))
