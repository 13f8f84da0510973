"""The one command, as a script meets it: real processes, a real signal, a fresh data directory."""

import http.client
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request

import psutil
import pytest
from django.conf import settings

pytestmark = pytest.mark.process

_PATIENCE_S = 120


def _lives(process):
    """Whether it still runs: one that only waits to be collected by its parent does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Demo:
    """A running `manage.py demo`."""

    def __init__(self, data_dir, port, *flags):
        place = ["--data-dir", str(data_dir), "--port", str(port)]
        env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        env["SWITCHROOM_DEMO_CONTACTS"] = "7"  # a whole week of them would take half a minute at every fresh start
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--no-traffic", *place, *flags],
            cwd=settings.BASE_DIR,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.data_dir = data_dir

    def ready(self):
        """The line that scripts wait for."""
        for line in self.process.stdout:
            if line.startswith("ready "):
                return line.strip()
        raise AssertionError(self.process.stderr.read())

    def refusal(self):
        out, err = self.process.communicate(timeout=_PATIENCE_S)
        return self.process.returncode, out, err.splitlines()

    def family(self):
        """Every process that belongs to it, PostgreSQL's included."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [*children, self.postmaster(), *self.postmaster().children()]

    def postmaster(self):
        return psutil.Process(int((self.data_dir / "postgres" / "postmaster.pid").read_text().split()[0]))

    def child(self, *words):
        return next(p for p in self.family() if set(words) <= set(p.cmdline()))

    def end(self, number):
        """Send the signal; return the exit code and who is left."""
        family = self.family()
        self.process.send_signal(number)
        self.process.communicate(timeout=_PATIENCE_S)
        _eventually(lambda: not any(map(_lives, family)))
        return self.process.returncode, list(filter(_lives, family))


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """Fresh for the first test, found filled by the others: a second start is quick."""
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def start(data_dir, port):
    """Start demos that do not outlive the test."""
    demos = []

    def starting(*flags, data_dir=data_dir, port=port):
        demos.append(Demo(data_dir, port, *flags))
        return demos[-1]

    yield starting
    for demo in demos:
        demo.process.kill()
        demo.process.communicate(timeout=_PATIENCE_S)


def _eventually(question):
    deadline = time.monotonic() + _PATIENCE_S
    while not (answer := _quietly(question)):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)
    return answer


def _quietly(question):
    try:
        return question()
    except (OSError, psutil.Error, StopIteration, IndexError):
        return None


def _answers(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
        return answer.status == 200


def _upgraded(port):
    headers = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "dGhlIHNhbXBsZQ=="}
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    asking.request("GET", "/api/v2/notifications", headers=headers | {"Sec-WebSocket-Version": "13"})
    answer = asking.getresponse()
    asking.close()
    return answer.status


def test_it_says_when_it_is_ready_and_how_to_sign_in_and_keeps_both(start, port, tmp_path):
    file = tmp_path / "made" / "credentials.json"
    demo = start("--credentials-file", str(file))
    assert demo.ready() == f"ready http://127.0.0.1:{port}"
    assert _answers(port)
    assert _upgraded(port) == 405  # at once, so that clients turn to polling (genesys 17.1, no. 12)
    known = json.loads(file.read_text())
    assert known["base_url"] == f"http://127.0.0.1:{port}"
    assert {"tenant_id", "org_id", "call_center", "oauth", "access_token", "users", "queues"} <= set(known)
    assert {"admin", "supervisor", "agent"} <= {user["role"] for user in known["users"]}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert demo.end(signal.SIGTERM) == (0, [])

    start("--credentials-file", str(file)).ready()
    assert json.loads(file.read_text()) == known


def test_it_refuses_a_taken_port_or_database_in_one_line(start, port, tmp_path):
    start().ready()
    code, out, err = start(data_dir=tmp_path / "elsewhere").refusal()
    assert (code, out, len(err)) == (1, "", 1)
    assert f"Port {port}" in err[0]
    code, out, err = start(port=1024 + (port + 1) % 60000).refusal()
    assert (code, out, len(err)) == (1, "", 1)
    assert "in use by another demo" in err[0]


def test_what_is_killed_comes_back(start, port):
    demo = start()
    demo.ready()
    for words in (["manage.py", "worker"], ["config.postgres.keeper"], ["granian"]):
        killed = demo.child(*words)
        killed.kill()
        assert _eventually(lambda words=words, killed=killed: demo.child(*words) != killed)
    _eventually(lambda: _answers(port))
    killed = demo.postmaster()
    killed.kill()
    assert _eventually(lambda: demo.postmaster() != killed)
    _eventually(lambda: _answers(port))
    assert demo.end(signal.SIGINT) == (0, [])


def test_a_killed_launcher_takes_everybody_with_it(start):
    demo = start()
    demo.ready()
    assert demo.end(signal.SIGKILL) == (-signal.SIGKILL, [])
