"""One object: in short for the list of all, and whole with its fields, relationships and record types."""

import sys
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from apps.facades.salesforce_sobjects.describing import fields
from apps.facades.salesforce_sobjects.describing.record_types import record_types
from apps.facades.salesforce_sobjects.describing.relations import children_of
from apps.objects import catalogue, house, registry
from apps.objects.columns import columns_of
from apps.objects.registry import SObject
from apps.tenants import scope

_KEPT = 512
# What no object of ours is (P-12: booleans that are not told are false, objects null).
_NEVER = {
    "activateable": False,
    "associateEntityType": None,
    "associateParentEntity": None,
    "custom": False,
    "customSetting": False,
    "deepCloneable": False,
    "deprecatedAndHidden": False,
    "hasSubtypes": False,
    "isInterface": False,
    "isSubtype": False,
    "mergeable": False,
}
_NEVER_IN_FULL: dict[str, Any] = {
    "actionOverrides": [],
    "defaultImplementation": None,
    "extendedBy": None,
    "extendsInterfaces": None,
    "implementedBy": None,
    "implementsInterfaces": None,
    "namedLayoutInfos": [],
    "networkScopeFieldName": None,
    "sobjectDescribeOption": "FULL",
}


def summary(sobject: SObject, version: str) -> dict[str, Any]:
    """The keys of the list of all objects (sobjects 4.3)."""
    base = f"/services/data/v{version}.0/sobjects/{sobject.name}"
    return _sorted({**_flags(sobject), "urls": _basic_urls(base)})


def described(sobject: SObject, version: str) -> dict[str, Any]:
    """All of it. Read it, never change it: requests share it until the tenant's definitions change."""
    tenant = scope.tenant()
    return _described(sobject.name, version, tenant.pk, tenant.catalogue_version)


def changed_at() -> datetime:
    """When the definitions of the tenant in scope changed last, or the declarations: a new release describes anew."""
    return datetime.fromtimestamp(max(scope.tenant().catalogue_version / 1e9, _released_at()), UTC)


@cache
def _released_at() -> float:
    """When the newest of the files that declare objects was written, seconds; the same in every process."""
    declaring = [house, *(sys.modules[each.model.__module__] for each in registry.every())]
    return max(Path(str(module.__file__)).stat().st_mtime for module in declaring)


@lru_cache(maxsize=_KEPT)
def _described(name: str, version: str, tenant_id: int, catalogue_version: int) -> dict[str, Any]:
    sobject = registry.named(name)
    layoutable = "layout" in sobject.calls
    return _sorted(
        {
            **_flags(sobject),
            **_NEVER_IN_FULL,
            "childRelationships": children_of(sobject),
            "compactLayoutable": layoutable,
            "fields": [fields.described(sobject, column) for column in columns_of(sobject).values()],
            "listviewable": layoutable,
            "lookupLayoutable": layoutable,
            "recordTypeInfos": record_types(sobject, version),
            "searchLayoutable": layoutable,
            "supportedScopes": _scopes(sobject),
            "urls": _urls(sobject, version),
        }
    )


def _flags(sobject: SObject) -> dict[str, Any]:
    layoutable = "layout" in sobject.calls
    return {
        **_NEVER,
        "createable": "create" in sobject.calls,
        "deletable": "delete" in sobject.calls,
        "feedEnabled": sobject.name in catalogue.current().feeds,
        "keyPrefix": sobject.prefix or None,
        "label": sobject.label,
        "labelPlural": sobject.plural,
        "layoutable": layoutable,
        "mruEnabled": layoutable,
        "name": sobject.name,
        "queryable": "query" in sobject.calls,
        "replicateable": "replicate" in sobject.calls,
        "retrieveable": "retrieve" in sobject.calls,
        "searchable": "search" in sobject.calls,
        "triggerable": "create" in sobject.calls,
        "undeletable": "undelete" in sobject.calls,
        "updateable": "update" in sobject.calls,
    }


def _scopes(sobject: SObject) -> list[dict[str, str]]:
    words = sobject.plural.lower()
    scopes = [{"label": f"All {words}", "name": "everything"}]
    if "ownerid" in sobject.fields:
        scopes.append({"label": f"My {words}", "name": "mine"})
    return scopes


def _urls(sobject: SObject, version: str) -> dict[str, str | None]:
    """Where to go from here; null where the object has nothing there."""
    base = f"/services/data/v{version}.0/sobjects/{sobject.name}"
    has_layouts = "layout" in sobject.calls
    below = {name: f"{base}/describe/{name}" for name in ("layouts", "compactLayouts", "approvalLayouts")}
    beside = {name: f"{base}/{name}" for name in ("listviews", "quickActions")}
    pages = dict.fromkeys(("uiDetailTemplate", "uiEditTemplate", "uiNewRecord"))
    return {
        **_basic_urls(base),
        **{name: url if has_layouts else None for name, url in (below | beside).items()},
        **pages,
    }


def _basic_urls(base: str) -> dict[str, str]:
    return {"sobject": base, "describe": f"{base}/describe", "rowTemplate": f"{base}/{{ID}}"}


def _sorted(keys: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(keys.items()))
