"""History brought in from a file against a raw COPY of the very same rows.

Ours: a CSV file with calls that waited, were answered, held and written up, read, checked and written as
`import_history` does, with record, attendee, journal and event. The reference is PostgreSQL alone: COPY of what the
import left behind, table by table, into the same tables with the same triggers and constraints, with no checks of ours.
"""

import csv
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.imports.working import Import
from apps.tenants.scope import scope
from bench.server import House
from bench.table import Row
from bench.waiting import make_agents, make_queue

ROWS = 20_000
COLUMNS = {
    "Call": "ExternalIdentifier",
    "Began": "StartDateTime",
    "Over": "EndDateTime",
    "Queue": "queue",
    "Agent": "agent",
    "Answered": "answered",
    "Hold": "holdSeconds",
    "WrapUp": "wrapUpSeconds",
    "Number": "PhoneNumber",
    "Reason": "Reason",
}
MAPPING = {"columns": COLUMNS, "constants": {"CommunicationChannel": "Voice Call", "Type": "Inbound"}}
# Parents before children; the column that leads to the tenant is the same everywhere.
TABLES = (
    "engagements_engagementinteraction",
    "attendees_engagementattendee",
    "queues_segment",
    "queues_queueentry",
    "queues_workoffer",
    "queues_hold",
    "imports_importedinteraction",
    "events_event",
)


def measure(house: House, seconds: float) -> Row:
    agents = make_agents(house, "import", 20)
    queue = make_queue(house, "Import")
    with scope(house.tenant):
        by = User.objects.create(tenant=house.tenant, username="bench-import", role=Role.ADMIN)
    folder = Path(house.postgres_dir).parent
    _bring(house, by, _file(folder, "warm", 2_000, queue.name, agents))
    with house.owner() as connection:
        before = {table: _last(connection, table) for table in TABLES}
        ours = ROWS / _bring(house, by, _file(folder, "bench", ROWS, queue.name, agents))
        reference = ROWS / _copy(connection, folder, before)
    return Row("import of history : COPY of the same rows", ours, reference, least=0.3)


def _file(folder: Path, name: str, count: int, queue: str, agents: Any) -> Path:
    path = folder / f"{name}.csv"
    begin = datetime(2025, 1, 1, tzinfo=UTC)
    names = [agent.user.username for agent in agents]
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(COLUMNS)
        for number in range(count):
            at = begin + timedelta(seconds=37 * number)
            out.writerow(
                [
                    f"{name}-{number}",
                    at.isoformat(),
                    (at + timedelta(seconds=240)).isoformat(),
                    queue,
                    names[number % len(names)],
                    (at + timedelta(seconds=21)).isoformat(),
                    15 if number % 3 == 0 else 0,
                    30,
                    f"+44207946{number % 10_000:04}",
                    f"Replacement card {number} has not arrived",
                ]
            )
    return path


def _bring(house: House, by: User, path: Path) -> float:
    start = time.monotonic()
    importing = Import(house.tenant, by, path, MAPPING, dry=False)
    for _ in importing.run(path.with_suffix(".errors")):
        pass
    assert importing.tally.left_out == 0, path.with_suffix(".errors").read_text()[:500]
    return time.monotonic() - start


def _last(connection: Any, table: str) -> int:
    (last,) = connection.execute(f"select coalesce(max({_key(table)}), 0) from {table}").fetchone()
    return int(last)


def _key(table: str) -> str:
    return "interaction_id" if table == "imports_importedinteraction" else "id"


def _copy(connection: Any, folder: Path, before: dict[str, int]) -> float:
    """Seconds for the rows that came after `before`, which are taken away first."""
    written = {}
    for table in TABLES:
        names = connection.execute(
            "select column_name from information_schema.columns where table_name = %s and is_generated = 'NEVER'"
            " and column_name <> 'xid' order by ordinal_position",
            [table],
        ).fetchall()
        listed = ", ".join(f'"{name}"' for (name,) in names)
        query = f"copy (select {listed} from {table} where {_key(table)} > {before[table]}) to stdout"
        with connection.cursor().copy(query) as copy:
            written[table] = (listed, b"".join(bytes(piece) for piece in copy))
    for table in reversed(TABLES):
        connection.execute(f"delete from {table} where {_key(table)} > {before[table]}")
    connection.execute("vacuum analyze")
    start = time.monotonic()
    with connection.transaction():
        for table, (listed, rows) in written.items():
            with connection.cursor().copy(f"copy {table} ({listed}) from stdin") as copy:
                copy.write(rows)
    return time.monotonic() - start
