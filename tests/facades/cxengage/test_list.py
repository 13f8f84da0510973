"""The list: paging, range, filters (cxengage 5, 8.3)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.directory.models import CrmRecord
from apps.engagements.models import EngagementInteraction, Hook
from apps.queues import operations
from apps.queues.models import Disposition
from apps.tenants.models import Tenant
from tests.builders import make_agent, make_live, make_queue, ready
from tests.facades.cxengage.answered import make_answered
from tests.facades.cxengage.cast import TENANT_ID, today
from tests.facades.cxengage.conftest import Get

pytestmark = pytest.mark.django_db
NOON = today("12:00:00.000")


def make_hourly(count: int) -> list[EngagementInteraction]:
    return [make_live(at=NOON + timedelta(hours=hour)) for hour in range(count)]


def ids(reply: Any) -> list[str]:
    """Of a page; the last one's rows make up the total."""
    assert reply.status_code == 200, reply.content
    got = reply.json()
    assert len(got["results"]) == max(0, min(got["limit"], got["total"] - got["offset"]))
    return [row["interactionId"] for row in got["results"]]


def ids_of(*interactions: EngagementInteraction) -> list[str]:
    return [str(interaction.uuid) for interaction in interactions]


def test_the_root_of_an_empty_list(in_scope: Tenant, get: Get) -> None:
    """`page` is null in either mode, and no match is an empty list (X-26)."""
    assert get("interactions", {"hookSubType": "ticket", "colour": "blue"}).json() == {
        "page": None,
        "limit": 10,
        "offset": 0,
        "total": 0,
        "tenantId": TENANT_ID,
        "tenantName": "Harbour Utilities",
        "tenantTimezone": "Europe/London",
        "hookSubType": "ticket",
        "results": [],
    }


def test_newest_first_and_pages_do_not_overlap(in_scope: Tenant, get: Get) -> None:
    """X-23: of the same instant, the greater id first."""
    same = [make_live(at=NOON) for _ in range(3)]
    newer = make_live(at=NOON + timedelta(seconds=1))
    wanted = ids_of(newer, *sorted(same, key=lambda each: each.uuid, reverse=True))
    pages = [ids(get("interactions", {"limit": 2, "page": page})) for page in range(3)]
    assert pages == [wanted[:2], wanted[2:], []]
    assert ids(get("interactions", {"limit": 2, "offset": 1})) == wanted[1:3]


def test_paging_is_echoed_as_applied(in_scope: Tenant, get: Get) -> None:
    """X-13, 8.3."""
    make_hourly(3)
    got = get("interactions", {"page": 2, "limit": 50, "offset": 7}).json()
    assert (got["page"], got["limit"], got["offset"], got["total"], got["results"]) == (2, 50, 100, 3, [])
    got = get("interactions", {"limit": 0}).json()
    assert (got["limit"], got["total"], got["results"]) == (0, 3, [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "1001"),
        ("limit", "-1"),
        ("limit", "ten"),
        ("limit", "9" * 5000),
        ("limit", "١"),
        ("offset", "-1"),
        ("offset", "1.5"),
        ("page", "-1"),
        ("start", "yesterday"),
        ("end", "2026-13-01T00:00:00Z"),
        ("start", "2026-03-04T24:30:00Z"),
        ("start", "9999-12-31T24:00:00Z"),
        ("startTimeRange", "x"),
        ("contactId", "5"),
        ("contactID", "5"),
        ("agentId", "\x00"),
        ("hookName", "\x00"),
    ],
)
def test_a_malformed_parameter_is_named(in_scope: Tenant, get: Get, name: str, value: str) -> None:
    reply = get("interactions", {name: value})
    assert reply.status_code == 400
    assert set(reply.json()["error"]["attribute"]) == {name}


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"start": "2026-03-05T00:00:00Z", "end": "2026-03-04T00:00:00Z"}, "start"),
        ({"startTimeRange": "2026-03-05T00:00:00Z", "endTimeRange": "2026-03-04T00:00:00Z"}, "startTimeRange"),
        ({"start": "2026-03-04T00:00:00Z", "startTimeRange": "2026-03-04T00:00:00Z"}, "startTimeRange"),
        ({"start": "2026-03-04T00:00:00Z", "endTimeRange": "2026-03-04T00:00:00Z"}, "endTimeRange"),
    ],
)
def test_a_range_that_cannot_be(in_scope: Tenant, get: Get, query: dict[str, str], named: str) -> None:
    """X-14, X-20."""
    reply = get("interactions", query)
    assert reply.status_code == 400
    assert set(reply.json()["error"]["attribute"]) == {named}


@pytest.mark.parametrize(
    ("query", "hours"),
    [
        ({"start": "2026-03-04T13:00:00.000Z", "end": "2026-03-04T14:00:00.000Z"}, [1]),
        ({"startTimeRange": "2026-03-04T13:00:00Z", "endTimeRange": "2026-03-04T14:00:00Z"}, [1]),
        ({"start": "2026-03-04T13:00:00.000"}, [2, 1]),
        ({"end": "2026-03-04T14:00:00+01:00"}, [0]),
        ({"end": "2026-03-04T14:00:00.000 01:00"}, [0]),  # an unescaped plus
        ({"start": "2026-03-04T14:00:00.000Z", "end": "2026-03-04T24:00:00.000Z"}, [2]),
        ({"start": "2026-03-04T14:00:00.001Z"}, []),
    ],
)
def test_the_range_compares_the_begin(in_scope: Tenant, get: Get, query: dict[str, str], hours: list[int]) -> None:
    made = make_hourly(3)
    reply = get("interactions", query)
    assert ids(reply) == ids_of(*(made[hour] for hour in hours))
    assert reply.json()["total"] == len(hours)
    assert {name: reply.json()[name] for name in query} == query


def test_links(in_scope: Tenant, get: Get) -> None:
    """Exact text, any of repeated values, all of several filters on one link (X-15, X-21, X-22)."""
    first, second, third = make_hourly(3)
    for interaction, key, name in ((first, "7", "Case"), (second, "8", "case"), (third, "8", "Case")):
        Hook.objects.create(
            interaction=interaction, type="zendesk", sub_type="ticket", record_id=key, name=name, at=NOON
        )
    Hook.objects.create(interaction=second, type="crm", sub_type="ticket", record_id="7", name="x", at=NOON)
    assert ids(get("interactions", {"hookType": "zendesk", "hookSubType": "ticket", "hookId": "8"})) == ids_of(
        third, second
    )
    assert ids(get("interactions", {"type": "zendesk", "hookId": "7"})) == ids_of(first)
    assert ids(get("interactions", {"hook-name": "Case"})) == ids_of(third, first)
    assert ids(get("interactions", {"hookName": ["Case", "x"]})) == ids_of(third, second, first)
    assert ids(get("interactions", {"hookType": "Zendesk"})) == []


def test_custom_attributes(in_scope: Tenant, get: Get) -> None:
    """X-46: the value sits in the hook's id."""
    first, second = make_hourly(2)
    for interaction, value in ((first, "gold"), (second, "tin")):
        Hook.objects.create(
            interaction=interaction,
            type="unattachedAttr",
            sub_type="interaction-attribute",
            record_id=value,
            name="tier",
            at=NOON,
        )
    Hook.objects.create(interaction=second, type="zendesk", sub_type="user", record_id="gold", name="tier", at=NOON)
    assert ids(get("interactions", {"hook-name": "tier", "attribute-value": "gold"})) == ids_of(first)
    assert ids(get("interactions", {"attribute-value": "gold", "hookType": "zendesk"})) == []


def test_a_contacts_interactions(in_scope: Tenant, get: Get) -> None:
    known = CrmRecord.objects.create(
        object_name="Contact", record_id="003AB00000Z1abc", name="A", phone_key="+442079460123"
    )
    first, second = make_hourly(2)
    EngagementInteraction.objects.filter(pk=second.pk).update(initiating_attendee_id=None)
    for spelling in ("contactId", "contactID"):
        assert ids(get("interactions", {spelling: str(known.uuid)})) == ids_of(second, first)
    assert get("interactions").json()["results"][0]["contactId"] == str(known.uuid)


def test_our_own_filters(in_scope: Tenant, get: Get) -> None:
    """X-25."""
    agent = make_agent()
    queue = make_queue(members=[agent])
    outcome = Disposition.objects.create(name="Sold")
    worked = make_live(queue, at=NOON)
    ready(agent, "voice", at=NOON + timedelta(seconds=1))
    operations.accept(worked, by=agent, at=NOON + timedelta(seconds=2))
    operations.set_disposition(worked, outcome, by=agent, at=NOON + timedelta(seconds=3))
    other = make_live(channel="chat", direction="internal", at=NOON + timedelta(hours=1))
    EngagementInteraction.objects.filter(pk=other.pk).update(flag_type="Stuck", flagged_at=NOON)
    for query in (
        {"channelType": "voice"},
        {"direction": "inbound"},
        {"queueId": str(queue.uuid)},
        {"agentId": str(agent.user.uuid)},
        {"dispositionId": str(outcome.uuid)},
        {"flagged": "false"},
    ):
        assert ids(get("interactions", query)) == ids_of(worked), query
    for query in ({"channelType": "messaging"}, {"direction": "agent-initiated"}, {"flagged": "true"}):
        assert ids(get("interactions", query)) == ids_of(other), query
    assert ids(get("interactions", {"channelType": "any"})) == ids_of(other, worked)
    assert ids(get("interactions", {"flowId": str(queue.uuid)})) == []
    assert get("interactions", {"flagged": "true"}).json()["results"][0]["flagType"] == "Stuck"


def test_of_a_queue_and_an_agent_each_counts_once(in_scope: Tenant, get: Get) -> None:
    """Who came to the same queue and agent twice is one; who was deleted is none."""
    agent = make_agent()
    queue = make_queue(members=[agent], wrap_up_s=0)
    ready(agent, "voice", at=NOON)
    gone = make_live(queue, at=NOON)
    operations.accept(gone, by=agent, at=NOON)
    operations.hang_up(gone, by=agent, at=NOON)
    twice = make_live(queue, at=NOON + timedelta(minutes=1))
    operations.accept(twice, by=agent, at=NOON + timedelta(minutes=2))
    operations.requeue(twice, by=None, at=NOON + timedelta(minutes=3))
    operations.pull(twice, by=agent, at=NOON + timedelta(minutes=4))
    sold, lost = (Disposition.objects.create(name=name) for name in ("Sold", "Lost"))
    for outcome in (lost, sold):
        operations.set_disposition(twice, outcome, by=agent, at=NOON + timedelta(minutes=5))
    for each in (gone, twice):
        for number in ("1", "2"):
            Hook.objects.create(interaction=each, type="zendesk", sub_type="user", record_id=number, at=NOON)
    EngagementInteraction.objects.filter(pk=gone.pk).update(deleted_at=NOON)
    of_queue, of_agent = {"queueId": str(queue.uuid)}, {"agentId": str(agent.user.uuid)}
    given, linked = {"dispositionId": str(sold.uuid)}, {"hookType": "zendesk", "hookSubType": "user"}
    pairs = (of_queue | of_agent, of_queue | given, of_agent | linked, given | linked, linked | {"hookId": "1"})
    for query in (of_queue, of_agent, *pairs, of_queue | of_agent | given | linked, given | {"channelType": "voice"}):
        for more in ({}, {"start": "2026-03-04T00:00:00Z"}):
            reply = get("interactions", {**query, **more})
            assert (reply.json()["total"], ids(reply)) == (1, ids_of(twice))
    empty = ({"queueId": str(agent.uuid)}, of_queue | {"dispositionId": str(lost.uuid)}, of_agent | {"hookId": "3"})
    for query in empty:
        assert get("interactions", query).json()["total"] == 0, query


def test_rows_are_the_single_objects(in_scope: Tenant, get: Get) -> None:
    interaction = make_answered(in_scope)
    for query in ({}, {"green": "false"}):
        (row,) = get("interactions", query).json()["results"]
        assert row == get(f"interactions/{interaction.uuid}", query).json()


def test_as_many_queries_for_many_as_for_one(in_scope: Tenant, get: Get) -> None:
    queue = make_queue(members=[make_agent()])
    make_live(queue, at=NOON)
    get("interactions")  # the password is hashed once
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            get("interactions")
        counts.append(len(queries))
        for _ in range(3):
            make_live(queue, at=NOON)
    assert counts[0] == counts[1]


def test_a_contacts_history(in_scope: Tenant, get: Get) -> None:
    """X-27: the short rows of the agent's screen, which agents may read, too."""
    known = CrmRecord.objects.create(
        object_name="Contact", record_id="003AB00000Z9xyz", name="A", phone_key="+442079460123"
    )
    agent = make_agent("anna")
    worked = make_live(make_queue("Support", members=[agent]), at=NOON)
    ready(agent, "voice", at=NOON + timedelta(seconds=1))
    operations.accept(worked, by=agent, at=NOON + timedelta(seconds=2))
    make_live(customer="+442079460999", at=NOON)
    path = f"contacts/{known.uuid}/interactions"
    got = get(path, {"page": 0}, by=agent.user).json()
    assert (got["page"], got["total"], got["tenantId"]) == (0, 1, TENANT_ID)
    (row,) = got["results"]
    details = row.pop("interactionDetails")
    assert row == {
        "interactionId": str(worked.uuid),
        "channelType": "voice",
        "directionName": "inbound",
        "startTimestamp": "2026-03-04T12:00:00.000Z",
        "lastQueueName": "Support",
    }
    assert details["csat"] is None
    assert [each["agentName"] for each in details["agents"]] == ["Anna"]
    assert set(get(path, {"green": "false"}).json()["results"][0]) - set(row) == {
        "csat",
        "endTimestamp",
        "interactionDetails",
        "interactionTime",
        "lastDispositionName",
        "note",
    }


@pytest.mark.parametrize("contact_id", ["nonsense", "0d6c0a5e-7f0f-4c4e-8f0a-6f3e1f9b7a01"])
def test_nobodys_history(in_scope: Tenant, get: Get, contact_id: str) -> None:
    assert get(f"contacts/{contact_id}/interactions").status_code == 404
