"""Record types: the master that every object has, and those that administrators defined."""

from typing import Any

from apps.common.public_ids import salesforce_id
from apps.objects import catalogue
from apps.objects.registry import SObject, named

MASTER = "012000000000000AAA"


def record_types(sobject: SObject, version: str) -> list[dict[str, Any]]:
    prefix = named("RecordType").prefix
    defined = catalogue.current().record_types.get(sobject.name, {}).values()
    base = f"/services/data/v{version}.0/sobjects/{sobject.name}/describe/layouts"

    def info(key: str, name: str, developer_name: str, active: bool, default: bool) -> dict[str, Any]:
        return {
            "active": active,
            "available": active,
            "defaultRecordTypeMapping": default,
            "developerName": developer_name,
            "master": key == MASTER,
            "name": name,
            "recordTypeId": key,
            "urls": {"layout": f"{base}/{key}"},
        }

    infos = [
        info(salesforce_id(prefix, row.pk), row.name, row.developer_name, row.is_active, row.is_default)
        for row in defined
    ]
    return [*infos, info(MASTER, "Master", "Master", True, not any(row.is_default for row in defined))]
