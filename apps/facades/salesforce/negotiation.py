"""JSON or XML."""

from collections.abc import Iterable
from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

_XML, _JSON = "application/xml", "application/json"


class OneRepresentation(BaseContentNegotiation):
    """JSON whatever the client accepts: an Accept that admits nothing of ours counts as missing (C-35)."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        content_type = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == content_type), None)

    def select_renderer(self, request: Request, renderers: Iterable[Any], format_suffix: Any = None) -> Any:
        first = next(iter(renderers))
        return first, first.media_type


class JSONOrXML(OneRepresentation):
    """XML only where it is asked for by name or preferred; an Accept that admits neither means JSON.

    An ending of the path decides before that where the route gives one (C-35); the object API gives none (P-04).
    """

    def select_renderer(self, request: Request, renderers: Iterable[Any], format_suffix: Any = None) -> Any:
        wanted = self._wanted(request)
        chosen = next(renderer for renderer in renderers if renderer.media_type == wanted)
        return chosen, chosen.media_type

    def _wanted(self, request: Request) -> str:
        suffix = request.parser_context["kwargs"].get("suffix")
        if suffix:
            return _XML if suffix == ".xml" else _JSON
        accept = request.headers.get("Accept", "")
        return _XML if _quality(accept, _XML) > _quality(accept, _JSON) else _JSON


def _quality(accept: str, media_type: str) -> float:
    """How much the header wants this type: the most exact range that covers it counts."""
    exactness, quality = -1, 0.0
    ranges = ("*/*", "application/*", media_type)
    for part in accept.split(","):
        name, *parameters = (each.strip().lower() for each in part.split(";"))
        if name in ranges and ranges.index(name) > exactness:
            exactness, quality = ranges.index(name), _q(parameters)
    return quality


def _q(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0
