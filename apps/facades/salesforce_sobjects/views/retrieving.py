"""Many records in one call (sobjects 10.4)."""

from collections.abc import Sequence
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.engagements.visibility import visible
from apps.facades.salesforce_sobjects import payloads
from apps.facades.salesforce_sobjects.errors import Malformed
from apps.facades.salesforce_sobjects.views.base import ObjectView, columns_for, object_for
from apps.objects.columns import ID

_MOST_RETRIEVED = 2000


class RetrieveView(ObjectView):
    """Records of one object by their ids."""

    def get(self, request: Request, version: str, name: str) -> Response:
        sent = request.query_params
        return self._retrieved(version, name, *(_split(sent.get(each)) for each in ("ids", "fields")))

    def post(self, request: Request, version: str, name: str) -> Response:
        sent = request.data if isinstance(request.data, dict) else {}
        return self._retrieved(version, name, sent.get("ids"), sent.get("fields"))

    def _retrieved(self, version: str, name: str, ids: Any, fields: Any) -> Response:
        """A record for each id in the order of the ids; null where there is none, or none that the caller may see."""
        sobject = object_for(name, "retrieve")
        ids, fields = _texts("ids", ids), _texts("fields", fields)
        if len(ids) > _MOST_RETRIEVED:
            raise Malformed("EXCEEDED_ID_LIMIT", f"At most {_MOST_RETRIEVED} records can be retrieved in one call.")
        columns = columns_for(sobject, fields)
        paths = {path for column in columns for path in column.reads}
        rows = visible(sobject, self.request.user).filter(sobject.with_ids(ids)).values(*paths)  # type: ignore[arg-type]
        found = {}
        for row in rows:
            record = {column.name: column.value(row) for column in columns}
            record_id = record[ID.api_name]
            found[record_id[:15]] = payloads.record(sobject, record_id, record, version)
        return Response([found.get(each[:15]) if sobject.with_id(each) else None for each in ids])


def _split(listed: str | None) -> list[str] | None:
    return [each.strip() for each in listed.split(",")] if listed else None


def _texts(name: str, value: Any) -> Sequence[str]:
    if not value:
        raise Malformed("MISSING_ARGUMENT", f"The call needs {name}.")
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Malformed("JSON_PARSER_ERROR", f"{name} must be a list of texts.")
    return value
