"""Every address of the product, out of the URL configuration, with the names of its arguments."""

import re
from collections.abc import Iterator
from itertools import product

from django.urls import URLPattern, URLResolver
from django.urls.resolvers import RoutePattern
from django.utils.regex_helper import normalize

_ALTERNATIVES = re.compile(r"\(\?:([^()]*\|[^()]*)\)(?![?*])")
_OPTIONAL = re.compile(r"\(\?:([^()]*)\)\?")


def addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """(address with `%(name)s` for each argument, the names), in the order of the configuration."""
    for each in patterns:
        own = _expression(each)
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, before + own)
        else:
            for written in _ways(before + own):
                yield from ((f"/{text}", tuple(names)) for text, names in normalize(written))


def _expression(each: URLPattern | URLResolver) -> str:
    """The pattern as a regular expression without its anchors."""
    found = each.pattern.regex.pattern
    if isinstance(each.pattern, RoutePattern):
        found = re.sub(r"\(\?P<(\w+)>[^()]*(\([^()]*\)[^()]*)*\)", r"(?P<\1>x)", found)
    return str(found).removeprefix("^").replace(r"\A", "").replace(r"\Z", "").removesuffix("$").replace("$", "")


def _ways(written: str) -> Iterator[str]:
    """With one of each pair of alternatives, and with what is optional."""
    written = _OPTIONAL.sub(r"(?:\1)", written)
    parts = _ALTERNATIVES.split(written)
    choices = [[part] if at % 2 == 0 else part.split("|") for at, part in enumerate(parts)]
    for chosen in product(*choices):
        yield "".join(chosen)
