"""`{% load board %}`: a number of the board."""

from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.common.display import epoch, icon, running
from apps.supervision.board.figures import Cell

register = template.Library()


@register.simple_tag
def cell(cells: Mapping[str, Cell], name: str) -> SafeString:
    """The number of this name, with its level in colour and words, leading to its rows.

    Written here, because a template for each of some hundreds of numbers took longer than all queries.
    """
    one = cells[name]
    number: SafeString | str = running(one.since) if one.since else one.text
    if one.address:
        number = format_html('<a href="{}">{}</a>', one.address, number)
    if one.level.level:
        sign = icon(one.level.level, small=True)
        number = format_html('<span class="sw-level" data-level="{}">{}{}</span>', one.level.level, sign, number)
    if one.level.due:
        number = format_html('{}<i hidden data-due="{}"></i>', number, epoch(one.level.due))
    if says := one.note or one.level.says:
        number = format_html('{}<span class="sw-sub">{}</span>', number, says)
    return format_html("{}", number)
