"""One field of one record, written where it stands in a list or on a page, and never over somebody else's head."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.engagements.forms.record import editable
from apps.engagements.lists import RecordList
from apps.supervision.interactions import editing
from apps.supervision.interactions.views import with_lookups
from apps.supervision.records.cells import cells_of
from apps.supervision.records.columns import every
from apps.supervision.records.listing import address_of
from apps.supervision.records.views import name_of, page, user_of


@require_http_methods(["GET", "POST"])
def cell(request: HttpRequest, listed: RecordList, pk: int, name: str) -> HttpResponse:
    """GET shows the value, with `edit` its form; POST writes it.

    If somebody wrote the field since it was shown, nothing is written: both values are said, either is a press away.
    """
    user = user_of(request)
    column = {each.name: each for each in editable(listed.sobject)}.get(name)
    row = listed.seen_by(user, {}).filter(pk=pk).select_related("last_modified_by").first()
    if column is None or row is None:
        raise Http404
    editor = editing.EDITORS[listed.name]
    parent = row if listed.name == "interactions" else getattr(row, "engagement", None)
    one: Any = None
    if request.method == "POST":
        one = editing.save(editor, parent, row, request.POST, by=user, columns=[column])
        if one is None:
            row.refresh_from_db()
    elif "edit" in request.GET:
        one = editing.shown(editor, parent, row, columns=[column])
    if one:
        one.form.auto_id = f"id_{pk}_%s"  # several may be open
        with_lookups(one)
    (cells,) = cells_of(listed.sobject, [column], [row])
    context = {
        "heading": every(listed)[name],
        "cell": cells[0],
        "record": row,
        "one": one,
        "is_saved": request.method == "POST" and one is None,
        "cell_url": reverse(f"{name_of(listed)}_cell", args=[pk, name]),
        "address": address_of(listed, row),
        "may_change": True,
        "field": one.form[name] if one else None,
        "tag": "dd" if request.GET.get("as") == "dd" else "",  # where it stands: among facts, or in a table
        "theirs": one.differences[0] if one and one.differences else None,
    }
    return page(request, "supervision/records/_cell.html", context)  # 200 also if refused, or it would not be shown
