"""Small resources: what is used, how many there are, what was looked at last (sobjects 6.2)."""

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.engagements.visibility import visible
from apps.facades.salesforce_sobjects.errors import Malformed
from apps.facades.salesforce_sobjects.recent import MOST, recent
from apps.facades.salesforce_sobjects.views.base import ObjectView
from apps.objects import registry
from apps.tenants import scope, usage

_DIGITS = 9


class LimitsView(ObjectView):
    xml_root = "LimitsSnapshot"

    def get(self, request: Request, version: str) -> Response:
        tenant = scope.tenant()
        most = tenant.daily_api_requests
        return Response({"DailyApiRequests": {"Max": most, "Remaining": max(most - usage.used(tenant), 0)}})


class RecordCountView(ObjectView):
    xml_root = "RecordCount"

    def get(self, request: Request, version: str) -> Response:
        """Of the objects named, or of all; names that there are not are left out. One query for each object."""
        wanted = request.query_params.get("sObjects")
        names = (
            [each.name for each in registry.every() if "query" in each.calls] if wanted is None else wanted.split(",")
        )
        found = {each.name: each for name in names if (each := registry.find(name.strip())) and each.calls}
        user: User = request.user  # type: ignore[assignment]
        counts = [{"count": visible(each, user).count(), "name": name} for name, each in found.items()]
        return Response({"sObjects": counts})


class RecentView(ObjectView):
    xml_root = "RecentlyViewed"

    def get(self, request: Request, version: str) -> Response:
        user: User = request.user  # type: ignore[assignment]
        return Response(recent(user, version, limit=number_of(request, "limit", MOST, MOST)))


def number_of(request: Request, name: str, usual: int, most: int) -> int:
    """A parameter, at most `most`. Raises Malformed for what is no number."""
    text = request.query_params.get(name)
    if text is None:
        return usual
    if not text.isascii() or not text.isdigit() or len(text) > _DIGITS:
        raise Malformed("NUMBER_OUTSIDE_VALID_RANGE", f"{name} takes a number up to {most}")
    return min(int(text), most)
