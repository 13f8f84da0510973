"""One request inside another: the same paths, views and rules, without a second HTTP request or token check."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponseBase
from django.urls import Resolver404, resolve
from rest_framework.request import Request
from rest_framework.response import Response

from apps.facades.salesforce import WITHIN, error

_OURS = re.compile(r"/services/data/v\d{1,3}\.0/", re.ASCII)
_FROM_OUTSIDE = ("SERVER_NAME", "SERVER_PORT", "HTTP_HOST", "HTTP_X_FORWARDED_PROTO", "REMOTE_ADDR", "wsgi.url_scheme")
ALL_OR_NONE = "switchroom.all_or_none"  # in a subrequest's environment: overrides what its body says


@dataclass(frozen=True)
class Step:
    """One subrequest as it was sent."""

    method: str
    url: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    reference_id: str = ""


@dataclass(frozen=True)
class Answer:
    """What a subrequest came to."""

    status: int
    body: Any
    location: str | None = None
    is_rolled_back: bool = False  # answered with 200, and yet nothing was written

    @property
    def has_failed(self) -> bool:
        return self.status >= 400 or self.status == 300 or self.is_rolled_back


_NOTHING = Answer(404, [error("NOT_FOUND", "The requested resource does not exist")])


def run(outer: Request, step: Step, *, all_or_none: bool = False) -> Answer:
    """Send one subrequest to the view behind its address. `all_or_none`: whatever fails in it fails it as a whole."""
    if not _OURS.match(step.url):  # nor any page of this server that is no part of the API
        return _NOTHING
    inner = _inner_request(outer, step)
    inner.environ[WITHIN] = (outer.user, outer.auth)
    inner.environ[ALL_OR_NONE] = all_or_none
    try:
        match = inner.resolver_match = resolve(inner.path_info)
    except Resolver404:
        return _NOTHING
    answered = match.func(inner, *match.args, **match.kwargs)
    is_rolled_back = getattr(answered, "is_rolled_back", False)
    return Answer(answered.status_code, _body(answered), answered.headers.get("Location"), is_rolled_back)


def _inner_request(outer: Request, step: Step) -> WSGIRequest:
    content = b"" if step.body is None else json.dumps(step.body).encode()
    path, _, query = step.url.partition("?")
    kept = {key: outer.META[key] for key in _FROM_OUTSIDE if key in outer.META}
    given = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in step.headers.items()}
    return WSGIRequest(
        {
            **given,
            **kept,
            "REQUEST_METHOD": step.method,
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),  # WSGI's way to carry bytes
            "QUERY_STRING": query.encode().decode("latin-1"),
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(content)),
            "wsgi.input": BytesIO(content),
        }
    )


def _body(answered: HttpResponseBase) -> Any:
    """The data itself, which no renderer has touched; nothing where there is no body."""
    if isinstance(answered, Response):
        return answered.data
    content = getattr(answered, "content", b"")
    return json.loads(content) if content else None
