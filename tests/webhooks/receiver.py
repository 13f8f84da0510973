"""Somebody's server that takes webhooks: it answers as told, and remembers what came."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WITHIN = 30  # seconds, on a slow machine


@dataclass
class Received:
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def number(self) -> int:
        """Of the interaction that it is about."""
        return int(self.json["data"]["interaction_id"])

    def is_signed_with(self, secret: str) -> bool:
        """As a receiver's own library would check it."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        right = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return right in self.headers["webhook-signature"].split(" ")


@dataclass
class Receiver:
    """`answer` is asked for the status of each request."""

    port: int = 0
    answer: Callable[[Received], int] = lambda received: 204
    came: list[Received] = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?from=us"

    @property
    def numbers(self) -> list[int]:
        return [each.number for each in self.came]

    def wait(self, count: int) -> None:
        with self.news:
            assert self.news.wait_for(lambda: len(self.came) >= count, WITHIN), self.numbers


@contextmanager
def receiving(answer: Callable[[Received], int] = lambda received: 204, port: int = 0) -> Iterator[Receiver]:
    receiver = Receiver(answer=answer)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received = Received({name.lower(): value for name, value in self.headers.items()}, body)
            with receiver.news:
                receiver.came.append(received)
                receiver.news.notify_all()
            status = receiver.answer(received)
            self.send_response(status)
            if status in (301, 307):
                self.send_header("Location", receiver.url)
            self.end_headers()
            self.wfile.write(b"thank you" if status == 200 else b"")

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        receiver.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=[0.05])
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
