"""Mail's HTML, made harmless, and what it says as plain text."""

import html
import re

import nh3

_LONGEST = 1_000_000  # characters looked at
_DEEPEST = 2_000  # elements, each within the other; cleaning takes the square of it
# What runs, is fetched, or takes the page over is not kept: pictures tell their sender who reads, and when.
_TAGS = nh3.ALLOWED_TAGS - {"img", "map", "area"}
_UNSAID = {"script", "style", "title"}
_ENDS_LINE = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6])(?=[\s/>])", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")
_CLOSED_BY_OTHERS = set(
    ["br", "hr", "img", "p", "li", "td", "th", "tr", "dd", "dt", "meta", "link", "input", "option", "col"]
)
_EMPTY_LINES = re.compile(r"\n[ \t]*\n[ \t\n]*")


def clean(text: str) -> str:
    """Empty for what is nested beyond all reason."""
    if _is_too_deep(text[:_LONGEST]):
        return ""
    return nh3.clean(text[:_LONGEST], tags=_TAGS, clean_content_tags=_UNSAID)


def as_text(text: str) -> str:
    """What a reader without HTML sees."""
    lines = _ENDS_LINE.sub(r"\n\g<0>", text[:_LONGEST])
    is_too_deep = _is_too_deep(lines)
    bare = _ANY_TAG.sub("", lines) if is_too_deep else nh3.clean(lines, tags=set(), clean_content_tags=_UNSAID)
    plain = html.unescape(bare)
    return _EMPTY_LINES.sub("\n\n", plain.replace("\xa0", " ")).strip()


def _is_too_deep(text: str) -> bool:
    depth = 0
    for tag in _TAG.finditer(text):
        if tag[2].lower() not in _CLOSED_BY_OTHERS:
            depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > _DEEPEST:
            return True
    return False
