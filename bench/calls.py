"""A call's whole life over HTTP against as many raw statements.

Ours: a telephone system tells of calls that wait in a queue, on one connection, as what befalls a call comes one after
the other: create, three updates, ten transcript lines, end. Each request checks the signed token, keeps the call, its
interaction and its journal in step and writes one event. The reference writes the same call row and lines, a statement
of its own for each request: pgbench on one connection, same tables, same triggers, no product.
"""

import json
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from psycopg import sql

from apps.accounts.models import User
from apps.queues.models import Queue
from apps.tenants.scope import scope
from apps.voice_calls.models import CallCenter, CallCenterKey, NumberRoute
from bench.load import lives_per_second, pgbench, taking_turns
from bench.server import House
from bench.table import Row

LINES = 10
REQUESTS = 1 + 3 + LINES + 1
CENTER, NUMBER, CALLER = "BenchmarkCC", "+441632960100", "+441632960777"
CALLS, ENTRIES = "voice_calls_voicecall", "engagements_conversationentry"
UPDATES: Sequence[dict[str, object]] = (
    {"isActiveCall": True, "enqueueTime": "2026-03-04T12:00:03Z", "queue": "Claims"},
    {"isActiveCall": True, "totalHoldDuration": 45, "numberOfHolds": 2, "longestHoldDuration": 30},
    {
        "isActiveCall": True,
        "recordingLocation": "https://recordings.example.net/a.wav",
        "agentInteractionDuration": 405,
    },
)


def measure(house: House, seconds: float) -> Row:
    token, keys = _call_center(house), count(1)
    lives = [_lives(token, keys)]
    lives_per_second(house, lives, 2)  # warm up: connections, caches, plans
    script = _statements_of_one_life(house)
    ours, reference = taking_turns(
        lambda each: REQUESTS * lives_per_second(house, lives, each),
        lambda each: REQUESTS * pgbench(house, script, each, connections=1),
        seconds,
    )
    return Row("a call's whole life over HTTP, requests : as many raw statements", ours, reference, least=0.12)


def _call_center(house: House) -> str:
    """A telephone system with a queue for its calls; returns a token of its own that lives for hours."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with scope(house.tenant):
        user = User.objects.filter(tenant=house.tenant).first()
        made = CallCenter.objects.create(name=CENTER, internal_name=CENTER, integration_user=user)
        pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        CallCenterKey.objects.create(call_center=made, public_key=pem)
        NumberRoute.objects.create(call_center=made, number=NUMBER, queue=Queue.objects.create(name="Claims"))
    now = int(time.time())
    claims = {"iss": house.tenant.org_id, "sub": CENTER, "iat": now, "exp": now + 4 * 3600}
    return jwt.encode(claims, key, algorithm="RS256")


def _lives(token: str, keys: Iterator[int]) -> Iterator[Iterator[tuple[bytes, int]]]:
    """Calls one after the other, each as its requests with the status that answers them."""
    while True:
        yield _life(token, f"bench-{next(keys)}")


def _life(token: str, key: str) -> Iterator[tuple[bytes, int]]:
    start = datetime.now(UTC)
    create = {
        "callCenterApiName": CENTER,
        "vendorCallKey": key,
        "to": NUMBER,
        "from": CALLER,
        "initiationMethod": "Inbound",
        "startTime": start.isoformat(),
        "participants": [{"participantKey": CALLER, "type": "END_USER"}],
        "callAttributes": "{}",
    }
    yield _request(token, "POST", "", create), 201
    updates: Sequence[dict[str, object]] = (
        {"enqueueTime": datetime.now(UTC).isoformat(), "queue": "Claims"},
        {"totalHoldDuration": 45, "numberOfHolds": 2, "longestHoldDuration": 30},
        {"recordingLocation": "https://recordings.example.net/a.wav", "agentInteractionDuration": 405},
    )
    for update in updates:
        yield _request(token, "PATCH", f"/{key}", {"isActiveCall": True, **update}), 202
    for number in range(LINES):
        now = int(time.time() * 1000)
        line = {
            "messageId": f"{key}-{number}",
            "participantId": f"{key}END_USER",
            "senderType": "END_USER",
            "startTime": now,
            "endTime": now,
            "content": "My parcel has not arrived, and nobody can tell me where it is.",
        }
        yield _request(token, "POST", f"/{key}/messages", line), 202
    end = {"startTime": start.isoformat(), "endTime": datetime.now(UTC).isoformat()}
    yield _request(token, "PATCH", f"/{key}", end), 202


def _request(token: str, method: str, path: str, body: object) -> bytes:
    sent = json.dumps(body).encode()
    head = f"{method} /telephony/v1/voiceCalls{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n\r\n".encode() + sent


def _statements_of_one_life(house: House) -> str:
    """The newest call's rows again: the call inserted, updated four times as the requests do, and its lines."""
    with house.owner() as connection:
        found = connection.execute(
            f"select id, interaction_id from {CALLS} where tenant_id = %s and call_disposition = 'completed'"
            " order by id desc limit 1",
            [house.tenant.pk],
        ).fetchone()
        assert found
        call, interaction = found
        insert = _insert(connection, CALLS, sql.SQL("id = {}").format(sql.Literal(call)))
        entries = f"interaction_id = {interaction} and number = "
        lines = [_insert(connection, ENTRIES, sql.SQL(entries + str(number))) for number in range(1, LINES + 1)]
        updates = [
            f"update {CALLS} set {values}, system_modstamp = now() where id = currval('{CALLS}_id_seq');"
            for values in (
                "call_queued_date_time = now(), queue_name = 'Claims'",
                "customer_hold_duration = 45, number_of_holds = 2, longest_hold_duration = 30",
                "is_recorded = true",
                "call_disposition = 'completed', call_accept_date_time = now(), call_end_date_time = now()",
            )
        ]
    return "\n".join([insert, *updates[:3], *lines, updates[3]])


def _insert(connection: object, table: str, which: sql.Composable) -> str:
    """One row again, with what must be unique made new."""
    listed = connection.execute(  # type: ignore[attr-defined]
        "select column_name from information_schema.columns where table_name = %s and is_generated = 'NEVER'"
        " and column_name not in ('id', 'xid') order by ordinal_position",
        [table],
    )
    columns = [name for (name,) in listed]
    texts = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in columns)
    query = sql.SQL("select {} from {} where {}").format(texts, sql.Identifier(table), which)
    row = connection.execute(query).fetchone()  # type: ignore[attr-defined]
    values = [_NEW.get(name, sql.Literal(value)) for name, value in zip(columns, row, strict=True)]
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    insert = sql.SQL("insert into {} ({}) values ({});")
    return insert.format(sql.Identifier(table), names, sql.SQL(", ").join(values)).as_string(connection)  # type: ignore[arg-type]


_NEW = {name: sql.SQL("gen_random_uuid()") for name in ("uuid", "vendor_call_key", "message_id")} | {
    "segment_id": sql.NULL,
    "number": sql.SQL("(random() * 2000000000)::int"),
}
