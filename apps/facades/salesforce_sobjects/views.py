"""Discovery, one record, a query."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.errors import NotFound
from apps.common.public_ids import is_salesforce_id
from apps.engagements.visibility import visible
from apps.facades.salesforce import OneRepresentation, SalesforceView
from apps.facades.salesforce_sobjects import errors, payloads
from apps.facades.salesforce_sobjects.soql import InvalidField, MalformedQuery, Query
from apps.facades.salesforce_sobjects.soql.columns import ID, Column, column_of
from apps.objects import registry
from apps.objects.registry import SObject


class VersionsView(APIView):
    """The one resource that needs no sign-in (sobjects 4.1)."""

    authentication_classes = []
    permission_classes = []
    content_negotiation_class = OneRepresentation

    def get(self, request: Request) -> Response:
        return Response(payloads.versions())


class NothingView(SalesforceView):
    """Every other path: an error that clients can read (11.1)."""

    def handler(self, request: Request) -> Any:
        raise NotFound("no such resource")


class ObjectView(SalesforceView):
    """A resource of one version."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not payloads.OLDEST <= int(kwargs["version"]) <= payloads.NEWEST:
            raise errors.UnknownVersion

    def errors_of(self, error: Exception) -> Any:
        return errors.errors_of(error)


class ResourcesView(ObjectView):
    def get(self, request: Request, version: str) -> Response:
        """What this version serves, and the absolute address of who is signed in (P-11)."""
        base = f"/services/data/v{version}.0"
        return Response({"query": f"{base}/query", "sobjects": f"{base}/sobjects", "connect": f"{base}/connect"})


class QueryView(ObjectView):
    def get(self, request: Request, version: str) -> Response:
        text = request.query_params.get("q")
        if text is None:
            raise MalformedQuery("A query is needed.")
        query = Query(text, by=request.user)  # type: ignore[arg-type]
        if query.only_count:
            return Response(payloads.result_set([], query.count()))
        rows = (payloads.record(query.sobject, row["pk"], row["fields"], version) for row in query.rows())
        return Response(payloads.result_set(rows))


class RecordView(ObjectView):
    def get(self, request: Request, version: str, name: str, record_id: str) -> Response:
        sobject = registry.find(name)
        if sobject is None or "retrieve" not in sobject.calls:
            raise NotFound
        key = _key(sobject, record_id)
        columns = _columns(sobject, request.query_params.get("fields"))
        paths = {path for column in columns for path in column.reads} | {"pk"}
        row = visible(sobject.model, request.user).filter(pk=key).values(*paths).first()  # type: ignore[arg-type]
        if row is None:
            raise errors.IsDeleted if _is_in_bin(sobject, key) and _sees_bin(request) else NotFound
        fields = {column.name: column.value(row) for column in columns}
        return Response(payloads.record(sobject, key, fields, version))


def _key(sobject: SObject, record_id: str) -> int:
    """P-30: a broken id is unknown, an id of another object is malformed."""
    key = sobject.key_of(record_id)
    if key is None and is_salesforce_id(record_id):
        raise errors.WrongObject(record_id)
    if key is None:
        raise NotFound
    return key


def _columns(sobject: SObject, wanted: str | None) -> list[Column]:
    """The fields asked for, Id always among them; all of them when none are."""
    names = [ID.api_name, *(wanted.split(",") if wanted else sobject.fields)]
    columns = {}
    for name in names:
        column = column_of(sobject, name.strip())
        if column is None:
            raise InvalidField(f"No such column '{name}' on sobject of type {sobject.name}")
        columns[column.name] = column
    return list(columns.values())


def _is_in_bin(sobject: SObject, key: int) -> bool:
    bin_ = getattr(sobject.model, "with_deleted", None)
    return bool(bin_ and bin_.filter(pk=key, deleted_at__isnull=False).exists())


def _sees_bin(request: Request) -> bool:
    return bool(request.user.sees_everything)  # type: ignore[union-attr]
