"""One record."""

from django.db.models import Q
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.errors import NotFound
from apps.common.public_ids import is_salesforce_id
from apps.engagements.visibility import visible
from apps.facades.salesforce_sobjects import errors, payloads
from apps.facades.salesforce_sobjects.views.base import ObjectView, columns_for, object_for
from apps.objects.columns import ID
from apps.objects.registry import SObject


class RecordView(ObjectView):
    def get(self, request: Request, version: str, name: str, record_id: str) -> Response:
        sobject = object_for(name, "retrieve")
        found = identified(sobject, record_id)
        wanted = request.query_params.get("fields")
        columns = columns_for(sobject, wanted.split(",") if wanted else ())
        paths = {path for column in columns for path in column.reads}
        row = visible(sobject, request.user).filter(found).values(*paths).first()  # type: ignore[arg-type]
        if row is None:
            raise errors.IsDeleted if _is_in_bin(sobject, found) and _sees_bin(request) else NotFound
        fields = {column.name: column.value(row) for column in columns}
        return Response(payloads.record(sobject, fields[ID.api_name], fields, version))


def identified(sobject: SObject, record_id: str) -> Q:
    """The condition on the record of this id. A broken id is unknown, one of another object is malformed (P-30)."""
    found = sobject.with_id(record_id)
    if found is None and is_salesforce_id(record_id):
        raise errors.WrongObject(record_id)
    if found is None:
        raise NotFound
    return found


def _is_in_bin(sobject: SObject, found: Q) -> bool:
    bin_ = getattr(sobject.model, "with_deleted", None)
    return bool(bin_ and bin_.filter(found, deleted_at__isnull=False).exists())


def _sees_bin(request: Request) -> bool:
    return bool(request.user.sees_everything)  # type: ignore[union-attr]
