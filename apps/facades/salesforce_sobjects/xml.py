"""The object API in XML: the same bodies and answers as in JSON, as elements (sobjects 2.4, P-08)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from apps.facades.salesforce import xml

# Lists, even where one item stands alone.
_LISTS = frozenset({"batchRequests", "compositeRequest", "fields", "ids", "records", "sobjects"})
_FLAGS = frozenset({"allOrNone", "collateSubrequests", "haltOnError"})
_ATTRIBUTES = ("type", "url", "referenceId")
_TRUTH = {"true": True, "false": False}
_DEEPEST = 16
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})\+0000", re.ASCII)


class XMLBody(BaseParser):
    """The root's name is not looked at; children are fields, a repeated one is a list, `xsi:nil` clears."""

    media_type = "application/xml"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return _parts(xml.root_of(stream), 1)


def _parts(element: Element, depth: int) -> dict[str, Any]:
    if depth > _DEEPEST:
        raise ParseError(f"{xml.tag_of(element)} is nested too deeply")
    told = {name: element.attrib[name] for name in _ATTRIBUTES if name in element.attrib}
    found: dict[str, Any] = {"attributes": told} if told else {}
    for child in element:
        name, value = xml.tag_of(child), _value(child, depth + 1)
        if name in _LISTS or (name in found and isinstance(found[name], list)):
            found.setdefault(name, []).append(value)
        elif name in found:
            found[name] = [found[name], value]
        else:
            found[name] = value
    return found


def _value(element: Element, depth: int) -> Any:
    if xml.is_nil(element):
        return None
    if len(element):
        return _parts(element, depth)
    text = element.text or ""
    return _TRUTH.get(text.strip(), text) if xml.tag_of(element) in _FLAGS else text


class XMLAnswer(BaseRenderer):
    """The root is named for what the answer is, or by the view's `xml_root`."""

    media_type = "application/xml"
    format = "xml"
    charset = "UTF-8"

    def render(self, data: Any, media_type: Any = None, context: Any = None) -> bytes:
        if data is None:
            return b""
        root = _document(data, context["view"], context["response"].status_code)
        if context["request"].headers.get("X-PrettyPrint") == "1":
            ElementTree.indent(root)
        return xml.document(root)


def _document(data: Any, view: Any, status: int) -> Element:
    if isinstance(data, Mapping):
        root = Element(_name_of(data) or _root_of(view))
        _fill(root, data)
        return root
    root = Element("Errors" if status >= 400 else _root_of(view))
    for item in data:
        _fill(SubElement(root, "Error" if status >= 400 else _name_of(item) or "Item"), item)
    return root


def _root_of(view: Any) -> str:
    return getattr(view, "xml_root", None) or "Results"


def _name_of(data: Any) -> str | None:
    """What the answer is, where it shows: a record, a save's result, rows of a query."""
    if not isinstance(data, Mapping):
        return None
    if "attributes" in data:
        return str(data["attributes"]["type"])
    return "Result" if "success" in data else "QueryResult" if "totalSize" in data else None


def _fill(element: Element, value: Any) -> None:
    if not isinstance(value, Mapping):
        xml.fill(element, _TIME.sub(r"\1Z", value) if isinstance(value, str) and _TIME.fullmatch(value) else value)
        return
    for name, part in _pairs(value):
        if name == "attributes":
            element.attrib.update({key: xml.text_of(text) for key, text in part.items()})
        else:
            _fill(SubElement(element, name), part)


def _pairs(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Lists repeat their element."""
    for name, part in value.items():
        if isinstance(part, list):
            yield from ((name, item) for item in part)
        else:
            yield name, part
