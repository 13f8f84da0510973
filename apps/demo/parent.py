"""Whether the `make` that started us was told to stop.

An interrupt that reaches `make` alone, as from a script, makes it wait for us in silence: it passes on SIGTERM but not
SIGINT. The handler it is then waiting in has put SIGINT back to its default, and the kernel shows that.
"""

import os
import signal
import sys
from pathlib import Path

_SIGINT = 1 << (signal.SIGINT - 1)


class Make:
    """The parent process, if it is a `make`."""

    def __init__(self) -> None:
        self.pid = os.getppid()
        self._catches = sys.platform == "linux" and self._is_make() and self._catches_interrupts()

    def wants_us_to_stop(self) -> bool:
        """True once `make` has been interrupted or is gone."""
        return self._catches and (os.getppid() != self.pid or not self._catches_interrupts())

    def _is_make(self) -> bool:
        return self._proc("comm").strip() in ("make", "gmake")

    def _catches_interrupts(self) -> bool:
        caught = next((line for line in self._proc("status").splitlines() if line.startswith("SigCgt:")), "SigCgt: 0")
        return bool(int(caught.split()[1], 16) & _SIGINT)

    def _proc(self, name: str) -> str:
        try:
            return Path(f"/proc/{self.pid}/{name}").read_text()
        except OSError:
            return ""
