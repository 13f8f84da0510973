"""Who last looked at which record: LastViewedDate and LastReferencedDate are per user (sobjects 2.5)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import DateTimeField, OuterRef, Subquery

from apps.accounts.models import User
from apps.common import clock
from apps.objects.models import RecordView
from apps.objects.registry import SObject
from apps.tenants import scope

_KEY = ["tenant", "user", "object_name", "key"]
_COLUMNS = {"last_viewed_date": "viewed_at", "last_referenced_date": "referenced_at"}


def note(user: User, sobject: SObject, keys: Iterable[int], *, viewed: bool, at: datetime | None = None) -> None:
    """The user has opened these rows (`viewed`), or has only come across them. One statement, whatever their number.

    Publishes nothing: it is nobody else's business.
    """
    at = clock.to_second(at or clock.now())
    rows = [
        RecordView(
            tenant_id=scope.tenant_id(),
            user=user,
            object_name=sobject.name,
            key=key,
            viewed_at=at if viewed else None,
            referenced_at=at,
        )
        for key in sorted(set(keys))  # in one order, so that two who note the same rows cannot wait for each other
    ]
    RecordView.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=_KEY,
        update_fields=["referenced_at", "viewed_at"] if viewed else ["referenced_at"],
    )


def recent(user: User, limit: int, sobject: SObject | None = None) -> Sequence[tuple[str, int]]:
    """(object, key) of what the user opened or came across, the last one first; of one object, if that is given."""
    found = RecordView.objects.filter(user=user)
    if sobject:
        found = found.filter(object_name=sobject.name)
    return list(found.order_by("-referenced_at", "-id").values_list("object_name", "key")[:limit])


def dates(sobject: SObject, user: User, prefix: str = "") -> Mapping[str, Subquery]:
    """What to annotate a queryset with so that the two dates can be read, filtered and sorted by.

    `prefix` is the path to the object's row, as `engagement__`; the annotations' names begin with it, too.
    """
    seen = RecordView.objects.filter(user=user, object_name=sobject.name, key=OuterRef(f"{prefix}pk"))
    return {
        f"{prefix}{name}": Subquery(seen.values(column), output_field=DateTimeField())
        for name, column in _COLUMNS.items()
    }
