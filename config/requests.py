"""Requests and answers of the push process: what thousands of waiting clients cost is mostly what Django makes of each.

A request is understood as far as it is asked, and the usual answer is sent as the bytes that it is.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from io import BytesIO
from typing import Any

from django.core.handlers.asgi import ASGIRequest


class _Headers(Mapping[str, str]):
    """By their names in any case."""

    def __init__(self, pairs: Any) -> None:
        self._own: dict[str, str] = {
            name.decode("latin1"): value.decode("latin1") for name, value in pairs
        }  # ASGI: in lower case

    def __getitem__(self, name: str) -> str:
        return self._own[name.lower()]

    def get(self, name: str, default: Any = None) -> Any:  # the inherited one goes by an exception
        return self._own.get(name.lower(), default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._own)

    def __len__(self) -> int:
        return len(self._own)


class PushRequest(ASGIRequest):
    """Django's, made in a tenth of its time: `META` and what hangs on it are worked out when somebody looks."""

    def __init__(self, scope: Any, body: bytes) -> None:
        self.scope = scope
        self.method = scope["method"]
        self.path = self.path_info = scope["path"]
        self.script_name = ""
        self.resolver_match = None
        self._body = body
        self._read_started = True
        self._post_parse_error = False

    @cached_property
    def META(self) -> dict[str, Any]:  # type: ignore[override]
        return ASGIRequest(self.scope, BytesIO()).META

    @cached_property
    def headers(self) -> Any:
        return _Headers(self.scope["headers"])
