"""Connect in XML: the same bodies as in JSON, as elements (C-35)."""

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from defusedxml import ElementTree as Safe
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

_REQUEST_ROOT = "engagementContainer"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_ITEMS = {
    "engagementAttendees": "engagementAttendee",
    "engagementTopics": "engagementTopic",
    "customFieldsList": "customFields",
}
_SHOWN_ITEMS = {**_ITEMS, "customFields": "customFields", "fields": "field"}
_OBJECTS = frozenset({_REQUEST_ROOT, "engagementInteraction", *_ITEMS.values()})
_DEEPEST = 8  # container, interaction, attendees, attendee, list, field, value, latitude
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

ElementTree.register_namespace("xsi", "http://www.w3.org/2001/XMLSchema-instance")


class XMLBody(BaseParser):
    """A request body, as the JSON one would be, with every value a text. No document types, no outside entities."""

    media_type = "application/xml"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            root = Safe.fromstring(stream.read(), forbid_dtd=True)
        except (ElementTree.ParseError, ValueError, LookupError) as error:
            raise ParseError(f"{type(error).__name__}") from error
        if _tag(root) != _REQUEST_ROOT:
            raise ParseError(f"the root element must be {_REQUEST_ROOT}")
        return _value(root, 1)


def _value(element: Any, depth: int) -> Any:
    tag = _tag(element)
    if element.get(_NIL) in ("true", "1"):
        return None
    if depth > _DEEPEST:
        raise ParseError(f"{tag} is nested too deeply")
    if tag in _ITEMS:
        return [_item(child, _ITEMS[tag], depth + 1) for child in element]
    if not len(element) and tag not in _OBJECTS:
        return element.text or ""
    found: dict[str, Any] = {}
    for child in element:
        if _tag(child) in found:
            raise ParseError(f"{_tag(child)} is given more than once")
        found[_tag(child)] = _value(child, depth + 1)
    return found


def _item(child: Any, expected: str, depth: int) -> Any:
    if _tag(child) != expected:
        raise ParseError(f"{_tag(child)} stands where {expected} is expected")
    return _value(child, depth)


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


class XMLAnswer(BaseRenderer):
    """An answer as elements; the root of a success is the view's `xml_root`."""

    media_type = "application/xml"
    format = "xml"
    charset = "UTF-8"

    def render(self, data: Any, media_type: Any = None, context: Any = None) -> bytes:
        if data is None:
            return b""
        if isinstance(data, Mapping):
            root = ElementTree.Element(context["view"].xml_root)
            _fill(root, data)
        else:
            root = ElementTree.Element("Errors")
            for error in data:
                _fill(ElementTree.SubElement(root, "Error"), error)
        answer: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
        return answer


def _fill(element: ElementTree.Element, value: Any) -> None:
    if isinstance(value, Mapping):
        for name, part in value.items():
            _fill(ElementTree.SubElement(element, name), part)
    elif isinstance(value, list):
        for item in value:
            _fill(ElementTree.SubElement(element, _SHOWN_ITEMS[element.tag]), item)
    elif value is None:
        element.set(_NIL, "true")
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        element.text = _NO_XML.sub("\ufffd", text)  # what JSON may carry and XML may not
