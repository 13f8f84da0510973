"""A database and a web process of the benchmark's own."""

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
import psycopg
from django.core.management import call_command

from apps.accounts.models import User
from apps.accounts.operations import issue_token
from apps.accounts.roles import Role
from apps.objects.standard import install
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from config.postgres import embedded

WEB_WORKERS = 2


class House:
    """The embedded server, migrated, with one tenant; the web process under granian as in production."""

    def __init__(self, data_dir: Path) -> None:
        self.postgres_dir = str(data_dir / "postgres")
        self.host, self.user = embedded.start(self.postgres_dir, embedded.DATABASE)
        call_command("migrate", verbosity=0)
        tenant = Tenant.objects.create(name="Benchmark")
        with scope(tenant):
            install(tenant)
            user = User.objects.create(tenant=tenant, username=f"bench-{tenant.uuid}", role=Role.INTEGRATION)
        self.tenant, self.token = tenant, issue_token(user)
        self.port = free_port()

    def __enter__(self) -> Self:
        self._web = serve(Path(self.postgres_dir), self.port)
        wait(self.connect())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._web.terminate()
        self._web.wait(30)

    def web_seconds(self) -> float:
        """What the web processes have used of the processors' time."""
        of_all = [psutil.Process(self._web.pid), *psutil.Process(self._web.pid).children(recursive=True)]
        return float(sum(each.cpu_times().user + each.cpu_times().system for each in of_all))

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def owner(self) -> "psycopg.Connection[tuple[object, ...]]":
        """A connection past row-level security."""
        return psycopg.connect(host=self.host, user=self.user, dbname=embedded.DATABASE, autocommit=True)


def serve(postgres_dir: Path, port: int) -> "subprocess.Popen[bytes]":
    """A web process on this database, as in production."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", str(WEB_WORKERS), "--blocking-threads", "4", "--no-ws"]
    unlimited = {"SWITCHROOM_CXENGAGE_REQUESTS_PER_MINUTE": "0", "SWITCHROOM_REALTIME_TOLD_AGAIN": "0"}
    environment = os.environ | unlimited | {"DATABASE_URL": embedded.url(str(postgres_dir))}
    return subprocess.Popen([*command, "config.wsgi:application"], env=environment)


def wait(connection: http.client.HTTPConnection) -> None:
    """Until the web process answers."""
    for _ in range(1200):
        try:
            connection.request("GET", "/healthz")
            response = connection.getresponse()
            response.read()
            if response.status == http.client.OK:
                return
        except OSError:
            connection.close()
            time.sleep(0.1)
    raise RuntimeError("the web process does not answer")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
