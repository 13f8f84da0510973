"""One POST to an address of somebody else's: bounded in time and size, redirects not followed."""

import asyncio
import re
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from apps.webhooks.addresses import Refused, resolve, target

_HEAD_LIMIT = 32 * 1024
_EXCERPT = 1000  # characters of the answer that are kept
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9][0-9])[ \r]")
_INFORMATIONAL = 200  # statuses below: another answer follows


@dataclass(frozen=True)
class Outcome:
    """`status` is None if there was no answer; `excerpt` then says why."""

    status: int | None
    duration_ms: int
    excerpt: str

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """The receiver wants nothing more, ever."""
        return self.status == 410


async def post(url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """Never raises: whatever goes wrong is the outcome."""
    start = time.monotonic()
    status: int | None = None
    try:
        async with asyncio.timeout(settings.WEBHOOK_TIMEOUT_SECONDS):
            status, excerpt = await _post(url, body, headers)
    except TimeoutError:
        excerpt = "no answer in time"
    except (Refused, _NoHttp) as error:
        excerpt = str(error)
    except (OSError, EOFError, asyncio.LimitOverrunError) as error:  # ssl.SSLError is an OSError
        excerpt = f"no connection, or a broken one: {error}"
    return Outcome(status, round((time.monotonic() - start) * 1000), excerpt.replace("\0", "")[:_EXCERPT])


class _NoHttp(Exception):
    pass


async def _post(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    parts, host, port = target(url)
    address = await resolve(host, port)
    secure = {"ssl": _tls(), "server_hostname": host} if parts.scheme == "https" else {}
    reader, writer = await asyncio.open_connection(address, port, limit=_HEAD_LIMIT, **secure)  # type: ignore[arg-type]
    try:
        place = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        named = {"Host": parts.netloc, **headers, "Content-Length": str(len(body)), "Connection": "close"}
        lines = [f"POST {place} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items()), "", ""]
        writer.write("\r\n".join(lines).encode("ascii") + body)
        await writer.drain()
        return await _answer(reader)
    finally:
        writer.transport.abort()  # at once: a polite goodbye would wait for the receiver


async def _answer(reader: asyncio.StreamReader) -> tuple[int, str]:
    while True:
        head = await reader.readuntil(b"\r\n\r\n")
        match = _STATUS.match(head)
        if match is None:
            raise _NoHttp("the answer is no HTTP")
        status = int(match[1])
        if status >= _INFORMATIONAL:
            return status, await _excerpt(reader)


async def _excerpt(reader: asyncio.StreamReader) -> str:
    """The beginning of the body, as far as it comes soon: the status decides, and is here already."""
    found = b""
    try:
        async with asyncio.timeout(1):
            while len(found) < _EXCERPT and (more := await reader.read(_EXCERPT - len(found))):
                found += more
    except (TimeoutError, OSError):
        pass
    return found.decode(errors="replace")


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
