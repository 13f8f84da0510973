"""`{% load lists %}`: a cell of a list of records."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from apps.common.display import icon
from apps.supervision.records.cells import Cell
from apps.supervision.records.columns import Heading

register = template.Library()


@register.simple_tag
def shown_cell(
    heading: Heading,
    cell: Cell,
    record: Any,
    *,
    may_change: bool = False,
    url: str = "",
    tag: str = "",
    is_saved: bool = False,
) -> SafeString:
    """What a cell says, with the button that opens its form. `url` is the form's, seen from elsewhere than the list.

    Written here, because a template for each of some hundreds of cells took longer than all queries.
    """
    table = format_html('td role="cell" data-label="{}"', heading.label)
    return format_html(
        '<{} class="sw-cell{}" title="{}"><span class="sw-cell__in"><bdi{}>{}</bdi>{}{}</span></{}>',
        tag or table,
        " n" if heading.is_number else "",
        cell.text,
        _LEFT_TO_RIGHT if cell.is_left_to_right else "",
        cell.text or "–",
        format_html('<span class="sw-vh" role="status">{}</span>', gettext("Saved.")) if is_saved else "",
        _button(heading, record, url, tag) if may_change and heading.edits else "",
        tag or "td",
    )


_LEFT_TO_RIGHT = mark_safe(' dir="ltr"')


def _button(heading: Heading, record: Any, url: str, tag: str) -> SafeString:
    return format_html(
        '<button type="button" class="sw-btn sw-btn--ghost sw-btn--icon sw-btn--s sw-cell__edit" '
        'hx-get="{}?edit=1{}" hx-target="closest .sw-cell" hx-swap="outerHTML" aria-label="{}">{}</button>',
        url or f"{record.pk}/cell/{heading.name}/",
        f"&as={tag}" if tag else "",
        gettext("Edit %(label)s of %(name)s") % {"label": heading.label, "name": record.name},
        icon("edit", True),
    )
