"""What there is: versions, resources, objects and how each is made."""

from functools import cache
from typing import Any

from django.urls import resolve
from django.utils.http import http_date, parse_http_date_safe
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common import clock
from apps.common.errors import NotFound
from apps.common.public_ids import is_salesforce_id
from apps.facades.addresses import base_url
from apps.facades.salesforce import UTF8JSON, OneRepresentation
from apps.facades.salesforce.errors import common_errors
from apps.facades.salesforce_sobjects import describing, payloads
from apps.facades.salesforce_sobjects.recent import recent
from apps.facades.salesforce_sobjects.views.base import NothingView, ObjectView
from apps.facades.salesforce_sobjects.views.records import CreateView
from apps.objects import registry
from apps.objects.registry import SObject

_MOST_IN_A_BATCH = 200
_NAMES = (
    "composite",
    "connect",
    "limits",
    "parameterizedSearch",
    "query",
    "queryAll",
    "recent",
    "search",
    "sobjects",
)


class VersionsView(APIView):
    """The one resource that needs no sign-in, and counts as no request (sobjects 4.1)."""

    authentication_classes = []
    permission_classes = []
    content_negotiation_class = OneRepresentation
    renderer_classes = [UTF8JSON]
    http_method_names = ["get", "head"]

    def get(self, request: Request) -> Response:
        return Response(payloads.versions(), content_type="application/json;charset=UTF-8")

    def handle_exception(self, exc: Exception) -> Response:
        status, errors = common_errors(exc, self.allowed_methods, self.request)
        return Response(errors, status, headers={"Allow": ", ".join(self.allowed_methods)})


class ResourcesView(ObjectView):
    def get(self, request: Request, version: str) -> Response:
        """What this version serves, and the absolute address of who is signed in (P-11)."""
        user: Any = request.user
        identity = f"{base_url(request._request)}/id/{user.tenant.org_id}/{user.public_id}"
        base = f"/services/data/v{version}.0"
        return Response({**{name: f"{base}/{name}" for name in _served()}, "identity": identity})


@cache
def _served() -> list[str]:
    """Of the names that clients know, those that lead somewhere here."""
    base = f"/services/data/v{payloads.NEWEST}.0"
    return [name for name in _NAMES if name == "connect" or _leads_somewhere(f"{base}/{name}")]


def _leads_somewhere(path: str) -> bool:
    return getattr(resolve(path).func, "view_class", None) is not NothingView


class ObjectsView(ObjectView):
    xml_root = "DescribeGlobalResult"

    def get(self, request: Request, version: str) -> Response:
        """All objects, in short (sobjects 4.3)."""
        objects = [describing.summary(each, version) for each in registry.every()]
        return Response({"encoding": "UTF-8", "maxBatchSize": _MOST_IN_A_BATCH, "sobjects": objects})


class OneObjectView(CreateView):
    """`/sobjects/X`: in short, with what the reader looked at last (sobjects 4.4); a POST creates."""

    xml_root = "SObjectBasicInfo"

    @property
    def allowed_methods(self) -> list[str]:
        found = registry.find(self.kwargs["name"])
        return ["GET", "HEAD", *(["POST"] if found is None or "create" in found.calls else [])]

    def get(self, request: Request, version: str, name: str) -> Response:
        sobject = self.sobject
        items = recent(self.user, version, sobject=sobject)
        return Response({"objectDescribe": describing.summary(sobject, version), "recentItems": items})


class DescribeView(ObjectView):
    xml_root = "DescribeSObjectResult"

    def get(self, request: Request, version: str, name: str) -> Response:
        """One object whole, or 304 while its definitions are those that the client has (sobjects 5.6)."""
        sobject = known(name)
        changed = describing.changed_at().timestamp()
        since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
        answer = (
            Response(status=304)
            if since is not None and since >= changed
            else Response(describing.described(sobject, version))
        )
        if (whole_second := int(changed) + 1) <= clock.now().timestamp():  # else it may change again within it
            answer["Last-Modified"] = http_date(whole_second)
        return answer


class LayoutsView(ObjectView):
    """Generated layouts; named and approval layouts are none (P-15)."""

    xml_root = "DescribeLayoutResult"

    def get(self, request: Request, version: str, name: str) -> Response:
        return Response(describing.layouts(with_layouts(name), version))


class LayoutView(ObjectView):
    xml_root = "DescribeLayout"

    def get(self, request: Request, version: str, name: str, record_type: str) -> Response:
        """The one layout, for any record type that the object has."""
        sobject = with_layouts(name)
        mappings = describing.layouts(sobject, version)["recordTypeMappings"]
        known_types = {mapping["recordTypeId"][:15] for mapping in mappings}
        if not is_salesforce_id(record_type) or record_type[:15] not in known_types:
            raise NotFound("no such record type")
        return Response(describing.layout(sobject))


class NamedLayoutsView(ObjectView):
    xml_root = "DescribeLayoutResult"

    def get(self, request: Request, version: str, name: str, layout: str) -> Response:
        with_layouts(name)
        return Response({"layouts": [], "recordTypeMappings": [], "recordTypeSelectorRequired": [False]})


class CompactLayoutsView(ObjectView):
    xml_root = "DescribeCompactLayoutsResult"

    def get(self, request: Request, version: str, name: str) -> Response:
        return Response(describing.compact_layouts(with_layouts(name), version))


class ApprovalLayoutsView(ObjectView):
    xml_root = "DescribeApprovalLayoutsResult"

    def get(self, request: Request, version: str, name: str) -> Response:
        with_layouts(name)
        return Response({"approvalLayouts": []})


class QuickActionsView(ObjectView):
    xml_root = "QuickActions"

    def get(self, request: Request, version: str, name: str) -> Response:
        with_layouts(name)
        return Response([])


def known(name: str) -> SObject:
    """The object of this name, in any case. Raises NotFound."""
    found = registry.find(name)
    if found is None:
        raise NotFound(f"no object {name}")
    return found


def with_layouts(name: str) -> SObject:
    """The object of this name, if it is one that people look at. Raises NotFound."""
    found = known(name)
    if "layout" not in found.calls:
        raise NotFound(f"{found.name} has no layouts")
    return found
