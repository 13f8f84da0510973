"""A page of a query over HTTP against the same rows through psycopg and json.

Ours checks a token, understands the query, finds what the caller may see and makes records of it. The reference reads
the same columns of the same rows and dumps them. One connection each, one request after the other.
"""

import json
import time
from collections.abc import Callable
from http.client import OK
from typing import Any
from urllib.parse import quote

from apps.accounts.models import User
from apps.common import clock
from apps.engagements.models import EngagementInteraction
from apps.tenants.scope import scope
from bench.server import House
from bench.table import Row

ROWS = 2000
ROUNDS = 3
FIELDS = "Id, Name, StartDateTime, EndDateTime, CommunicationChannel, Type, Status, Reason, OwnerId, CreatedDate"
PATH = f"/services/data/v63.0/query?q={quote(f'SELECT {FIELDS} FROM EngagementInteraction LIMIT {ROWS}')}"
STATEMENT = """
    select id, name, start_date_time, end_date_time, communication_channel, type, status, reason, owner_id, created_date
    from engagements_engagementinteraction where tenant_id = %s and deleted_at is null order by id limit %s
"""


def measure(house: House, seconds: float) -> Row:
    """The round with the middle ratio; ours and the reference take turns."""
    _fill(house)
    ours, reference = _over_http(house), _through_psycopg(house)
    _per_second(ours, 1)  # warm up: connection, caches, plans
    rounds = [tuple(_per_second(each, seconds / ROUNDS / 2) for each in (ours, reference)) for _ in range(ROUNDS)]
    middle = sorted(rounds, key=lambda pair: pair[0] / pair[1])[ROUNDS // 2]
    return Row("SOQL select of 2,000 rows over HTTP : psycopg and json", middle[0], middle[1], least=0.25)


def _fill(house: House) -> None:
    with scope(house.tenant):
        user = User.objects.filter(tenant=house.tenant).first()
        now = clock.now()
        missing = ROWS - EngagementInteraction.objects.count()
        EngagementInteraction.objects.bulk_create(
            EngagementInteraction(
                owner=user,
                created_by=user,
                last_modified_by=user,
                start_date_time=now,
                end_date_time=now,
                opened_at=now,
                communication_channel="Voice Call",
                channel="voice",
                type="Inbound",
                status="Completed",
                reason="Replacement card has not arrived",
            )
            for _ in range(missing)
        )


def _over_http(house: House) -> Callable[[], object]:
    connection = house.connect()

    def ask() -> None:
        connection.request("GET", PATH, headers={"Authorization": f"Bearer {house.token}"})
        response = connection.getresponse()
        body = response.read()
        if response.status != OK or body.count(b'"attributes"') != ROWS:
            raise RuntimeError(body[:500].decode())

    return ask


def _through_psycopg(house: House) -> Callable[[], object]:
    connection = house.owner()
    names = [name.strip() for name in FIELDS.split(",")]

    def read() -> bytes:
        found: list[Any] = connection.execute(STATEMENT, [house.tenant.pk, ROWS]).fetchall()
        return json.dumps([dict(zip(names, row, strict=True)) for row in found], default=str).encode()

    return read


def _per_second(work: Callable[[], object], seconds: float) -> float:
    done, start = 0, time.monotonic()
    while time.monotonic() - start < seconds:
        work()
        done += 1
    return done / (time.monotonic() - start)
