"""The worked examples as they happen: run by the operations at the printed times, then read over HTTP, digit for digit.

Only the ids that rows get when they are made are ours, and the end: that of the last wrap-up, where the example's
platform takes 65 ms more.
"""

from typing import Any

import pytest

from apps.common import clock
from apps.directory.models import CrmRecord
from apps.engagements.models import Hook
from apps.queues import operations
from apps.queues.models import Disposition, Queue
from apps.tenants.models import Tenant
from tests.builders import make_agent, make_live, make_user, ready
from tests.facades.cxengage import cast
from tests.facades.cxengage.cast import today
from tests.facades.cxengage.conftest import Get
from tests.facades.cxengage.test_interaction import shown, without_made_ids
from tests.facades.cxengage.test_realtime import batch
from tests.reporting.history import History, at
from tests.reporting.test_statistics import (
    AVERAGES_OF_AN_AGENT,
    an_hour_of_an_agent,
    entries_of_one_day,
    measured_queue,
)


def test_8_1_answered_held_and_transferred_warm(in_scope: Tenant, get: Get) -> None:
    ramona, tomas, ines = cast.ramona(in_scope), cast.tomas(in_scope), cast.ines(in_scope)
    support, billing = cast.support(ramona, tomas), cast.billing(ines)
    Queue.objects.update(wrap_up_s=30)
    CrmRecord.objects.create(
        uuid="24025003-c9a4-5779-9b67-e3a457a916d1", object_name="Contact", record_id="003AB00000Z1abc", name="A. C."
    )
    outcome = Disposition.objects.create(uuid="dedcf143-15ca-582d-81c8-33c97867bcce", name="Invoice corrected")
    call = make_live(
        at=today("14:05:10.250"),
        flow=cast.main_line(),
        values={"uuid": "44f678c4-81f3-5b93-a5d6-ddffe8de5083", "initiating_attendee_id": "003AB00000Z1abc"},
    )
    before = [make_live(support, at=today("14:05:00.000")) for _ in range(2)]
    operations.enqueue(call, support, by=None, at=today("14:05:16.730"))  # the third to wait
    for each in before:
        operations.abandon(each, at=today("14:05:29.000"))
    ready(ramona, "voice", at=today("14:05:30.100"))
    operations.reject(call, by=ramona, at=today("14:05:38.900"))
    ready(tomas, "voice", at=today("14:05:39.400"))
    operations.accept(call, by=tomas, at=today("14:05:44.130"), talks=False)
    operations.connect(call, by=tomas, at=today("14:05:45.630"))
    operations.hold(call, by=tomas, at=today("14:07:00.000"))
    operations.resume(call, by=tomas, at=today("14:07:42.500"))
    leg = operations.start_transfer(call, None, by=tomas, at=today("14:09:00.000"))
    operations.aim(call, leg, billing, by=tomas, at=today("14:09:00.120"))
    ready(ines, "voice", at=today("14:09:03.020"))
    operations.accept(call, by=ines, at=today("14:09:12.620"), talks=False)
    operations.connect(call, by=ines, at=today("14:09:14.020"))
    operations.complete_transfer(call, by=tomas, at=today("14:09:20.000"))
    operations.complete(call, by=tomas, at=today("14:09:50.000"))
    _link(call, ines)
    operations.hang_up(call, by=ines, at=today("14:12:30.875"))
    operations.complete(call, by=ines, disposition=outcome, at=today("14:13:00.875"))
    got, wanted = get(f"interactions/{call.uuid}").json(), cast.example("answered")
    wanted = without_made_ids({**wanted, "endTimestamp": "2026-03-04T14:13:00.875Z", "interactionTime": 470.625})
    wanted["details"]["endTimestamp"] = wanted["endTimestamp"]
    assert shown(got, wanted) == wanted


def test_13_3_the_numbers_of_one_day(in_scope: Tenant, monkeypatch: pytest.MonkeyPatch, get: Get) -> None:
    queue, supervisor = measured_queue(), make_user("supervisor")
    entries_of_one_day(queue, History())
    monkeypatch.setattr(clock, "now", lambda: at(3 * 3600))
    names = ("service-level", "abandon-rate", "queue-abandon-time", "queue-time", "queue-abandons-count")
    requests = {name: {"statistic": name, "queue-id": str(queue.uuid)} for name in names}
    answer = batch(supervisor, requests).json()["results"]
    told = {name: item["body"]["results"] for name, item in answer.items()}
    assert (told["service-level"]["percent"], told["abandon-rate"]["percent"]) == (55.56, 28.57)
    assert (told["queue-abandon-time"]["avg"], told["queue-abandons-count"]["count"]) == (21_625, 4)
    waits = {"avg": 26_086, "min": 2_000, "max": 90_000, "total": 365_201}
    assert {key: told["queue-time"][key] for key in waits} == waits
    span = {"start": "2026-03-04T09:00:00.000Z", "end": "2026-03-04T11:00:00.000Z"}
    rows = get("wfm/intervals/queue", span).json()["results"]
    wanted = {
        "offeredCallCount": 14,
        "answeredCallCount": 8,
        "answeredInSlaCount": 5,
        "abandonedCallCount": 4,
        "shortAbandonsCount": 3,
        "abandonedInSlaCount": 3,
        "inServiceLevelContacts": 5,
        "totalServiceLevelContacts": 9,
        "queueTimeoutCount": 1,
        "queueCallbacksConfirmedCount": 1,
        "queueTime": 365.201,
        "answerTime": 158.701,
        "abandonedTime": 86.5,
    }
    assert {key: round(sum(row[key] for row in rows), 3) for key in wanted} == wanted
    assert max(row["maxQueueTime"] for row in rows) == 90.0


def test_13_3_the_numbers_of_one_agent(in_scope: Tenant, monkeypatch: pytest.MonkeyPatch, get: Get) -> None:
    agent, supervisor = make_agent(), make_user("supervisor")
    an_hour_of_an_agent(agent, History())
    monkeypatch.setattr(clock, "now", lambda: at(3 * 3600))
    own = str(agent.user.uuid)
    names = [*AVERAGES_OF_AN_AGENT, "occupancy", "resource-details-list", "resource-logged-in-time"]
    answer = batch(supervisor, {name: {"statistic": name, "resource-id": own} for name in names}).json()["results"]
    told = {name: item["body"]["results"] for name, item in answer.items()}
    assert {name: told[name]["avg"] for name in AVERAGES_OF_AN_AGENT} == AVERAGES_OF_AN_AGENT
    assert (told["occupancy"]["percent"], told["resource-logged-in-time"]["total"]) == (20.67, 3_600_000)
    (row,) = told["resource-details-list"]["json"]
    wanted = {"avgHandleTime": 206_667, "avgResourceTalkTime": 170_000, "avgResourceWrapUpDuration": 25_000}
    wanted |= {"conversationStarts": 3, "avgResourceHoldDuration": 11_667, "avgResourceLoggedInTime": 3_600_000}
    assert {key: row[key] for key in wanted} == wanted

    span = {"start": "2026-03-04T09:00:00.000Z", "end": "2026-03-04T10:00:00.000Z"}
    quarters = get("wfm/intervals/agent", span).json()["results"]
    sums = {"loggedInTime": 3600, "awayTime": 600, "busyTime": 620, "idleTime": 2380, "conversationTime": 545}
    sums |= {"holdTime": 35, "wrapUpTime": 75, "handledCallCount": 3}
    assert {key: sum(quarter[key] for quarter in quarters) for key in sums} == sums
    assert [quarter["avgHandleTime"] for quarter in quarters] == [257.5, 105, 0, 0]


def _link(call: Any, by: Any) -> None:
    Hook.objects.create(
        interaction=call,
        uuid="55d143be-5cbf-5b0a-abef-ac79541d9f8b",
        type="salesforce",
        sub_type="case",
        record_id="500AB00000X9kLm",
        name="00031877",
        hooked_by="005AB000004qTzR",
        agent=by,
        at=today("14:10:02.300"),
    )
