"""The envelopes of the SOAP login (sobjects 12.4): what is asked, read without trust, and the answers."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.utils.html import escape
from rest_framework.exceptions import ParseError

from apps.facades.salesforce.xml import root_of, tag_of, text_of

_DEEPEST = 8
_ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" \
xmlns:sf="urn:fault.{vocabulary}.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\
<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"""
_FAULT = """<soapenv:Fault><faultcode>sf:{code}</faultcode><faultstring>{code}: {message}</faultstring><detail>\
<sf:{kind} xsi:type="sf:{kind}"><sf:exceptionCode>{code}</sf:exceptionCode>\
<sf:exceptionMessage>{message}</sf:exceptionMessage></sf:{kind}></detail></soapenv:Fault>"""


class Fault(Exception):
    """What is answered in place of a result."""

    def __init__(self, code: str, message: str, kind: str = "UnexpectedErrorFault") -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.kind = code, message, kind


@dataclass(frozen=True)
class Call:
    """`name` is the call's, `values` its elements' texts; `headers` those of all header elements."""

    name: str
    values: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def read(body: bytes) -> Call:
    """The call in an envelope. Raises Fault; document types and entities are refused unread."""
    try:
        root = root_of(BytesIO(body))
    except ParseError:
        raise Fault("INVALID_SOAP", "the request is no envelope that can be read") from None
    header, content = _child(root, "Header"), _child(root, "Body")
    call = next(iter(content), None) if content is not None and tag_of(root) == "Envelope" else None
    if call is None:
        raise Fault("INVALID_SOAP", "the envelope holds no call")
    return Call(tag_of(call), _texts(call), _texts(header) if header is not None else {})


def result(vocabulary: str, name: str, **values: Any) -> str:
    """The envelope of a call's result."""
    inner = f"<result>{elements(values)}</result>" if values else ""
    namespace = f"urn:{vocabulary}.soap.sforce.com"
    return _envelope(vocabulary, f'<{name}Response xmlns="{namespace}">{inner}</{name}Response>')


def fault(vocabulary: str, refused: Fault) -> str:
    return _envelope(
        vocabulary, _FAULT.format(code=escape(refused.code), message=escape(refused.message), kind=refused.kind)
    )


def elements(values: dict[str, Any]) -> str:
    return "".join(f"<{name}>{_content(value)}</{name}>" for name, value in values.items())


def _content(value: Any) -> str:
    if isinstance(value, dict):
        return elements(value)
    return escape(text_of(value))


def _envelope(vocabulary: str, body: str) -> str:
    return _ENVELOPE.format(vocabulary=vocabulary, body=body)


def _child(element: Any, name: str) -> Any:
    return next((child for child in element if tag_of(child) == name), None)


def _texts(element: Any) -> dict[str, str]:
    """The texts below an element, by name; the first of a name counts."""
    found: dict[str, str] = {}
    level = list(element)
    for _ in range(_DEEPEST):
        for each in level:
            found.setdefault(tag_of(each), each.text or "")
        level = [child for each in level for child in each]
    return found
