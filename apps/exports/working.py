"""Sending a table straight away, or as a job that writes its file."""

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.http import QueryDict, StreamingHttpResponse
from django.utils.translation import gettext, ngettext

from apps.accounts.hiding import hides_numbers, in_text, in_value
from apps.accounts.models import User
from apps.common.words import figure, said_in, spoken_now
from apps.events.ledger import publish
from apps.exports.columns import Row
from apps.exports.forms import FORMS
from apps.exports.sources import Table, source
from apps.jobs.models import Job
from apps.jobs.operations import start
from apps.jobs.registry import Progress, Run, job
from apps.tenants.scope import scope

KIND = "export"


def is_long(table: Table) -> bool:
    """Whether it is for a job rather than to be sent straight away."""
    most: int = settings.EXPORT_AT_ONCE
    return table.count(most) > most


def send(table: Table, form: str, asked: QueryDict, *, by: User) -> StreamingHttpResponse:
    """The file, written while it is read. Publishes `data.exported`."""
    pieces = FORMS[form].write(table.columns, by.zone, windows_for(table, by))
    return send_pieces(pieces, table, form, FORMS[form].content_type, asked, by=by)


def send_pieces(
    pieces: Iterator[bytes], table: Table, form: str, content_type: str, asked: QueryDict, *, by: User
) -> StreamingHttpResponse:
    """What tells the same as the table in a form of its own. Publishes `data.exported`."""
    tell(table, form, asked.urlencode(), table.count(settings.EXPORT_AT_ONCE), None, by=by)
    if hides_numbers(by) and content_type.startswith("text/plain"):
        pieces = (in_text(piece.decode()).encode() for piece in pieces)
    answer = StreamingHttpResponse(said_in(spoken_now(), pieces), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{table.name}.{form}"'
    answer["Cache-Control"] = "no-store"
    return answer


def windows_for(table: Table, by: User) -> Iterator[Sequence[Row]]:
    """The table's rows, with phone numbers as `by` may see them."""
    if not hides_numbers(by):
        return table.windows()
    return (
        [[in_value(value, column.key) for value, column in zip(row, table.columns, strict=True)] for row in rows]
        for rows in table.windows()
    )


def send_later(name: str, table: Table, form: str, asked: QueryDict, *, by: User) -> Job:
    """The job that makes the file of the source of this name. Publishes `job.started`; raises NotAllowed."""
    title = gettext("{table} as {form}").format(table=table.title, form=FORMS[form].label)
    return start(KIND, {"source": name, "form": form, "asked": asked.urlencode()}, by=by, title=title)


@job(KIND)
def export(run: Run) -> Iterator[Progress]:
    """Write the file. Publishes `data.exported`."""
    form, asked = FORMS[run.parameters["form"]], run.parameters["asked"]
    with scope(run.tenant):
        table = source(run.parameters["source"])(QueryDict(asked), run.by)
        total = table.count(None)
    yield Progress(0, total)
    read = 0

    def counted() -> Iterator[Sequence[Row]]:
        nonlocal read
        for rows in windows_for(table, run.by):
            read += len(rows)
            yield rows

    with run.new_file(f"{table.name}.{run.parameters['form']}").open("wb") as file:
        for piece in form.write(table.columns, run.by.zone, counted()):
            file.write(piece)
            yield Progress(read, max(total, read))
    with scope(run.tenant):
        tell(table, run.parameters["form"], asked, read, run.job_uuid, by=run.by)
    run.outcome = ngettext("{number} row.", "{number} rows.", read).format(number=figure(read))
    yield Progress(read, read)


def tell(table: Table, form: str, asked: str, rows: int, job_uuid: str | None, *, by: User) -> None:
    told = {"what": str(table.title), "format": form, "asked": asked, "rows": rows, "job": job_uuid}
    publish("data.exported", by_id=by.pk, audience=[by.pk], data={"export": told})
