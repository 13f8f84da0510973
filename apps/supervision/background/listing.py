"""The list of jobs: what narrows it, its columns, its pages by key, and all of it as a file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.common.looking import Narrowed, page_within
from apps.common.paging import Order, Page
from apps.common.storable import unstorable
from apps.common.words import later as _
from apps.exports.columns import Column, Kind, Row
from apps.exports.sources import Table
from apps.jobs.models import Job, JobState
from apps.jobs.operations import visible_to
from apps.supervision.records.columns import Heading, SetupList
from apps.supervision.records.own import OwnList
from apps.tenants.scope import scope

PAGE_SIZE = 50
_WINDOW = 500
_HEADINGS = (
    Heading("by", _("By"), 9),
    Heading("state", _("State"), 7),
    Heading("progress", _("Progress"), 8),
    Heading("outcome", _("Outcome"), 14),
    Heading("started_at", _("Started"), 9),
    Heading("ended_at", _("Ended"), 9),
    Heading("file_name", _("File"), 10),
)
_FIRST = ("by", "state", "progress", "outcome")
_VALUES: Mapping[str, Callable[[Job], Any]] = {
    "by": lambda job: job.by.name,
    "state": lambda job: job.get_state_display(),
    "progress": lambda job: job.done,
    "outcome": lambda job: job.outcome,
    "started_at": lambda job: job.started_at,
    "ended_at": lambda job: job.ended_at,
    "file_name": lambda job: job.file_name,
}
_KINDS = {"progress": Kind.INTEGER, "started_at": Kind.TIME, "ended_at": Kind.TIME}


def sees_all(user: User) -> bool:
    return permits(user, Permission.PLATFORM_VIEW_ALL)


def found(asked: QueryDict, by: User, *, given: Mapping[str, str] | None = None, size: int = PAGE_SIZE) -> Page:
    """One page of what `by` may see, the newest first unless asked otherwise. What cannot be read narrows nothing."""
    rows = kept = visible_to(by)
    if asked.get("whose") == "mine":
        rows = kept = rows.filter(by=by)
    if asked.get("state") in JobState.values:
        kept = kept.filter(state=asked["state"])
    if (text := asked.get("q", "").strip()) and not unstorable(text):
        kept = kept.filter(title__icontains=text)
    place = given or {}
    return page_within(
        Narrowed(rows, kept),
        Order("", "id", asked.get("order") == "oldest"),
        size=size,
        older_than=place.get("older_than"),
        newer_than=place.get("newer_than"),
    )


def jobs_table(asked: QueryDict, by: User) -> Table:
    """What the filters leave of what `by` may see. In scope."""
    headings = LIST.headings(asked)

    def windows() -> Iterator[Sequence[Row]]:
        place: str | None = ""
        while place is not None:
            with scope(by.tenant), timezone.override(by.zone):
                page = found(asked, by, given={"older_than": place}, size=_WINDOW)
                yield [
                    [job.title, job.created_at, *(_VALUES[each.name](job) for each in headings)] for job in page.rows
                ]
            place = page.older

    def count(most: int | None) -> int:
        total, place = 0, ""
        while most is None or total <= most:
            page = found(asked, by, given={"older_than": place}, size=_WINDOW)
            total += len(page.rows)
            if page.older is None:
                break
            place = page.older
        return total

    columns = [Column("title", gettext("Job")), Column("created_at", gettext("Asked for"), Kind.TIME)]
    columns += [Column(each.name, each.label, _KINDS.get(each.name, Kind.TEXT)) for each in headings]
    return Table("jobs", gettext("Jobs"), columns, windows, count)


def _said(asked: QueryDict) -> list[tuple[str, str]]:
    told = [
        (gettext("Find"), asked.get("q", "")),
        (gettext("State"), str(dict(JobState.choices).get(asked.get("state", ""), ""))),
        (gettext("Whose"), gettext("Only mine") if asked.get("whose") == "mine" else ""),
        (gettext("Order"), gettext("Oldest first") if asked.get("order") == "oldest" else ""),
    ]
    return [(label, value) for label, value in told if value]


LIST = OwnList(
    SetupList(Job._meta.label_lower, _("jobs"), Job, {each.name: each for each in _HEADINGS}, _FIRST),
    "jobs",
    lambda user: True,  # everybody who comes in sees the own ones
    _said,
    jobs_table,
)
LIST.register()
