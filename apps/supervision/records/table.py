"""A list of records to take away, in the columns that somebody chose, read a window at a time."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.common.errors import Forbidden
from apps.common.looking import page_within
from apps.engagements.lists import LISTS, RecordList
from apps.exports.columns import Column
from apps.exports.columns import Row as Values
from apps.exports.sources import Table, register
from apps.objects.columns import Column as Field
from apps.supervision.interactions.table import SOURCE
from apps.supervision.records.cells import column_for, values_of
from apps.supervision.records.columns import chosen
from apps.tenants.scope import scope

WINDOW = 500  # records in one transaction
# Interactions come with their figures (`interactions.table`).
SOURCES: Mapping[str, str] = {name: SOURCE if name == "interactions" else f"records:{name}" for name in LISTS}


def records_table(listed: RecordList, asked: QueryDict, by: User) -> Table:
    """What the filters leave of what `by` may see. In scope. Raises Forbidden to whom the list shows nothing."""
    meta = listed.sobject.model._meta
    if not by.has_perm(f"{meta.app_label}.view_{meta.model_name}"):
        raise Forbidden(gettext("this list is not for you"))
    names = [name for name in asked.get("columns", "").split(",") if name]
    fields = [heading.column for heading in chosen(listed, names) if heading.column]

    def count(most: int | None) -> int:
        if most is None:
            return listed.found(asked, by=by).order_by().count()
        number, is_all = listed.looked(asked, by=by).at_most(most, listed.sorting(asked))
        return number if is_all else most + 1

    columns = [Column("name", gettext("Name")), Column("id", gettext("Id")), *map(column_for, fields)]
    windows = partial(_windows, listed, asked, by, fields)
    return Table(listed.english.replace(" ", "-"), str(capfirst(listed.plural)), columns, windows, count)


def _windows(listed: RecordList, asked: QueryDict, by: User, fields: Sequence[Field]) -> Iterator[Sequence[Values]]:
    """Each begins where the last one ended."""
    position: str | None = None
    while True:
        with scope(by.tenant), timezone.override(by.zone):  # the days of the filters are the viewer's
            found = listed.looked(asked, by=by)
            page = page_within(found, listed.sorting(asked), size=WINDOW, older_than=position)
            told = values_of(listed.sobject, fields, page.rows)
            rows = [[row.name, row.public_id, *each] for row, each in zip(page.rows, told, strict=True)]
        yield rows
        if page.older is None:
            return
        position = page.older


for _name, _listed in LISTS.items():
    if _name != "interactions":
        register(SOURCES[_name], partial(records_table, _listed))
