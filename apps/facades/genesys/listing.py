"""Named filters of people, queues and contacts; the order of interactions (genesys 3.3)."""

import re
from collections.abc import Iterable, Mapping

from django.db.models import Q, QuerySet

from apps.facades.genesys.errors import missing, outside_values
from apps.facades.genesys.selectors import Interactions

# Which parts of a name or number each filter looks at.
_FILTERS: Mapping[str, frozenset[str]] = {
    "namesorphonenumbermatches": frozenset({"name", "phone"}),
    "namesmatches": frozenset({"name"}),
    "phonenumbermatches": frozenset({"phone"}),
}
_LONGEST = 255
# What interactions may be sorted by: its name and ours.
_SORTED_BY = {"receivedDate": "opened_at", "id": "id", "subject": "subject", "channel": "channel"}


def matching(params: Mapping[str, str], columns: Mapping[str, Iterable[str]]) -> Q | None:
    """The condition that `filterName` and `filterParameters` ask for, on the columns that hold names and numbers.

    `*` stands for anything; a parameter without one is found anywhere. None without a filter; Invalid for one unknown.
    """
    name = params.get("filterName")
    if not name:
        return None
    if name.lower() not in _FILTERS:
        raise outside_values("filterName", f"there is no filter {name!r}")
    wanted = params.get("filterParameters", "").strip()
    if not wanted:
        raise missing("filterParameters")
    if len(wanted) > _LONGEST or not wanted.isprintable():
        raise outside_values("filterParameters", "filterParameters cannot be looked for")
    pattern = _pattern(wanted)
    found = Q(pk__in=())
    for part in sorted(_FILTERS[name.lower()]):
        for column in columns.get(part, ()):
            found |= Q(**{f"{column}__iregex": pattern})
    return found


def filtered(rows: QuerySet, params: Mapping[str, str], columns: Mapping[str, Iterable[str]]) -> QuerySet:  # type: ignore[type-arg]
    condition = matching(params, columns)
    return rows if condition is None else rows.filter(condition)


def _pattern(wanted: str) -> str:
    escaped = ".*".join(re.sub(r"(\W)", r"\\\1", part) for part in re.split(r"\*+", wanted))
    return f"^{escaped}$" if "*" in wanted else escaped


def in_order(interactions: Interactions, params: Mapping[str, str]) -> Interactions:
    """As `sortBy` and `sortMethod` ask for, newest first without them. Raises Invalid."""
    by = params.get("sortBy", "receivedDate")
    method = params.get("sortMethod", "desc" if by == "receivedDate" else "asc")
    if by not in _SORTED_BY:
        raise outside_values("sortBy", f"lists are not sorted by {by!r}")
    if method not in ("asc", "desc"):
        raise outside_values("sortMethod", "sortMethod is asc or desc")
    sign = "-" if method == "desc" else ""
    return interactions.order_by(f"{sign}{_SORTED_BY[by]}", f"{sign}id")
