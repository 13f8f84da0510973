"""The launcher's side of the embedded PostgreSQL: a keeper process that stops the server when we are gone."""

import subprocess
import sys
from pathlib import Path
from typing import IO

from apps.demo.claims import CannotStart
from apps.demo.processes import log


class KeptDatabase:
    """A running server, for as long as this process lives and does not say otherwise."""

    def __init__(self, data_dir: Path, logs: Path) -> None:
        self.data_dir, self.logs = data_dir, logs
        self.keeper = self._start()

    def url(self) -> str:
        """The server's `DATABASE_URL`, once it answers."""
        output: IO[bytes] | None = self.keeper.stdout
        assert output is not None
        if url := output.readline().decode().strip():
            return url
        raise CannotStart(f"PostgreSQL does not start: see {self.logs / 'postgres.log'}.")

    def look_after(self) -> None:
        """Start the keeper again if it was killed; the server meanwhile ran on."""
        if self.keeper.poll() is not None:
            log.warning("postgres keeper ended with %s; starts again", self.keeper.returncode)
            self.keeper = self._start()

    def stop(self) -> None:
        """Let the keeper stop the server, and wait until it has."""
        if self.keeper.poll() is not None:
            self.keeper = self._start()
        assert self.keeper.stdin is not None
        self.keeper.stdin.close()
        self.keeper.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        with (self.logs / "postgres.log").open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "config.postgres.keeper", str(self.data_dir / "postgres")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                start_new_session=True,
            )
