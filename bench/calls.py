"""A call's whole life over HTTP against as many raw statements.

Ours: a telephone system tells of calls that wait in a queue, on one connection, as what befalls a call comes one after
the other: create, three updates, ten transcript lines, end. Each request checks the signed token, keeps the call, its
interaction and its journal in step and writes one event. The reference writes the rows of such a life again, one
statement for each request: pgbench on one connection, same tables, same triggers, no product. What a request writes
more than once it writes once.
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

import jwt
import psycopg
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
CALLS, PEOPLE, RECORDINGS = (
    f"voice_calls_{name}" for name in ("voicecall", "conversationparticipant", "voicecallrecording")
)
CONTACTS, TALKS, ENTRIES = (
    f"engagements_{name}" for name in ("engagementinteraction", "conversation", "conversationentry")
)
LEGS, STAYS, EVENTS = "queues_segment", "queues_queueentry", "events_event"


def measure(house: House, seconds: float) -> Row:
    token, keys = _call_center(house), count(1)
    lives = [_lives(token, keys)]
    while not lives_per_second(house, lives, 4):  # warm up: connections, caches, plans, and one whole life
        continue
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
    """The newest call's rows again: one statement for each request, with the events that were its own."""
    with house.owner() as connection:
        found = connection.execute(
            f"select interaction_id from {CALLS} where tenant_id = %s and call_disposition = 'completed'"
            " order by id desc limit 1",
            [house.tenant.pk],
        ).fetchone()
        assert found
        rows = _Rows(connection, found[0])
        requests = [
            [*rows.arrival()],
            [
                _update(CALLS, "call_queued_date_time = now(), queue_name = 'Claims'"),
                _update(STAYS, "entered_at = entered_at - interval '1 ms'"),
            ],
            [_update(CALLS, "customer_hold_duration = 45, number_of_holds = 2, longest_hold_duration = 30")],
            [*rows.recording(), _update(CALLS, "is_recorded = true")],
            *([line] for line in rows.lines()),
            [
                _update(CALLS, "call_disposition = 'completed', call_end_date_time = now()"),
                _update(STAYS, "left_at = now(), exit_type = 'abandon'"),
                _update(LEGS, "ended_at = now(), end_type = 'customer-disconnect'"),
                _update(TALKS, "ended_at = now()"),
                _update(CONTACTS, "status = 'Completed', mapped_state = 'Completed', closed_at = now()"),
            ],
        ]
        return "\n".join(_at_once([*written, *events]) for written, events in zip(requests, rows.events(), strict=True))


class _Rows:
    """What one call left, written again under keys of its own."""

    def __init__(self, connection: "psycopg.Connection[Any]", interaction: int) -> None:
        self.connection, self.interaction = connection, interaction

    def arrival(self) -> Iterator[str]:
        """The tables in the order in which they refer to each other, each row's key known by its table's name."""
        of = f"interaction_id = {self.interaction}"
        keys = {
            "interaction_id": f"(select id from {CONTACTS}_new)",
            "segment_id": f"(select id from {LEGS}_new)",
            "conversation_id": f"(select id from {TALKS}_new)",
            "call_recording_id": "null",
        }
        for table, where in (
            (CONTACTS, f"id = {self.interaction}"),
            (LEGS, of),
            (TALKS, of),
            (PEOPLE, f"conversation_id in (select id from {TALKS} where {of})"),
            (STAYS, of),
            (CALLS, of),
        ):
            yield from self._again(table, where, keys)

    def recording(self) -> Iterator[str]:
        where = f"voice_call_id in (select id from {CALLS} where interaction_id = {self.interaction})"
        return self._again(RECORDINGS, where, {"voice_call_id": _key(CALLS)})

    def lines(self) -> Iterator[str]:
        return self._again(ENTRIES, f"interaction_id = {self.interaction} order by number", _OF_THE_NEW)

    def events(self) -> Iterator[Sequence[str]]:
        """Those of each request, which was a transaction."""
        query = f"select distinct xid from {EVENTS} where interaction_id = {self.interaction} order by xid"
        for number, (xid,) in enumerate(self.connection.execute(query).fetchall()):
            keys = _OF_THE_NEW if number else {"interaction_id": f"(select id from {CONTACTS}_new)"}
            yield [*self._again(EVENTS, f"interaction_id = {self.interaction} and xid = '{xid}' order by id", keys)]

    def _again(self, table: str, where: str, keys: Mapping[str, str]) -> Iterator[str]:
        """Each of these rows as an insert, without what the database makes by itself."""
        listed = self.connection.execute(
            "select column_name from information_schema.columns where table_name = %s and is_generated = 'NEVER'"
            " and is_identity = 'NO' and column_default is null order by ordinal_position",
            [table],
        )
        columns = [name for (name,) in listed]
        texts = ", ".join(f"{name}::text" for name in columns)
        for row in self.connection.execute(f"select {texts} from {table} where {where}").fetchall():
            values = [
                {**_NEW, **keys}.get(name) or sql.Literal(value).as_string(self.connection)
                for name, value in zip(columns, row, strict=True)
            ]
            yield f"insert into {table} ({', '.join(columns)}) values ({', '.join(values)})"


def _key(table: str) -> str:
    return f"currval('{table}_id_seq')"


def _update(table: str, values: str) -> str:
    stamp = ", system_modstamp = now()" if table in (CALLS, CONTACTS) else ""
    return f"update {table} set {values}{stamp} where id = {_key(table)}"


def _at_once(writes: Sequence[str]) -> str:
    """One statement. A table's first row gives its key to those that refer to it."""
    named: dict[str, str] = {}
    for number, write in enumerate(writes):
        table = write.split()[2 if write.startswith("insert") else 1]
        named[f"{table}_new" if f"{table}_new" not in named else f"w{number}"] = f"{write} returning id"
    return f"with {', '.join(f'{name} as ({write})' for name, write in named.items())} select 1;"


_OF_THE_NEW = {"interaction_id": _key(CONTACTS)}
_NEW = {name: "gen_random_uuid()" for name in ("uuid", "vendor_call_key", "message_id")}
