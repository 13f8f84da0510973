"""Realtime statistics, intervals and agents' states (cxengage 10, 11.1, 11.2)."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.agents.models import Agent, AgentSession
from apps.common import clock
from apps.facades.cxengage.realtime.lists import LISTS
from apps.queues.models import Queue
from apps.reporting.statistics.catalogue import FACTS, STATISTICS
from tests.builders import make_agent, make_live, make_queue, make_user
from tests.facades.cxengage.cast import TENANT_ID
from tests.facades.cxengage.conftest import Get, basic
from tests.reporting.history import History, at

DAY = {"start": "2026-03-04T00:00:00.000Z", "end": "2026-03-04T23:59:59.999Z"}


@pytest.fixture
def supervisor(in_scope: Any) -> User:
    return make_user("supervisor")


@pytest.fixture
def agent(in_scope: Any) -> Agent:
    return make_agent()


@pytest.fixture
def queue(agent: Agent) -> Queue:
    """Where two were answered after 4 and 30 seconds, and one left after 60, on the morning of the day."""
    queue = make_queue("Support", [agent])
    history = History()
    for begin, wait in ((0, 4.0), (200, 30.0)):
        contact = history.contact(begin, begin + wait + 100)
        stay = history.stay(contact, queue, begin, begin + wait, "success")
        left = begin + wait + 60
        history.part(agent, contact, stay, begin, begin + wait, talk=begin + wait, left=left, ended=left + 40)
    contact = history.contact(400, 460, left=460, left_from="queue")
    history.stay(contact, queue, 400, 460, "abandon")
    return queue


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: at(3 * 3600))


def batch(by: User, requests: Any) -> Any:
    path = f"/v1/tenants/{TENANT_ID}/realtime-statistics/batch"
    return Client().post(path, {"requests": requests}, "application/json", headers={"Authorization": basic(by)})


@pytest.mark.usefixtures("noon")
def test_one_statistic_of_each_kind(get: Get, supervisor: User, queue: Queue) -> None:
    def results(name: str, **filters: Any) -> Any:
        answer = get(f"realtime-statistics/{name}", filters, by=supervisor)
        assert answer.status_code == 200, answer.json()
        assert isinstance(answer.json()["queryTime"], int)
        return answer.json()["results"]

    own = {"queue-id": str(queue.uuid)}
    window = {"queryWindow": DAY}
    assert results("queue-abandons-count", **own) == {"count": 1, "unit": "count", **window}
    assert results("service-level", queueId=str(queue.uuid)) == {"percent": 33.33, "unit": "percentage", **window}
    waits = {"avg": 31_333, "min": 4_000, "max": 60_000, "total": 94_000}
    assert results("queue-time", **own) == {**waits, "unit": "millis", **window}
    assert results("resources-idle-percentage") == {"percent": None, "unit": "percentage", **window}
    (row,) = results("queue-details-list")["details"]
    assert (row["queueName"], row["serviceLevel"], row["abandonCount"], row["queueLength"]) == ("Support", 33.33, 1, 0)
    assert row["avgQueueDuration"] == 31_333


@pytest.mark.usefixtures("noon")
def test_a_batch_answers_each_item_by_itself(get: Get, supervisor: User, queue: Queue, agent: Agent) -> None:
    own = str(agent.user.uuid)
    answer = batch(
        supervisor,
        {
            "sl": {"statistic": "service-level", "queue-id": str(queue.uuid)},
            "mine": {"statistic": "work-accepted-count", "resourceId": own},
            "typo": {"statistic": "queue-lenght"},
            "nobody": {"statistic": "queue-length", "queue-id": str(uuid4())},
            "bad": {"statistic": "queue-length", "queueId": "12"},
            "odd": {"statistic": "queue-length", "resource-id": own},
            "none": None,
        },
    )
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert list(results) == ["sl", "mine", "typo", "nobody", "bad", "odd", "none"]
    statuses = {name: each["status"] for name, each in results.items()}
    assert statuses == {"sl": 200, "mine": 200, "typo": 404, "nobody": 400, "bad": 400, "odd": 400, "none": 404}
    assert results["mine"]["body"]["results"]["count"] == 2
    unknown = {"message": "Unknown statistic.", "attribute": {"statistic": "queue-lenght"}}
    assert results["typo"]["body"] == {"error": unknown}
    alone = get("realtime-statistics/queue-lenght", by=supervisor)
    assert (alone.status_code, alone.json()) == (404, {"error": unknown})
    assert [*results["odd"]["body"]["error"]["attribute"]] == ["resource-id"]


@pytest.mark.parametrize("body", [{}, {"requests": []}, {"requests": {str(n): {} for n in range(101)}}, [], "x"])
def test_what_is_no_batch_is_refused(supervisor: User, body: Any) -> None:
    path = f"/v1/tenants/{TENANT_ID}/realtime-statistics/batch"
    answer = Client().post(path, body, "application/json", headers={"Authorization": basic(supervisor)})
    assert answer.status_code == 400
    assert "error" in answer.json()


def test_everything_that_is_offered_can_be_asked_for(get: Get, supervisor: User, queue: Queue, agent: Agent) -> None:
    make_live(queue)
    AgentSession.objects.create(agent=agent, started_at=clock.now(), lease_until=clock.now())
    offered = get("realtime-statistics/available", {"client": "toolbar", "locale": "en-US"}, by=supervisor).json()
    assert offered["serviceLevel"]["name"] == "service-level"
    assert {each["name"] for each in offered.values()} == {*STATISTICS, *LISTS}
    names = [each["name"] for each in offered.values()]
    for some in (names[:100], names[100:]):
        results = batch(supervisor, {name: {"statistic": name} for name in some}).json()["results"]
        assert {each["status"] for each in results.values()} <= {200}
        for name, each in results.items():
            keys = next(row["responseKeys"] for row in offered.values() if row["name"] == name)
            assert {*keys} <= {*each["body"]["results"]}


def test_a_larger_batch_takes_no_more_queries(supervisor: User, queue: Queue) -> None:
    def asked(count: int) -> Any:
        names = [name for name in STATISTICS if name.startswith(("queue-", "resource-", "work-"))][:count]
        return {name: {"statistic": name} for name in names} | {
            f"{name} of one": {"statistic": "queue-length", "queue-id": str(queue.uuid)} for name in names
        }

    with CaptureQueriesContext(connection) as some:
        batch(supervisor, asked(12))
    with CaptureQueriesContext(connection) as many:
        batch(supervisor, asked(40))
    assert len(many) - len(some) <= len(FACTS)  # more kinds of rows are asked of, never more often


def test_who_may_ask(get: Get, agent: Agent, queue: Queue) -> None:
    own = {"resource-id": str(agent.user.uuid)}
    other = {"resource-id": str(make_agent().user.uuid)}
    path = "realtime-statistics/work-accepted-count"
    assert get(path, own, by=agent.user).status_code == 200
    assert [get(path, query, by=agent.user).status_code for query in ({}, other)] == [403, 403]
    assert get(path, by=None).status_code == 401
    refused = get("wfm/intervals/queue", {"start": DAY["start"]}, by=agent.user)
    assert (refused.status_code, refused.json()["error"]["expectedPermissions"]) == (403, ["WFM_HISTORICAL"])


def test_the_wait_that_is_to_be_expected(
    get: Get, supervisor: User, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def expected(second: float) -> Any:
        monkeypatch.setattr(clock, "now", lambda: at(second))
        return get("realtime-statistics/estimated-wait-time", by=supervisor).json()["results"]["avg"]

    assert [expected(300), expected(5000)] == [60_000, None]  # about 19 s is a minute; nobody lately is no figure


def test_a_place_in_the_queue(get: Get, supervisor: User, queue: Queue) -> None:
    first, second = make_live(queue), make_live(queue)
    path = "interactions/{}/realtime-statistics/current-position-in-queue"
    assert [get(path.format(each.uuid), by=supervisor).json()["results"]["count"] for each in (first, second)] == [1, 2]
    for absent in (make_live().uuid, uuid4(), "x"):
        assert get(path.format(absent), by=supervisor).status_code == 404


def test_what_an_agent_has_room_for(get: Get, supervisor: User, agent: Agent) -> None:
    path = f"users/{agent.user.uuid}/realtime-statistics/resource-capacity"
    assert get(path, by=agent.user).json()["results"]["resourceCapacity"] == []
    session = AgentSession.objects.create(agent=agent, started_at=clock.now(), lease_until=clock.now())
    session.channels.create(agent=agent, channel="voice", is_ready=True, since=clock.now(), idle_since=clock.now())
    (row,) = get(path, by=supervisor).json()["results"]["resourceCapacity"]
    assert (row["state"], row["presence"], row["sessionId"]) == ("idle", "ready", str(session.uuid))
    assert row["capacity"] == [{"channels": ["voice"], "allocation": 0, "load": 0, "capacity": 1}]
    assert get(path, by=make_agent().user).status_code == 403


@pytest.mark.usefixtures("noon")
def test_quarter_hours_of_a_queue(get: Get, supervisor: User, queue: Queue, agent: Agent) -> None:
    range_ = {"start": "2026-03-04T09:00:00Z", "end": "2026-03-04T09:30:00.000Z"}
    found = get("wfm/intervals/queue", range_, by=supervisor).json()
    (row,) = found.pop("results")
    assert found == {
        "tenantId": TENANT_ID,
        "limit": 1000,
        "offset": 0,
        "page": 0,
        "total": 1,
        "start": "2026-03-04T09:00:00.000Z",
        "end": "2026-03-04T09:30:00.000Z",
        "type": "queue",
    }
    wanted = {
        "queueName": "Support",
        "startTimestamp": "2026-03-04T09:00:00.000Z",
        "endTimestamp": "2026-03-04T09:15:00.000Z",
        "offeredCallCount": 3,
        "answeredCallCount": 2,
        "handledCallCount": 2,
        "abandonedCallCount": 1,
        "inServiceLevelContacts": 1,
        "totalServiceLevelContacts": 3,
        "sla": 33.33,
        "queueTime": 94,
        "maxQueueTime": 60,
        "answerTime": 34,
        "avgTimeToAnswer": 17,
        "wrapUpTime": 80,
        "avgHandleTime": 100,
        "busyTime": None,
        "availableAgents": 0,
    }
    assert {key: row[key] for key in wanted} == wanted
    again = get("wfm/intervals/queue", range_, by=supervisor).json()["results"]
    assert again[0]["queueIntervalId"] == row["queueIntervalId"]
    (both,) = get("wfm/intervals/agent-queue", range_, by=supervisor).json()["results"]
    assert (both["agentId"], both["queueId"]) == (str(agent.user.uuid), str(queue.uuid))
    (alone,) = get("wfm/intervals/agent", range_, by=supervisor).json()["results"]
    assert (alone["workOfferCount"], alone["workAcceptedCount"], alone["loggedInTime"]) == (2, 2, 0)


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize(
    ("query", "attribute"),
    [
        ({}, "start"),
        ({"start": "2026-03-04T09:01:00Z"}, "start"),
        ({"start": "2026-03-04T09:00:00Z", "end": "2026-03-04T09:10:00Z"}, "end"),
        ({"start": "2026-03-04T09:00:00Z", "end": "2026-03-04T12:00:00Z"}, "end"),
        ({"start": "2026-02-20T09:00:00Z", "end": "2026-03-04T09:00:00Z"}, "end"),
        ({"start": "2026-03-04T09:00:00Z", "end": "2026-03-04T08:00:00Z"}, "start"),
        ({"start": "x"}, "start"),
        ({"start": "9999-12-31T23:45:00Z"}, "start"),
        ({"start": "2026-03-04T09:00:00Z", "limit": "1001"}, "limit"),
    ],
)
def test_limits_of_the_intervals(get: Get, supervisor: User, query: Any, attribute: str) -> None:
    refused = get("wfm/intervals/queue", query, by=supervisor)
    assert (refused.status_code, [*refused.json()["error"]["attribute"]]) == (400, [attribute])


@pytest.mark.usefixtures("noon")
def test_what_agents_states_became(get: Get, supervisor: User, agent: Agent) -> None:
    session = AgentSession.objects.create(agent=agent, started_at=at(0), lease_until=at(0))
    first = agent.spans.create(session=session, state="not_ready", started_at=at(10_000), ended_at=at(10_060))
    second = agent.spans.create(session=session, state="ready", started_at=at(10_060))
    query = {"start": "2026-03-04T11:45:00Z", "end": "2026-03-04T11:55:00Z"}
    rows = get("wfm/rta", query, by=supervisor).json()["results"]
    told = [(row["eventId"], row["nextEventId"], row["eventType"], row["sessionId"]) for row in rows]
    own = str(session.uuid)
    assert told == [(first.pk, second.pk, "agent-not-ready", own), (second.pk, None, "agent-ready", own)]
    longer = {**query, "end": "2026-03-04T11:56:00Z"}
    assert get("wfm/rta", longer, by=supervisor).json()["error"]["attribute"].keys() == {"end"}
