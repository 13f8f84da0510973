"""What there is: versions and resources."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.facades.salesforce import OneRepresentation
from apps.facades.salesforce_sobjects import payloads
from apps.facades.salesforce_sobjects.views.base import ObjectView


class VersionsView(APIView):
    """The one resource that needs no sign-in (sobjects 4.1)."""

    authentication_classes = []
    permission_classes = []
    content_negotiation_class = OneRepresentation

    def get(self, request: Request) -> Response:
        return Response(payloads.versions())


class ResourcesView(ObjectView):
    def get(self, request: Request, version: str) -> Response:
        """What this version serves, and the absolute address of who is signed in (P-11)."""
        base = f"/services/data/v{version}.0"
        return Response({"query": f"{base}/query", "sobjects": f"{base}/sobjects", "connect": f"{base}/connect"})
