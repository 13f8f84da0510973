"""Queries."""

from rest_framework.request import Request
from rest_framework.response import Response

from apps.facades.salesforce_sobjects import payloads
from apps.facades.salesforce_sobjects.soql import MalformedQuery, Query
from apps.facades.salesforce_sobjects.views.base import ObjectView


class QueryView(ObjectView):
    def get(self, request: Request, version: str) -> Response:
        text = request.query_params.get("q")
        if text is None:
            raise MalformedQuery("A query is needed.")
        query = Query(text, by=request.user, version=int(version))  # type: ignore[arg-type]
        if query.only_count:
            return Response(payloads.result_set([], query.total()))
        if query.grouping:
            return Response(payloads.result_set(query.grouping.records()))
        return Response(payloads.result_set(query.page().records))
