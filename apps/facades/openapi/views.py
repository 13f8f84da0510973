"""The document, for whoever is signed in: the tenant's own fields and picklist values are in it."""

from functools import lru_cache
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.facades.openapi.generator import document
from apps.facades.salesforce import SalesforceView
from apps.tenants import scope

_KEPT = 16


class DocumentView(SalesforceView):
    def get(self, request: Request) -> Response:
        tenant = scope.tenant()
        return Response(_document(tenant.pk, tenant.catalogue_version))


@lru_cache(maxsize=_KEPT)
def _document(tenant_id: int, catalogue_version: int) -> dict[str, Any]:
    return document()
