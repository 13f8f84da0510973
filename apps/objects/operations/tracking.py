"""Which changes of an object's records are kept as history and told in feeds."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.operations import save_noted
from apps.common import clock
from apps.common.errors import FieldProblem, Invalid, NotFound, Problem
from apps.objects import catalogue, registry
from apps.objects.operations.version import changing
from apps.objects.tracked import FeedItem, Tracking
from apps.objects.tracking import MOST_TRACKED
from apps.objects.tracking_triggers import DEFAULT_HISTORY, trackable


def set_tracking(
    object_name: str,
    *,
    history: Iterable[str] | None = None,
    feed: Iterable[str] | None = None,
    by: User | None = None,
) -> Tracking:
    """Choose the fields, by API name, whose changes from now on are kept and told; what is None stays as it is.

    Raises Invalid for an object without history, for fields that cannot be tracked, and for more than the platform
    tracks.
    """
    if object_name not in DEFAULT_HISTORY:
        said = gettext("Changes of {object_name} are not tracked.").format(object_name=object_name)
        raise _refused("object_name", Problem.CONTRADICTION, said)
    with changing(Tracking, "change", by):
        row = Tracking.objects.filter(object_name=object_name).first()
        row = row or Tracking(object_name=object_name, history=list(DEFAULT_HISTORY[object_name]))
        if history is not None:
            row.history = _keys(object_name, "history", history)
        if feed is not None:
            row.feed = _keys(object_name, "feed", feed)
        save_noted(row, by=by)
    return row


@transaction.atomic
def delete_feed_item(item: FeedItem, *, by: User, at: datetime | None = None) -> None:
    """Take an entry out of a feed; its record's history stays. Publishes nothing. Raises NotFound if it is gone."""
    found = FeedItem.objects.locked().filter(pk=item.pk).first()
    if found is None:
        raise NotFound(gettext("no such feed item"))
    found.deleted_at = found.system_modstamp = at or clock.now()
    found.save(update_fields=["deleted_at", "system_modstamp"])


def _keys(object_name: str, column: str, names: Iterable[str]) -> list[str]:
    """A custom field is tracked by its key, so that another name changes nothing."""
    known = {each.name.lower(): each.name for each in trackable(registry.named(object_name))}
    known |= {name: field.key for name, field in catalogue.current().fields_of(object_name).items()}
    wanted = list(dict.fromkeys(names))
    if unknown := [name for name in wanted if name.lower() not in known]:
        said = gettext("These cannot be tracked: {names}.").format(names=", ".join(unknown))
        raise _refused(column, Problem.UNKNOWN_FIELD, said)
    if len(wanted) > MOST_TRACKED:
        said = gettext("At most {most} fields of an object are tracked.").format(most=MOST_TRACKED)
        raise _refused(column, Problem.OUT_OF_RANGE, said)
    return [known[name.lower()] for name in wanted]


def _refused(column: str, problem: Problem, message: str) -> Invalid:
    return Invalid(FieldProblem(problem, [column], message))
