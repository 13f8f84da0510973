"""Connect creates over HTTP against plain inserts of the very same rows.

Ours: a Connect create with one attendee and one topic, on 8 connections. It checks a token, validates, and writes
interaction, attendees, topic, their history and one event. The reference inserts what one such request left
behind, with pgbench on 8 connections: same tables, same triggers, no product.
"""

from psycopg import sql

from bench.load import pgbench, requests_per_second, taking_turns
from bench.server import House
from bench.table import Row

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
    requests_per_second(house, PATH, BODY, 2)  # warm up: connections, caches, plans
    script = _inserts_of_one_request(house)
    ours, reference = taking_turns(
        lambda each: requests_per_second(house, PATH, BODY, each), lambda each: pgbench(house, script, each), seconds
    )
    return Row("Connect create over HTTP : the same rows inserted by pgbench", ours, reference, least=0.15)


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
