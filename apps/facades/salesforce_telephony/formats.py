"""JSON and XML in and out (voice 2.3, 2.7)."""

import codecs
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any
from xml.etree import ElementTree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

JSON, XML = "json", "xml"
_FORMATS = {"application/json": JSON, "application/xml": XML, "text/xml": XML}
_ROOT = "VoiceCallResponse"
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # characters that XML 1.0 cannot hold


def _format(media_type: str) -> str | None:
    """A published client sends `application/json; utf-8`: whatever follows the type is not looked at."""
    return _FORMATS.get(media_type.partition(";")[0].strip().lower())


class JSONParser(BaseParser):
    media_type = "application/json"
    format = JSON

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            return json.loads(stream.read(), parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError("The body is no readable JSON.") from error


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


class XMLParser(BaseParser):
    """Any root; children are the properties, a repeated child is a list (V-12)."""

    media_type = "application/xml"
    format = XML

    def parse(self, stream: IO[Any], media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            root = fromstring(stream.read(), forbid_dtd=True)
            return _properties(root)
        except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as error:
            raise ParseError("The body is no readable XML.") from error


def _properties(element: ElementTree.Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in element:
        name = child.tag.rpartition("}")[2]
        value = _properties(child) if len(child) else child.text
        if name in found:
            before = found[name]
            found[name] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            found[name] = value
    return found


class XMLRenderer(BaseRenderer):
    media_type = "application/xml"
    format = XML
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        root = ElementTree.Element(_ROOT)
        root.extend(_elements(data or {}))
        return codecs.encode(ElementTree.tostring(root, encoding="unicode", xml_declaration=True), "utf-8")


def _elements(data: Mapping[str, Any]) -> Iterator[ElementTree.Element]:
    for name, value in data.items():
        values: Sequence[Any] = (value or [""]) if isinstance(value, list) else [value]
        for item in values:
            element = ElementTree.Element(name)
            element.text = _NOT_XML.sub("\ufffd", str(item))
            yield element


class Negotiation(BaseContentNegotiation):
    """The answer's format follows Accept if it names one of the two, else the request's, else JSON (V-12)."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        kind = _format(request.content_type or "")
        return next((parser for parser in parsers if parser.format == kind), None)

    def select_renderer(self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None) -> Any:
        accepted = (_format(part) for part in request.headers.get("Accept", "").split(","))
        kind = next((kind for kind in accepted if kind), None) or _format(request.content_type or "") or JSON
        renderer = next(renderer for renderer in renderers if renderer.format == kind)
        return renderer, renderer.media_type


RENDERERS = (JSONRenderer, XMLRenderer)
PARSERS = (JSONParser, XMLParser)
