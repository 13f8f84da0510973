"""What a demo needs for itself: a port, a data directory and a database."""

import fcntl
import socket
from pathlib import Path
from typing import IO, Any

import psycopg

HOST = "127.0.0.1"
_DATABASE_LOCK = 0x5377_6974_6368  # "Switch": an advisory lock's number


class CannotStart(Exception):
    """The demo cannot run here and now; the text says why, in one line."""


def claim_port(port: int) -> None:
    """Raise unless the port is free at this moment."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # an earlier demo's closed connections do no harm
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise CannotStart(f"Port {port} cannot be used ({error}): choose another with --port.") from None


def claim_directory(data_dir: Path) -> IO[str]:
    """Take the data directory for as long as the returned file is open; raise if another demo has it."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = (data_dir / "demo.lock").open("a")
    except OSError as error:
        raise CannotStart(f"The data directory {data_dir} cannot be used ({error}).") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise CannotStart(f"The database in {data_dir} is in use by another demo: choose another --data-dir.") from None
    return lock


def claim_database(url: str) -> psycopg.Connection[Any]:
    """Take the database for as long as the returned connection is open; raise if another demo has it."""
    try:
        connection = psycopg.connect(url, autocommit=True)
    except psycopg.Error as error:
        raise CannotStart(f"DATABASE_URL does not lead to a database: {' '.join(str(error).split())}") from None
    taken = connection.execute("select pg_try_advisory_lock(%s)", [_DATABASE_LOCK]).fetchone()
    if taken != (True,):
        connection.close()
        raise CannotStart("The database of DATABASE_URL is in use by another demo.")
    return connection
