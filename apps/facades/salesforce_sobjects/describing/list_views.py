"""The two lists that every object has: all records, and the reader's own (engagement 10.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.facades.salesforce_sobjects.describing.layouts import generated_id, shown_fields
from apps.objects.columns import Column, columns_of
from apps.objects.registry import SObject

_COLUMNS = {
    "EngagementInteraction": (
        *("Name", "InitiatingAttendeeId", "IsAttendeeAuthenticated", "IsAttendeeVerified", "StartDateTime"),
        *("EndDateTime", "CommunicationChannel", "Sentiment", "ExternalIdentifier", "OwnerId"),
    ),
    "EngagementAttendee": (
        *("Name", "EngagementId", "ExternalAttendeeId", "InternalAttendeeId", "StartDateTime", "EndDateTime"),
    ),
    "EngagementTopic": ("Name", "EngagementId", "RelatedPersonId", "ProcessName", "ProcessStatus", "OwnerId"),
    "VoiceCall": (
        *("Name", "CallType", "FromPhoneNumber", "ToPhoneNumber", "CallStartDateTime", "CallEndDateTime", "OwnerId"),
    ),
}
_OTHERS = 6  # columns


@dataclass(frozen=True)
class ListView:
    sobject: SObject
    number: int
    name: str  # All, My
    scope: str

    @property
    def id(self) -> str:
        return generated_id("00B", self.sobject, self.number)

    @property
    def columns(self) -> Sequence[Column]:
        named = _COLUMNS.get(self.sobject.name)
        fields = columns_of(self.sobject)
        return [fields[name.lower()] for name in named] if named else shown_fields(self.sobject)[:_OTHERS]

    def listed(self, version: str) -> dict[str, Any]:
        url = f"/services/data/v{version}.0/sobjects/{self.sobject.name}/listviews/{self.id}"
        return {
            "describeUrl": f"{url}/describe",
            "developerName": f"{self.name}_{self.sobject.plural.replace(' ', '_')}",
            "id": self.id,
            "label": f"{self.name} {self.sobject.plural}",
            "resultsUrl": f"{url}/results",
            "soqlCompatible": True,
            "url": url,
        }

    def described(self) -> dict[str, Any]:
        names = ", ".join(["Id", *(column.name for column in self.columns)])
        scope = f" USING SCOPE {self.scope}" if self.scope == "mine" else ""
        return {
            "columns": [_column(column) for column in self.columns],
            "id": self.id,
            "orderBy": [{"fieldNameOrPath": "Id", "nullsPosition": "first", "sortDirection": "descending"}],
            "query": f"SELECT {names} FROM {self.sobject.name}{scope} ORDER BY Id DESC NULLS FIRST",
            "scope": self.scope,
            "sobjectType": self.sobject.name,
            "whereCondition": None,
        }


def list_views(sobject: SObject) -> list[ListView]:
    views = [ListView(sobject, 1, "All", "everything")]
    if "ownerid" in sobject.fields:
        views.append(ListView(sobject, 2, "My", "mine"))
    return views


def _column(column: Column) -> dict[str, Any]:
    return {
        "fieldNameOrPath": column.name,
        "hidden": False,
        "label": column.declared.label,
        "sortable": column.declared.sortable,
        "type": column.declared.type,
    }
