"""Queries, their further pages, and how they would be answered."""

from rest_framework.request import Request
from rest_framework.response import Response

from apps.facades.salesforce_sobjects import querying
from apps.facades.salesforce_sobjects.soql import MalformedQuery
from apps.facades.salesforce_sobjects.views.base import ObjectView


class QueryView(ObjectView):
    with_deleted = False

    def get(self, request: Request, version: str) -> Response:
        explained, text = (request.query_params.get(name) for name in ("explain", "q"))
        if explained is not None:
            return Response(querying.plans(explained, by=self.user, version=int(version)))
        if text is None:
            raise MalformedQuery("A query is needed.")
        answer = querying.first_page(
            text, _size(request), by=self.user, version=int(version), with_deleted=self.with_deleted
        )
        return Response(answer)


class QueryAllView(QueryView):
    """Deleted rows, too."""

    with_deleted = True


class MoreView(ObjectView):
    """A further page, of a query or a queryAll alike; the version need not be that of the first."""

    def get(self, request: Request, version: str, locator: str) -> Response:
        return Response(querying.next_page(locator, _size(request), by=self.user, version=int(version)))


def _size(request: Request) -> int:
    return querying.size_of(request.headers.get("Sforce-Query-Options", ""))
