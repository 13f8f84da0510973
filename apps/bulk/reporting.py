"""What a bulk action did, row by row, as a file."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext

from apps.bulk.actions import as_text
from apps.bulk.models import BulkRow, Outcome
from apps.common.words import later as _
from apps.exports.columns import Column, Row
from apps.exports.forms import FORMS
from apps.exports.sources import Table
from apps.exports.working import windows_for
from apps.jobs.models import Job
from apps.jobs.registry import Run
from apps.tenants.scope import scope

WINDOW = 1000

_COLUMNS = (
    Column("name", _("Record")),
    Column("outcome", _("What became of it")),
    Column("said", _("Why")),
    Column("before", _("Before")),
    Column("after", _("After")),
    Column("key", _("Number")),
)


def table(job: Job) -> Table:
    """In the order in which the job came to them."""

    def windows() -> Iterator[Sequence[Row]]:
        last = 0
        while True:
            with scope(job.tenant):
                rows = list(BulkRow.objects.filter(job=job, pk__gt=last).order_by("pk")[:WINDOW])
            yield [_row(row) for row in rows]
            if len(rows) < WINDOW:
                return
            last = rows[-1].pk

    def count(most: int | None) -> int:
        found = BulkRow.objects.filter(job=job).order_by()
        return (found if most is None else found[: most + 1]).count()

    return Table("what-was-done", gettext("What was done: {title}").format(title=job.title), _COLUMNS, windows, count)


def write_file(run: Run, job: Job) -> None:
    """The job's file."""
    told = table(job)
    with run.new_file(f"{told.name}.csv").open("wb") as file:
        for piece in FORMS["csv"].write(told.columns, run.by.zone, windows_for(told, run.by)):
            file.write(piece)


def _row(row: BulkRow) -> Row:
    return [row.name, Outcome(row.outcome).label, row.said, _text(row.before), _text(row.after), str(row.key)]


def _text(value: Any) -> str | None:
    return None if value in (None, "") else as_text(value)
