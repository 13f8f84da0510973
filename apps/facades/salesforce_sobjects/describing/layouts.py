"""One generated layout per object: its fields in two columns, and who made and changed it (sobjects 4.6, P-15)."""

from collections.abc import Sequence
from typing import Any

from apps.common.public_ids import suffix
from apps.facades.salesforce_sobjects.describing import fields, picklists
from apps.facades.salesforce_sobjects.describing.record_types import record_types
from apps.facades.salesforce_sobjects.describing.relations import children_of
from apps.objects.columns import Column, columns_of
from apps.objects.registry import SObject, named

_COLUMNS = 2
_STAMPS = ("CreatedById", "CreatedDate", "LastModifiedById", "LastModifiedDate")
_COMPACT = 5  # fields


def generated_id(kind: str, sobject: SObject, number: int = 0) -> str:
    """The id of something that we make for an object: `kind` is the id's prefix."""
    fifteen = kind + f"{sobject.prefix}{number:02}".rjust(12, "0")
    return fifteen + suffix(fifteen)


def layouts(sobject: SObject, version: str) -> dict[str, Any]:
    lists = [
        {"picklistName": column.name, "picklistValues": picklists.values(sobject, column)}
        for column in columns_of(sobject).values()
        if column.declared.picklist
    ]
    mappings = [
        {**record_type, "layoutId": _id(sobject), "picklistsForRecordType": lists}
        for record_type in record_types(sobject, version)
    ]
    return {
        "layouts": [layout(sobject)],
        "recordTypeMappings": mappings,
        "recordTypeSelectorRequired": [len(mappings) > 1],
    }


def layout(sobject: SObject) -> dict[str, Any]:
    sections = [
        _section(sobject, 1, f"{sobject.label} Information", shown_fields(sobject)),
        _section(sobject, 2, "System Information", [columns_of(sobject)[name.lower()] for name in _STAMPS]),
    ]
    return {
        "buttonLayoutSection": {"detailButtons": []},
        "detailLayoutSections": sections,
        "editLayoutSections": sections,
        "feedView": None,
        "highlightsPanelLayoutSection": None,
        "id": _id(sobject),
        "multirowEditLayoutSections": [],
        "offlineLinks": [],
        "quickActionList": {"quickActionListItems": []},
        "relatedContent": None,
        "relatedLists": [_related_list(child) for child in children_of(sobject) if child["relationshipName"]],
        "saveOptions": [],
    }


def compact_layouts(sobject: SObject, version: str) -> dict[str, Any]:
    key = generated_id("0AH", sobject)
    base = f"/services/data/v{version}.0/sobjects/{sobject.name}/describe/compactLayouts"
    items = [_item(sobject, column, order) for order, column in enumerate(shown_fields(sobject)[:_COMPACT], 1)]
    mappings = [
        {
            "available": record_type["available"],
            "compactLayoutId": key,
            "compactLayoutName": "SYSTEM",
            "recordTypeId": record_type["recordTypeId"],
            "recordTypeName": record_type["developerName"],
        }
        for record_type in record_types(sobject, version)
    ]
    compact = {
        "actions": [],
        "fieldItems": items,
        "id": key,
        "imageItems": [],
        "label": "System Default",
        "name": "SYSTEM",
        "objectType": sobject.name,
    }
    return {
        "compactLayouts": [compact],
        "defaultCompactLayoutId": key,
        "recordTypeCompactLayoutMappings": mappings,
        "urls": {"primary": f"{base}/primary"},
    }


def shown_fields(sobject: SObject) -> list[Column]:
    """What a person looks at: no id, no stamps, a place as one field."""
    return [
        column for column in columns_of(sobject).values() if column.name not in fields.SYSTEM and not column.component
    ]


def _id(sobject: SObject) -> str:
    return generated_id("00h", sobject)


def _section(sobject: SObject, order: int, heading: str, columns: Sequence[Column]) -> dict[str, Any]:
    items = [_item(sobject, column, place) for place, column in enumerate(columns, 1)]
    rows = [items[start : start + _COLUMNS] for start in range(0, len(items), _COLUMNS)]
    return {
        "columns": _COLUMNS,
        "heading": heading,
        "layoutRows": [{"layoutItems": row, "numItems": len(row)} for row in rows],
        "parentLayoutId": _id(sobject),
        "rows": len(rows),
        "tabOrder": order,
        "useCollapsibleSection": False,
        "useHeading": True,
    }


def _item(sobject: SObject, column: Column, order: int) -> dict[str, Any]:
    component = {
        "details": fields.described(sobject, column),
        "displayLines": 1,
        "tabOrder": order,
        "type": "Field",
        "value": column.name,
    }
    return {
        "editableForNew": column.declared.createable,
        "editableForUpdate": column.declared.updateable,
        "label": column.declared.label,
        "layoutComponents": [component],
        "placeholder": False,
        "required": fields.is_required(sobject, column),
    }


def _related_list(child: dict[str, Any]) -> dict[str, Any]:
    sobject = named(child["childSObject"])
    columns = [
        {
            "field": f"{sobject.name}.{column.name}",
            "fieldApiName": column.name,
            "format": None,
            "label": column.declared.label,
            "lookupId": None,
            "name": column.name,
            "sortable": column.declared.sortable,
        }
        for column in shown_fields(sobject)[:_COMPACT]
    ]
    return {
        "accessLevelRequiredForCreate": None,
        "buttons": [],
        "columns": columns,
        "custom": False,
        "field": child["field"],
        "label": sobject.plural,
        "limitRows": 5,
        "name": child["relationshipName"],
        "sobject": sobject.name,
        "sort": [],
    }
