"""Connect in XML: the same bodies as in JSON, as elements (C-35)."""

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from apps.facades.salesforce import xml

_REQUEST_ROOT = "engagementContainer"
_ITEMS = {
    "engagementAttendees": "engagementAttendee",
    "engagementTopics": "engagementTopic",
    "customFieldsList": "customFields",
}
_SHOWN_ITEMS = {**_ITEMS, "customFields": "customFields", "fields": "field"}
_OBJECTS = frozenset({_REQUEST_ROOT, "engagementInteraction", *_ITEMS.values()})
_DEEPEST = 8  # container, interaction, attendees, attendee, list, field, value, latitude


class XMLBody(BaseParser):
    """A request body, as the JSON one would be, with every value a text. No document types, no outside entities."""

    media_type = "application/xml"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        root = xml.root_of(stream)
        if xml.tag_of(root) != _REQUEST_ROOT:
            raise ParseError(f"the root element must be {_REQUEST_ROOT}")
        return _value(root, 1)


def _value(element: Any, depth: int) -> Any:
    tag = xml.tag_of(element)
    if xml.is_nil(element):
        return None
    if depth > _DEEPEST:
        raise ParseError(f"{tag} is nested too deeply")
    if tag in _ITEMS:
        return [_item(child, _ITEMS[tag], depth + 1) for child in element]
    if not len(element) and tag not in _OBJECTS:
        return (element.text or "").strip()
    found: dict[str, Any] = {}
    for child in element:
        if xml.tag_of(child) in found:
            raise ParseError(f"{xml.tag_of(child)} is given more than once")
        found[xml.tag_of(child)] = _value(child, depth + 1)
    return found


def _item(child: Any, expected: str, depth: int) -> Any:
    if xml.tag_of(child) != expected:
        raise ParseError(f"{xml.tag_of(child)} stands where {expected} is expected")
    return _value(child, depth)


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
        return xml.document(root)


def _fill(element: ElementTree.Element, value: Any) -> None:
    if isinstance(value, Mapping):
        for name, part in value.items():
            _fill(ElementTree.SubElement(element, name), part)
    elif isinstance(value, list):
        for item in value:
            _fill(ElementTree.SubElement(element, _SHOWN_ITEMS[element.tag]), item)
    else:
        xml.fill(element, value)
