"""The house as it is installed: a front before a web and a push process, on one port."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from tests.server import free_port, running

EXAMPLE = Path(settings.BASE_DIR) / "docs" / "nginx.conf"
STARTS_WITHIN = 30
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")


@contextmanager
def fronted(*, push_workers: int = 2, **environment: str) -> Iterator[str]:
    """The front's address. Skips where there is no nginx."""
    if NGINX is None:
        pytest.skip("no nginx found: install it to test the public clients behind a front")
    port = free_port()
    with (
        tempfile.TemporaryDirectory(prefix="switchroom-front-") as folder,
        running("wsgi", **environment) as web,
        running("rsgi", workers=push_workers, **environment) as push,
    ):
        config = EXAMPLE.read_text()
        for written, own in (
            ("127.0.0.1:8000", f"127.0.0.1:{port}"),
            ("127.0.0.1:8001", urlsplit(web.address).netloc),
            ("127.0.0.1:8002", urlsplit(push.address).netloc),
        ):
            assert written in config
            config = config.replace(written, own)
        (Path(folder) / "nginx.conf").write_text(config)
        nginx = subprocess.Popen([NGINX, "-p", folder, "-c", "nginx.conf", "-e", "error.log"])
        try:
            _wait_for(port, nginx)
            yield f"http://127.0.0.1:{port}"
        finally:
            nginx.terminate()
            nginx.wait(STARTS_WITHIN)


def _wait_for(port: int, nginx: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        assert nginx.poll() is None, "the front stopped"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the front did not start")
