"""`{% load board %}`: a number of the board."""

from collections.abc import Mapping

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from apps.supervision.board.figures import Cell

register = template.Library()


@register.simple_tag
def cell(cells: Mapping[str, Cell], name: str) -> SafeString:
    """The number of this name, with its level in colour and words, leading to its rows."""
    return render_to_string("supervision/board/_cell.html", {"cell": cells[name]})
