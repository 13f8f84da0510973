"""Search, in SOSL and by parameters."""

from collections.abc import Mapping
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.facades.salesforce_sobjects.querying import bounded
from apps.facades.salesforce_sobjects.sosl import parameters, statement
from apps.facades.salesforce_sobjects.sosl.run import Found, run
from apps.facades.salesforce_sobjects.sosl.statement import Search
from apps.facades.salesforce_sobjects.views.base import ObjectView


class SearchView(ObjectView):
    xml_root = "SearchResult"

    def get(self, request: Request, version: str) -> Response:
        return _answer(statement.parse(request.query_params.get("q", "")), request, version)


class ParameterizedSearchView(ObjectView):
    xml_root = "SearchResult"

    def get(self, request: Request, version: str) -> Response:
        return _answer(parameters.of_query(dict(request.query_params.lists())), request, version)

    def post(self, request: Request, version: str) -> Response:
        return _answer(parameters.of_body(request.data), request, version)


def _answer(search: Search, request: Request, version: str) -> Response:
    with bounded():
        found = run(search, by=request.user, version=int(version))  # type: ignore[arg-type]
    records = [_with_id(record) for each in found for record in each.records]
    answer: dict[str, Any] = {"searchRecords": records}
    if search.with_labels:
        answer["metadata"] = {"entityMetadata": list(map(_labels, found))}
    return Response(answer)


def _with_id(record: Mapping[str, Any]) -> dict[str, Any]:
    """What a search finds tells its Id, asked for or not."""
    attributes = record["attributes"]
    return {"attributes": attributes, "Id": attributes["url"].rpartition("/")[2], **record}


def _labels(found: Found) -> dict[str, Any]:
    fields = [{"name": column.name, "label": column.declared.label} for column in found.columns]
    return {"entityName": found.sobject.name, "fieldMetadata": fields}
