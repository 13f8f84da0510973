"""Months of finished contacts, written set-based: thousands a second. No events: nobody listens to the past."""

import heapq
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count

from django.db import connection

from apps.agents.models import AgentSession, Channel
from apps.demo.bulk import centre as centres
from apps.demo.bulk.centre import Centre
from apps.demo.bulk.floor import DAY, HOUR, Floor
from apps.demo.bulk.journal import Contact
from apps.demo.bulk.rows import Writer
from apps.demo.bulk.shapes import Shapes
from apps.engagements.models import Direction
from apps.tenants.models import Tenant
from apps.tenants.scope import scope

# Of a day's contacts, how many come in the hour that begins so long after midnight; and how busy the days are, by
# weekday.
_HOURS = dict(zip(range(8, 19), (6, 10, 13, 13, 9, 8, 10, 11, 10, 7, 3), strict=True))
_DAYS = (11, 10, 10, 9, 9, 4, 2)
_CHANNELS = (Channel.VOICE, Channel.CHAT, Channel.EMAIL, Channel.SMS)
_CHANNEL_SHARES = (64, 16, 15, 5)


def generate(
    name: str, contacts: int, days: int, until: datetime, tell: Callable[[int], None], seed: int = 1
) -> Tenant:
    """Give the contact centre of this name so many contacts; one that is not there is made. As `fill`."""
    with connection.as_owner():  # type: ignore[attr-defined]
        tenant = centres.named(name)
        fill(tenant, contacts, days, until, tell, seed)
        with connection.cursor() as cursor:
            cursor.execute("vacuum analyze")  # what PostgreSQL would do by itself in the next minutes
    return tenant


def fill(tenant: Tenant, contacts: int, days: int, until: datetime, tell: Callable[[int], None], seed: int = 1) -> None:
    """Write contacts of so many days before `until`, and before the sessions of agents that are there already.

    `tell` hears how many are written, a day at a time; each day is a transaction. Whoever is connected must be a
    superuser: rows go past the triggers, and what these would write is written for many rows at once.
    """
    dice = random.Random(seed)
    with scope(tenant):
        writer = Writer(centres.prepare(tenant, contacts, days), dice)
        first = AgentSession.objects.order_by("started_at").values_list("started_at", flat=True).first()
    last = int(min(filter(None, (until, first))).astimezone(UTC).timestamp() * 1000) // DAY * DAY
    made = 0
    for number, wanted in enumerate(_by_day(contacts, days, last)):
        begin = last - (days - number) * DAY
        with scope(tenant):
            made += _write_day(writer, number, begin, wanted - made, dice, most=contacts - made)
        tell(made)


def _by_day(contacts: int, days: int, last: int) -> Iterator[int]:
    """How many there are by the end of each day."""
    weights = [_DAYS[datetime.fromtimestamp((last - back * DAY) / 1000, UTC).weekday()] for back in range(days, 0, -1)]
    done = 0
    for weight in weights:
        done += weight
        yield contacts * done // sum(weights)


def _write_day(writer: Writer, number: int, begin: int, wanted: int, dice: random.Random, *, most: int) -> int:
    """So many contacts and the callbacks that come of them, `most` in all; returns how many there are."""
    centre, floor = writer.centre, Floor(writer.centre, number, begin, dice)
    shapes, order, played = Shapes(centre, floor, dice), count(), 0
    arriving = [(each.opened, next(order), each) for each in _arrivals(centre, begin, wanted, dice)]
    heapq.heapify(arriving)
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        for duty in floor.duties:
            writer.clock_in(duty)
        while arriving:
            contact = heapq.heappop(arriving)[2]
            shapes.play(contact)
            writer.add(contact)
            played += 1
            for again in shapes.followed[: most - played - len(arriving)]:
                heapq.heappush(arriving, (again.opened, next(order), again))
            shapes.followed.clear()
        for duty in floor.duties:
            writer.clock_out(duty)
        writer.flush(cursor)
    return played


def _arrivals(centre: Centre, begin: int, wanted: int, dice: random.Random) -> Iterator[Contact]:
    places, shares = range(len(centre.queues)), [line.share for line in centre.queues]
    hours = dice.choices(list(_HOURS), list(_HOURS.values()), k=max(wanted, 0))
    for hour, queue in zip(hours, dice.choices(places, shares, k=len(hours)), strict=True):
        channel = dice.choices(_CHANNELS, _CHANNEL_SHARES)[0]
        own = channel == Channel.VOICE and dice.random() < 0.06
        direction = Direction.AGENT_INITIATED if own else Direction.INBOUND
        at = begin + hour * HOUR + int(dice.random() * HOUR)
        yield Contact(channel, direction, queue, at, dice.randrange(len(centre.customers)))
