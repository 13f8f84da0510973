"""Collection creates of 200 records over HTTP against plain multi-row inserts of the very same rows, record by record.

Ours: 200 interactions in one call, on 8 connections. Each gets its automatic attendee, both their history, and one
event. The reference inserts what one such call left behind, with pgbench on 8 connections: the same tables with the
same triggers, one statement of 200 rows for each table, no product.
"""

from itertools import count

from psycopg import sql

from bench.load import pgbench, requests_per_second, taking_turns
from bench.server import House
from bench.table import Row

RECORDS = 200
PATH = "/services/data/v63.0/composite/sobjects"
BODY = {
    "records": [
        {
            "attributes": {"type": "EngagementInteraction"},
            "StartDateTime": "2026-03-04T12:00:00.000Z",
            "EndDateTime": "2026-03-04T12:04:00.000Z",
            "CommunicationChannel": "Voice Call",
            "Type": "Inbound",
            "Status": "Completed",
            "Sentiment": "Neutral",
            "Reason": f"Replacement card {number} has not arrived",
            "PhoneNumber": f"+442079460{number:03}",
            "IsAttendeeVerified": True,
            "InitiatingAttendeeId": "003Wq00000pL9cDIAS",
        }
        for number in range(RECORDS)
    ]
}
# Table, and the column that names the interaction.
TABLES = (
    ("engagements_engagementinteraction", "id"),
    ("attendees_engagementattendee", "engagement_id"),
    ("events_event", "interaction_id"),
)
# Keys of the reference's own, far from the product's: the same for a client's whole transaction, new with each.
KEYS = f"""
\\set n :n + 1
begin;
select set_config('bench.first', (1000000000000 * (:client_id + 1) + {RECORDS}::bigint * :n)::text, true);
"""


def measure(house: House, seconds: float) -> Row:
    requests_per_second(house, PATH, BODY, 2, status=200)  # warm up: connections, caches, plans
    script = _inserts_of_one_call(house)
    firsts = count(step=10_000_000)
    ours, reference = taking_turns(
        lambda each: RECORDS * requests_per_second(house, PATH, BODY, each, status=200),
        lambda each: RECORDS * pgbench(house, script, each, first=next(firsts)),
        seconds,
    )
    return Row("collections create of 200, records : the same rows by multi-row inserts", ours, reference, least=0.4)


def _inserts_of_one_call(house: House) -> str:
    """One transaction that inserts the rows of the newest call again, with keys of its own."""
    with house.owner() as connection:
        newest = [
            int(str(key))
            for (key,) in connection.execute(
                "select id from engagements_engagementinteraction where tenant_id = %s order by id desc limit %s",
                [house.tenant.pk, RECORDS],
            )
        ]
        positions = {str(key): position for position, key in enumerate(newest)}
        statements = [_insert(connection, table, link, positions) for table, link in TABLES]
        return "\n".join([KEYS, *(statement.as_string(connection) for statement in statements), "commit;"])


def _insert(connection: object, table: str, link: str, positions: dict[str, int]) -> sql.Composed:
    names = [
        name
        for (name,) in connection.execute(
            "select column_name from information_schema.columns where table_name = %s and is_generated = 'NEVER'"
            " and column_name not in ('xid') and (column_name <> 'id' or %s) order by ordinal_position",
            [table, link == "id"],
        )
    ]
    listed = sql.SQL(", ").join(map(sql.Identifier, names))
    texts = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in names)
    found = sql.SQL("select {} from {} where {} = any(%s)").format(texts, sql.Identifier(table), sql.Identifier(link))
    rows = [
        sql.SQL("({})").format(
            sql.SQL(", ").join(_value(name, value, link, positions) for name, value in zip(names, row, strict=True))
        )
        for row in connection.execute(found, [list(map(int, positions))])
    ]
    return sql.SQL("insert into {} ({}) values {};").format(sql.Identifier(table), listed, sql.SQL(", ").join(rows))


def _value(column: str, value: object, link: str, positions: dict[str, int]) -> sql.Composable:
    if column == "uuid":
        return sql.SQL("gen_random_uuid()")
    if column == link:
        return sql.SQL("current_setting('bench.first')::bigint + {}").format(positions[str(value)])
    return sql.Literal(value)
