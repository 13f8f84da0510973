"""A real server process over the test database."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

import psutil
from django.conf import settings
from django.db import connection

STARTS_WITHIN = 60  # seconds, on a slow machine
APPLICATIONS = {each: f"config.{each}:application" for each in ("wsgi", "asgi", "rsgi")}


@dataclass
class Server:
    """`address` begins with http://; `process` is granian's own, above its workers."""

    address: str
    process: "subprocess.Popen[bytes]"

    def kill(self) -> None:
        """As `kill -9` does: workers and all, at once, whatever they are doing."""
        family = [*psutil.Process(self.process.pid).children(recursive=True), psutil.Process(self.process.pid)]
        for member in family:
            member.send_signal(signal.SIGKILL)
        self.process.wait(STARTS_WITHIN)


@contextmanager
def running(interface: str = "asgi", *, workers: int = 1, port: int = 0, **environment: str) -> Iterator[Server]:
    """The web process (wsgi), or the push process with the web part inside: as production runs it (rsgi), or as the
    one-command demo does (asgi)."""
    port = port or free_port()
    command = [sys.executable, "-m", "granian", "--interface", interface, "--no-ws", "--workers", str(workers)]
    command += ["--host", "127.0.0.1", "--port", str(port), APPLICATIONS[interface]]
    surroundings = {"DATABASE_URL": database_url(), "SWITCHROOM_STATIC_FROM_SOURCE": "1", **environment}
    process = subprocess.Popen(command, env=os.environ | surroundings, cwd=settings.BASE_DIR)
    server = Server(f"http://127.0.0.1:{port}", process)
    try:
        _wait_for(server)
        yield server
    finally:
        process.terminate()
        process.wait(STARTS_WITHIN)


def database_url() -> str:
    """The test database, for another process."""
    connection.ensure_connection()
    database = connection.settings_dict
    if database.get("EMBEDDED"):
        return f"postgres://{database['USER']}@/{database['NAME']}?host={quote(database['HOST'], safe='')}"
    login = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
    return f"postgres://{login}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(server: Server) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        assert server.process.poll() is None, "the server stopped"
        try:
            urlopen(f"{server.address}/healthz", timeout=5).close()
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not start")
