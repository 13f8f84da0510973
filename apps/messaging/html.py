"""Mail's HTML, made harmless, and what it says as plain text."""

import html
import re

import nh3

_LONGEST = 1_000_000  # characters looked at
# What runs, is fetched, or takes the page over is not kept: pictures tell their sender who reads, and when.
_TAGS = nh3.ALLOWED_TAGS - {"img", "map", "area"}
_UNSAID = {"script", "style", "title"}
_ENDS_LINE = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6])(?=[\s/>])", re.IGNORECASE)
_EMPTY_LINES = re.compile(r"\n[ \t]*\n[ \t\n]*")


def clean(text: str) -> str:
    return nh3.clean(text[:_LONGEST], tags=_TAGS, clean_content_tags=_UNSAID)


def as_text(text: str) -> str:
    """What a reader without HTML sees."""
    lines = _ENDS_LINE.sub(r"\n\g<0>", text[:_LONGEST])
    plain = html.unescape(nh3.clean(lines, tags=set(), clean_content_tags=_UNSAID))
    return _EMPTY_LINES.sub("\n\n", plain.replace("\xa0", " ")).strip()
