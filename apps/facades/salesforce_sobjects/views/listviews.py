"""List views and what they list (sobjects 4.6)."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.common.errors import NotFound
from apps.engagements.visibility import visible
from apps.facades.salesforce_sobjects.describing.list_views import ListView, list_views
from apps.facades.salesforce_sobjects.views.base import ObjectView
from apps.facades.salesforce_sobjects.views.discovery import with_layouts
from apps.facades.salesforce_sobjects.views.small import number_of
from apps.objects.columns import ID, column_of

_PAGE, _MOST = 25, 2_000


class ListViewsView(ObjectView):
    xml_root = "ListViews"

    def get(self, request: Request, version: str, name: str) -> Response:
        sobject = with_layouts(name)
        listed = [each.listed(version) for each in list_views(sobject)]
        return Response(
            {
                "done": True,
                "listviews": listed,
                "nextRecordsUrl": None,
                "size": len(listed),
                "sobjectType": sobject.name,
            }
        )


class ListViewView(ObjectView):
    xml_root = "ListView"

    def get(self, request: Request, version: str, name: str, list_view: str) -> Response:
        return Response(found(name, list_view).listed(version))


class ListViewDescribeView(ObjectView):
    xml_root = "ListViewDescribe"

    def get(self, request: Request, version: str, name: str, list_view: str) -> Response:
        return Response(found(name, list_view).described())


class ListViewResultsView(ObjectView):
    xml_root = "ListViewResult"

    def get(self, request: Request, version: str, name: str, list_view: str) -> Response:
        """The newest first; `limit` and `offset` page."""
        view = found(name, list_view)
        limit, offset = number_of(request, "limit", _PAGE, _MOST), number_of(request, "offset", 0, _MOST)
        records = _records(view, request.user, offset, limit)  # type: ignore[arg-type]
        listed = view.listed(version)
        return Response(
            {
                "columns": view.described()["columns"],
                "developerName": listed["developerName"],
                "done": True,
                "id": view.id,
                "label": listed["label"],
                "records": records,
                "size": len(records),
            }
        )


def found(name: str, key: str) -> ListView:
    """The object's list view of this 15- or 18-character id. Raises NotFound."""
    for view in list_views(with_layouts(name)):
        if key in (view.id, view.id[:15]):
            return view
    raise NotFound("no such list view")


def _records(view: ListView, user: User, offset: int, limit: int) -> list[dict[str, Any]]:
    own_id = column_of(view.sobject, ID.api_name)
    columns = [*([own_id] if own_id else []), *view.columns]
    rows = visible(view.sobject, user).order_by("-pk")
    if view.scope == "mine":
        owner = column_of(view.sobject, "OwnerId")
        rows = rows.filter(**{owner.path: user}) if owner else rows.none()
    paths = {path for column in columns for path in column.reads}
    return [
        {"columns": [{"fieldNameOrPath": column.name, "value": column.value(row)} for column in columns]}
        for row in rows.values(*paths)[offset : offset + limit]
    ]
