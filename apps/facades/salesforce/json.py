"""JSON in and out."""

import json
from collections.abc import Mapping
from typing import Any

from rest_framework import exceptions
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer

_INDENT = 2


class StrictJSON(JSONParser):
    """JSON in UTF-8, whatever nesting, numbers or characters somebody thinks of."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            text = stream.read().decode("utf-8-sig")
            data = json.loads(text, parse_constant=_no_number)
            if "\\ud" in text.lower():  # an escape may name half a character, which no answer could repeat
                json.dumps(data, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            problem = "half a character" if isinstance(error, UnicodeEncodeError) else str(error)
            raise exceptions.ParseError(problem) from error
        return data


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no JSON value")


class UTF8JSON(JSONRenderer):
    """In one line, or indented for a client that wants to read it: `X-PrettyPrint: 1` (sobjects 2.2)."""

    charset = "UTF-8"  # clients look for it

    def get_indent(self, accepted_media_type: str, renderer_context: Mapping[str, Any]) -> int | None:
        request = renderer_context.get("request")
        return _INDENT if request and request.headers.get("X-PrettyPrint") == "1" else None
