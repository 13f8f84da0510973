"""Starts the processes of a house, starts again what dies, and leaves nothing behind."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger("switchroom.demo")

_FIRST_PAUSE_S = 0.2  # before a process that died is started again; doubles with each death in a row
_LONGEST_PAUSE_S = 10.0
_STABLE_S = 20.0  # a process that lived this long died for a new reason
_GRACE_S = 5.0  # to finish, after SIGTERM

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_with_parent() -> None:
    """In the new process: ask the kernel for SIGTERM at the parent's end, however that comes."""
    if _libc:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One process and its group. A group of its own keeps the terminal's Ctrl-C from it: we decide the order."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    deaths: int = 0  # in a row
    due_at: float | None = None  # when it is to be started again

    def start(self, logs: Path, env: dict[str, str]) -> None:
        with (logs / f"{self.name}.log").open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=env,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )
        self.started_at, self.due_at = time.monotonic(), None
        log.info("%s runs as %s", self.name, self.process.pid)

    def bury(self) -> None:
        """Note a death, end what is left of the group, and set the time of the next start."""
        assert self.process is not None
        kill_group(self.process.pid)
        lived = time.monotonic() - self.started_at
        self.deaths = 1 if lived > _STABLE_S else self.deaths + 1
        pause = min(_FIRST_PAUSE_S * 2 ** (self.deaths - 1), _LONGEST_PAUSE_S)
        self.due_at = time.monotonic() + pause
        log.warning("%s ended with %s; starts again in %.1f s", self.name, self.process.returncode, pause)

    def end(self) -> None:
        """Ask it to finish, wait a little, and end what is left, grandchildren included."""
        if self.process is None:
            return
        self.process.terminate()
        deadline = time.monotonic() + _GRACE_S
        finished(self.process, lambda: time.monotonic() > deadline)
        kill_group(self.process.pid)
        self.process.wait()


class Family:
    """The children of one launcher."""

    def __init__(self, logs: Path, env: dict[str, str]) -> None:
        self.logs, self.env = logs, env
        self.children: list[Child] = []

    def start(self, name: str, command: list[str]) -> Child:
        child = Child(name, command)
        self.children.append(child)
        child.start(self.logs, self.env)
        return child

    def look_after(self) -> None:
        """Start again what died, once its pause is over."""
        for child in self.children:
            if child.due_at is not None:
                if time.monotonic() >= child.due_at:
                    child.start(self.logs, self.env)
            elif child.process and child.process.poll() is not None:
                child.bury()

    def stop(self) -> None:
        """End all, the last started first: who asks goes before who answers."""
        for child in reversed(self.children):
            child.end()


def finished(process: subprocess.Popen[bytes], give_up: Callable[[], bool]) -> bool:
    """Wait for the process to end; False if `give_up` said so first."""
    while process.poll() is None:
        if give_up():
            return False
        time.sleep(0.05)
    return True


def kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # nobody is left; a zombie alone answers so on some systems
        return
