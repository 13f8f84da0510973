"""Records with their children, written in one call, all or nothing (sobjects 10.3)."""

from rest_framework.request import Request
from rest_framework.response import Response

from apps.facades.base import roll_back
from apps.facades.salesforce_sobjects.composite import tree
from apps.facades.salesforce_sobjects.composite.records import errors_of
from apps.facades.salesforce_sobjects.views.base import ObjectView, object_for
from apps.facades.salesforce_sobjects.writing import Rejected


class TreeView(ObjectView):
    xml_root = "SObjectTreeResponse"

    def post(self, request: Request, version: str, name: str) -> Response:
        """The ids by their reference ids; or, with nothing written, what is wrong with the bad ones alone (P-41)."""
        levels = tree.read(object_for(name, "create"), request.data)
        tree.create(levels, self.user)
        nodes = [node for level in levels for node in level]
        bad = [
            {"referenceId": node.reference_id, "errors": errors_of(node.result)}
            for node in nodes
            if isinstance(node.result, Rejected)
        ]
        if bad:
            roll_back()
            return Response({"hasErrors": True, "results": bad}, status=400)
        made = [{"referenceId": node.reference_id, "id": node.result} for node in nodes]
        return Response({"hasErrors": False, "results": made}, status=201)
