"""The one command: brings a whole house up on one port, looks after it, and takes it down again."""

import logging
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from apps.demo import announcement, claims, credentials, processes
from apps.demo.claims import CannotStart
from apps.demo.keeping import KeptDatabase
from apps.demo.parent import Make
from apps.demo.processes import log

WEB_WORKERS = 2
_LOOK_EVERY_S = 0.2
_TO_ANSWER_S = 120.0
_DEATHS_TO_GIVE_UP = 4

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Options:
    port: int
    data_dir: Path
    fresh: bool
    traffic: bool
    credentials_file: Path | None

    @property
    def base_url(self) -> str:
        return f"http://{claims.HOST}:{self.port}"

    @property
    def logs(self) -> Path:
        return self.data_dir / "logs"


class Stop(BaseException):
    """Somebody wants the house down."""


class Launcher:
    def __init__(self, options: Options) -> None:
        self.options = options
        self.make = Make()
        self.database: KeptDatabase | None = None
        self.family: processes.Family | None = None

    def run(self) -> None:
        """Return once everything is down again; raise `CannotStart` if it never came up."""
        claims.claim_port(self.options.port)
        with claims.claim_directory(self.options.data_dir):
            self.options.logs.mkdir(exist_ok=True)
            _log_to(self.options.logs / "demo.log")
            for number in _SIGNALS:
                signal.signal(number, _stop)
            try:
                self._live()
            except Stop:
                log.info("stopping")
            finally:
                for number in _SIGNALS:
                    signal.signal(number, signal.SIG_IGN)
                self._take_down()

    def _live(self) -> None:
        url = os.environ.get("DATABASE_URL")
        if url:
            claim: Any = claims.claim_database(url)
        else:
            self.database = KeptDatabase(self.options.data_dir, self.options.logs)
            claim, url = None, self.database.url()
        sent = (self.options.data_dir / "mail" / "sent").absolute()  # nothing leaves the house
        env = {"SWITCHROOM_EMAIL_URL": f"filemail:///{sent}"} | os.environ
        env |= {"DATABASE_URL": url, "SWITCHROOM_DATA_DIR": str(self.options.data_dir)}
        self._fill(env)
        self.family = processes.Family(self.options.logs, env)
        self._start_children(self.family)
        self._announce()
        while True:
            self._look_after()
        del claim  # held until here

    def _fill(self, env: dict[str, str]) -> None:
        """Migrate and fill the database in a process of its own, which shows its progress on our standard error."""
        flags = {"--fresh": self.options.fresh, "--no-traffic": not self.options.traffic}
        command = _manage("fill_demo", *(flag for flag, is_set in flags.items() if is_set))
        filling = subprocess.Popen(
            command,
            env=env,
            stdout=sys.stderr,
            start_new_session=True,
            preexec_fn=processes.end_with_parent,
        )
        try:
            processes.finished(filling, give_up=self._check_make)
        finally:
            processes.kill_group(filling.pid)
        if filling.wait():
            raise CannotStart("The database could not be filled: the reason stands above.")

    def _start_children(self, family: processes.Family) -> None:
        push = family.start("push", _granian(self.options.port))
        family.start("worker", _manage("worker"))
        self._wait_for(push)
        if self.options.traffic:
            family.start("traffic", _manage("demo_traffic", "--base-url", self.options.base_url))

    def _wait_for(self, push: processes.Child) -> None:
        deadline = time.monotonic() + _TO_ANSWER_S
        while not _answers(f"{self.options.base_url}/healthz"):
            self._look_after()
            if push.deaths >= _DEATHS_TO_GIVE_UP or time.monotonic() > deadline:
                raise CannotStart(f"The web processes do not answer: see {self.options.logs / 'push.log'}.")

    def _announce(self) -> None:
        known = credentials.load(credentials.kept_in(self.options.data_dir))
        if known is None:
            raise CannotStart("The database was filled, but no credentials were kept.")
        if self.options.credentials_file:
            credentials.save(self.options.credentials_file, known, self.options.base_url)
        announcement.show(self.options.base_url, known, self.options.logs)

    def _look_after(self) -> None:
        self._check_make()
        if self.database:
            self.database.look_after()
        if self.family:
            self.family.look_after()
        time.sleep(_LOOK_EVERY_S)

    def _check_make(self) -> bool:
        if self.make.wants_us_to_stop():
            raise Stop
        return False

    def _take_down(self) -> None:
        """Clients first, then their database."""
        if self.family:
            self.family.stop()
        if self.database:
            self.database.stop()
        log.info("stopped")


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stop


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def _granian(port: int) -> list[str]:
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", claims.HOST, "--port", str(port)]
    command += ["--no-ws"]  # an upgrade is refused as any other GET, so that clients turn to polling (genesys 15.1)
    # A worker that is killed comes back; one that waits for a long poll is not waited for.
    command += ["--workers", str(WEB_WORKERS), "--respawn-failed-workers", "--respawn-interval", "0.5"]
    return [*command, "--workers-kill-timeout", "3", "--backlog", "4096", "config.asgi:application"]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _log_to(path: Path) -> None:
    handler = logging.FileHandler(path)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
