"""One record: created, retrieved, updated, deleted and brought back (sobjects 5.1 to 5.4)."""

from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.errors import NotFound
from apps.facades.salesforce_sobjects import payloads, reading, writing
from apps.facades.salesforce_sobjects.views.base import ObjectView, columns_for
from apps.facades.salesforce_sobjects.views.conditions import is_news, unchanged_since
from apps.facades.salesforce_sobjects.writing import Mistake, Rejected
from apps.objects import registry
from apps.objects.registry import SObject


class RecordsView(ObjectView):
    """What the views of records share: an object without a call has not its method either."""

    calls: Mapping[str, str] = {"GET": "retrieve", "HEAD": "retrieve", "PATCH": "update", "DELETE": "delete"}

    @property
    def sobject(self) -> SObject:
        found = registry.find(self.kwargs["name"])
        if found is None:
            raise NotFound("no such object")
        return found

    @property
    def allowed_methods(self) -> list[str]:
        found = registry.find(self.kwargs["name"])
        methods = super().allowed_methods
        return [each for each in methods if found is None or self.calls[each] in found.calls]

    def handler(self, request: Request) -> Any:
        if self.sobject and request.method not in self.allowed_methods:
            raise MethodNotAllowed(str(request.method))
        return super().handler(request)

    def body(self) -> Any:
        """What was sent. Raises Rejected for nothing at all, which is no record either."""
        if self.request.stream is None:
            raise Rejected(Mistake("JSON_PARSER_ERROR", "No content to map to Object due to end of input"))
        return self.request.data

    def shown(self, sobject: SObject, record_id: str, version: str) -> Response:
        """The fields asked for, or all; 304 if the client has them already."""
        columns = columns_for(sobject, self.wanted_fields())
        found = reading.one(sobject, record_id, columns, self.user)
        if not is_news(self.request, found.stamp):
            return Response(status=304)
        return Response(found.shown(sobject, columns, version))

    def wanted_fields(self) -> list[str]:
        fields = self.request.query_params.get("fields")
        return fields.split(",") if fields else []


class CreateView(RecordsView):
    """`/sobjects/X`."""

    calls = {"POST": "create"}

    def post(self, request: Request, version: str, name: str) -> Response:
        unchanged_since(request)  # an unusable date is an error here, too
        created = writing.create(self.sobject, self.body(), self.user)
        return saved(self.sobject, created, version, status=201)


class RecordView(RecordsView):
    """`/sobjects/X/id`."""

    calls = {**RecordsView.calls, "POST": "upsert"}

    def get(self, request: Request, version: str, name: str, record_id: str) -> Response:
        return self.shown(self.sobject, record_id, version)

    def patch(self, request: Request, version: str, name: str, record_id: str) -> Response:
        writing.update(self.sobject, record_id, self.body(), self.user, unchanged_since=unchanged_since(request))
        return Response(status=204)

    def delete(self, request: Request, version: str, name: str, record_id: str) -> Response:
        writing.delete(self.sobject, record_id, self.user)
        return Response(status=204)

    def post(self, request: Request, version: str, name: str, record_id: str) -> Response:
        """`/sobjects/X/Id`, an upsert that has no key: it creates (5.5)."""
        if record_id.lower() != "id":
            raise MethodNotAllowed("POST")
        unchanged_since(request)
        created = writing.create(self.sobject, self.body(), self.user)
        return saved(self.sobject, created, version, status=201, created=True)


class UndeleteView(RecordsView):
    """`/sobjects/X/id/undelete` (P-19)."""

    calls = {"POST": "undelete"}

    def post(self, request: Request, version: str, name: str, record_id: str) -> Response:
        return saved(self.sobject, writing.undelete(self.sobject, record_id, self.user), version, status=200)


def saved(sobject: SObject, record_id: str, version: str, *, status: int, created: bool | None = None) -> Response:
    """A save result; `created` is told since 46.0, and of a create without a key since 37.0 (5.5)."""
    body: dict[str, Any] = {"id": record_id, "success": True, "errors": []}
    if created is not None:
        body["created"] = created
    is_there = status == 201 and "retrieve" in sobject.calls
    headers = {"Location": payloads.address(sobject, record_id, version)} if is_there else {}
    return Response(body, status=status, headers=headers)
