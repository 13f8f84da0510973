"""What changed and what was deleted in a span of time (sobjects 6.1)."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.common import clock
from apps.engagements.visibility import visible
from apps.facades.salesforce_sobjects.errors import Malformed
from apps.facades.salesforce_sobjects.views.base import ObjectView, object_for
from apps.objects import registry, values
from apps.objects.columns import as_json, column_of
from apps.objects.registry import SObject
from apps.objects.values import Refused, Rule

MOST_IDS = 600_000
_MINUTE = timedelta(minutes=1)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class SpanView(ObjectView):
    """Of one object, from `start` to before `end` (P-23)."""

    looks_back: timedelta

    @property
    def xml_root(self) -> str:  # type: ignore[override]
        found = registry.find(self.kwargs["name"])
        return found.name if found else "Errors"

    def span(self, request: Request) -> tuple[datetime, datetime]:
        """Both to the minute. Raises Malformed for what is missing, unreadable, too long ago or too short."""
        start, end = (_moment(request, name) for name in ("start", "end"))
        if end - start < _MINUTE:
            raise _refused("The start date must be before the end date, by a minute at least")
        if start < clock.now() - self.looks_back - _MINUTE:  # a client that means exactly the limit takes a while
            raise _refused(f"The start date cannot be more than {self.looks_back.days} days ago")
        return start, end

    def rows(self, sobject: SObject, *, with_deleted: bool = False) -> "QuerySet[Any]":
        user: User = self.request.user  # type: ignore[assignment]
        return visible(sobject, user, with_deleted=with_deleted).order_by()


class UpdatedView(SpanView):
    looks_back = timedelta(days=30)

    def get(self, request: Request, version: str, name: str) -> Response:
        """Created or changed, by SystemModstamp, and still there."""
        sobject = object_for(name, "replicate")
        start, end = self.span(request)
        stamp = column_of(sobject, "SystemModstamp") or column_of(sobject, "CreatedDate")  # what never changes
        rows: list[Any] = []
        if stamp:
            within = {f"{stamp.path}__gte": start, f"{stamp.path}__lt": end}
            rows = list(self.rows(sobject).filter(**within).order_by(stamp.path, "pk").values("pk")[: MOST_IDS + 1])
        _refuse_too_many(rows)
        return Response({"ids": [sobject.id_of(row["pk"]) for row in rows], "latestDateCovered": _covered(end)})


class DeletedView(SpanView):
    looks_back = timedelta(days=15)

    def get(self, request: Request, version: str, name: str) -> Response:
        """In the recycle bin since then."""
        sobject = object_for(name, "replicate")
        start, end = self.span(request)
        rows: list[Any] = []
        oldest = None
        if hasattr(sobject.model, "with_deleted"):
            bin_ = self.rows(sobject, with_deleted=True).filter(deleted_at__isnull=False)
            oldest = bin_.aggregate(oldest=Min("deleted_at"))["oldest"]
            within = bin_.filter(deleted_at__gte=start, deleted_at__lt=end).order_by("deleted_at", "pk")
            rows = list(within.values("pk", "deleted_at")[: MOST_IDS + 1])
        _refuse_too_many(rows)
        records = [{"deletedDate": as_json(row["deleted_at"]), "id": sobject.id_of(row["pk"])} for row in rows]
        return Response(
            {
                "deletedRecords": records,
                "earliestDateAvailable": as_json(oldest or clock.now() - self.looks_back),
                "latestDateCovered": _covered(end),
            }
        )


def _moment(request: Request, name: str) -> datetime:
    """A time to the minute. A trailing colon is forgiven (P-24), as is a plus that arrived as a space."""
    text = request.query_params.get(name)
    if not text:
        raise Malformed("MISSING_ARGUMENT", f"The {name} argument is required")
    text = text.strip().replace(" ", "+")
    if text.endswith(":"):
        text = text[:-1] + "Z"
    try:
        if _DATE.fullmatch(text):  # midnight (P-06)
            text += "T00:00:00Z"
        found: datetime = values.clean(text, Rule("datetime", name))
    except Refused:
        raise _refused(f"The {name} date cannot be read: {text}") from None
    return found.replace(second=0, microsecond=0)


def _covered(end: datetime) -> str:
    return str(as_json(min(end, clock.now().replace(second=0, microsecond=0))))


def _refuse_too_many(rows: list[Any]) -> None:
    if len(rows) > MOST_IDS:
        raise Malformed("EXCEEDED_ID_LIMIT", f"The span holds more than {MOST_IDS} records; ask for a shorter one")


def _refused(message: str) -> Malformed:
    return Malformed("INVALID_REPLICATION_DATE", message)
