"""One field, with every key that a client may look for (sobjects 4.5, P-12, P-13)."""

from typing import Any

from django.db import models

from apps.facades.salesforce_sobjects.describing import picklists
from apps.objects import catalogue
from apps.objects.columns import Column
from apps.objects.registry import SObject

SYSTEM = frozenset(
    {
        "Id",
        "IsDeleted",
        "CreatedById",
        "CreatedDate",
        "LastModifiedById",
        "LastModifiedDate",
        "SystemModstamp",
        "LastViewedDate",
        "LastReferencedDate",
    }
)
_SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "datetime": "xsd:dateTime",
    "date": "xsd:date",
    "location": "urn:location",
    "anyType": "xsd:anyType",
    "complexvalue": "xsd:anyType",
}
_NUMBERS = frozenset({"double", "currency", "percent"})
_ID_LENGTH = 18
_DIGITS = 8  # of a whole number, unless its declaration says otherwise
_PRECISION, _SCALE, _DEGREES_SCALE = 18, 2, 6
# What no field of ours is or has: nothing is encrypted, calculated by a formula, dependent on another field or masked,
# and nothing that a client may delete is kept by what refers to it.
_NEVER = {
    "aiPredictionField": False,
    "calculated": False,
    "calculatedFormula": None,
    "controllerName": None,
    "defaultValueFormula": None,
    "dependentPicklist": False,
    "deprecatedAndHidden": False,
    "encrypted": False,
    "filteredLookupInfo": None,
    "formulaTreatNullNumberAsZero": False,
    "highScaleNumber": False,
    "htmlFormatted": False,
    "mask": None,
    "maskType": None,
    "referenceTargetField": None,
    "relationshipOrder": None,
    "restrictedDelete": False,
    "searchPrefilterable": False,
    "writeRequiresMasterRead": False,
}


def described(sobject: SObject, column: Column) -> dict[str, Any]:
    declared = column.declared
    several = len(declared.references) > 1
    is_location = declared.type == "location"
    flags = {
        **_NEVER,
        **_sizes(sobject, column),
        "aggregatable": declared.filterable and declared.type != "boolean",
        "autoNumber": "A" in declared.letters,
        "cascadeDelete": is_deleted_with(sobject, column),
        "caseSensitive": column.case_sensitive,
        "compoundFieldName": column.custom.api_name if column.custom and column.component else None,
        "createable": declared.createable,
        "custom": column.custom is not None,
        "defaultValue": _default(sobject, column),
        "defaultedOnCreate": "D" in declared.letters or _has_default(column),
        "displayLocationInDecimal": is_location,
        "externalId": column.case_sensitive,
        "extraTypeInfo": "plaintextarea" if declared.type == "textarea" else None,
        "filterable": declared.filterable,
        "groupable": declared.groupable,
        "idLookup": "I" in declared.letters,
        "inlineHelpText": _help(sobject, column),
        "label": declared.label,
        "name": column.name,
        "nameField": column.name == "Name",
        "namePointing": several,
        "nillable": declared.nillable,
        "permissionable": column.name not in SYSTEM and not is_required(sobject, column),
        "picklistValues": picklists.values(sobject, column),
        "polymorphicForeignKey": several,
        "queryByDistance": is_location,
        "referenceTo": list(declared.references),
        "relationshipName": declared.relationship,
        "restrictedPicklist": declared.restricted,
        "soapType": _SOAP_TYPES.get(declared.type, "xsd:string"),
        "sortable": declared.sortable,
        "type": declared.type,
        "unique": column.case_sensitive,
        "updateable": declared.updateable,
    }
    return dict(sorted(flags.items()))


def is_required(sobject: SObject, column: Column) -> bool:
    """Whether a create must give it, whatever its page's letters say of empty values."""
    declared = column.declared
    if not declared.createable or "D" in declared.letters:
        return False
    if column.custom:
        return column.custom.is_required
    field = sobject.column_behind(column.path)
    return not declared.nillable if field is None else not field.null and not field.has_default()


def is_deleted_with(sobject: SObject, column: Column) -> bool:
    """Whether the record goes with the one that it refers to."""
    link = sobject.column_behind(column.path)
    return isinstance(link, models.ForeignKey) and link.remote_field.on_delete is models.CASCADE


def _sizes(sobject: SObject, column: Column) -> dict[str, int]:
    declared = column.declared
    length = digits = precision = scale = 0
    if declared.type in ("id", "reference"):
        length, width = _ID_LENGTH, 1
    else:
        width = 3  # bytes of a character, at most
    if declared.type == "int":
        digits = declared.length or _DIGITS
    elif declared.type in _NUMBERS:
        precision, scale = _precision(sobject, column)
    elif declared.type not in _SOAP_TYPES:
        length = declared.length
    return {"length": length, "byteLength": length * width, "digits": digits, "precision": precision, "scale": scale}


def _precision(sobject: SObject, column: Column) -> tuple[int, int]:
    if column.component:
        return _PRECISION, _DEGREES_SCALE
    if column.custom:
        return column.custom.precision, column.custom.scale
    return _PRECISION, getattr(sobject.column_behind(column.path), "decimal_places", None) or _SCALE


def _has_default(column: Column) -> bool:
    """Whether an administrator gave the custom field one."""
    return bool(column.custom and not column.component and catalogue.current().default_of(column.custom) is not None)


def _default(sobject: SObject, column: Column) -> Any:
    """What a create that says nothing stores, where that is a plain value; picklists mark theirs among their values."""
    if column.custom and not column.component and column.custom.default_value is not None:
        return column.custom.default_value
    if column.declared.type != "boolean":
        return None
    default = getattr(sobject.column_behind(column.path), "default", None)
    return default if isinstance(default, bool) else False


def _help(sobject: SObject, column: Column) -> str | None:
    if column.custom:
        return column.custom.help_text or None
    field = sobject.column_behind(column.path)
    return (str(field.help_text) or None) if hasattr(field, "documented") else None  # type: ignore[union-attr]
