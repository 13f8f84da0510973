"""What XML means in every Salesforce dialect: safe to read, and able to say null and what XML cannot carry."""

import re
from typing import Any
from xml.etree import ElementTree

from defusedxml import ElementTree as Safe
from rest_framework.exceptions import ParseError

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

ElementTree.register_namespace("xsi", "http://www.w3.org/2001/XMLSchema-instance")


def root_of(stream: Any) -> ElementTree.Element:
    """The root of a body in UTF-8 or UTF-16. No document types, no outside entities."""
    try:
        root: ElementTree.Element = Safe.fromstring(stream.read(), forbid_dtd=True)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise ParseError(f"{type(error).__name__}") from error
    return root


def tag_of(element: ElementTree.Element) -> str:
    """Its name, whatever the namespace."""
    return str(element.tag).rpartition("}")[2]


def is_nil(element: ElementTree.Element) -> bool:
    return element.get(NIL) in ("true", "1")


def fill(element: ElementTree.Element, value: Any) -> None:
    """One plain value, or null, as the element's text."""
    if value is None:
        element.set(NIL, "true")
    else:
        element.text = text_of(value)


def text_of(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return _NO_XML.sub("\ufffd", text)  # what JSON may carry and XML may not


def document(root: ElementTree.Element) -> bytes:
    answer: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return answer
