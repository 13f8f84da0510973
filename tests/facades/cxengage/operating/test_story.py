"""Two agents, and nothing but interrupts: the record, Genesys and the agents' messages say the same."""

from typing import Any

import pytest

from apps.queues.models import Disposition
from tests.builders import make_agent, make_live, make_queue
from tests.facades.cxengage.conftest import Get
from tests.facades.cxengage.toolbar import Toolbar
from tests.queues.readings import Readings

pytestmark = pytest.mark.django_db


def test_a_call_is_taken_held_handed_on_warm_and_finished(in_scope: Any, get: Get) -> None:
    anna, boris = make_agent("anna"), make_agent("boris")
    support = make_queue("Support", [anna], wrap_up_s=30)
    billing = make_queue("Billing", [boris], wrap_up_s=60, disposition_required=True)
    solved = Disposition.objects.create(name="Solved")
    first, second = Toolbar(anna).comes(), Toolbar(boris).comes()

    call = make_live(support)
    assert first.words(call) == ["work-offer"]
    offer = first.heard(call)[0]
    answer = first.post(
        f"interactions/{call.uuid}/actions/{offer['actionId']}",
        source="client",
        subId=offer["subId"],
        update={"resourceId": first.id},
    )
    assert answer.status_code == 200, answer.content
    assert offer["sessionId"] == first.session
    first.does(call, "offer-accept")
    first.does(call, "offer-accept")  # repeated
    first.does(call, "customer-hold")
    first.does(call, "customer-resume")
    first.does(call, "customer-transfer", transferType="warm-transfer", transferQueueId=str(billing.uuid))
    seen = Readings(call)
    assert (seen.state(anna.user), seen.state(boris.user)) == ("Processing", "Invited")
    second.does(call, "offer-accept")
    first.does(call, "remove-resource", targetResource=first.id)
    assert second.words(call) == [
        *("work-offer", "work-accepted", "disposition-codes", "wrapup", "resource-removed"),
    ]
    second.does(call, "remove-resource", targetResource=second.id)
    assert second.interrupt(call, "wrapup-end").status_code == 409  # the queue demands a disposition
    second.does(call, "disposition-select", disposition={"dispositionId": str(solved.uuid), "selected": True})
    assert (seen.state(anna.user), seen.state(boris.user)) == ("Completed", "Processing")
    assert seen.record("Status", "OwnerId") == ["In Progress", boris.user.public_id]
    second.does(call, "wrapup-end")
    first.does(call, "wrapup-end")

    row = get(f"interactions/{call.uuid}").json()
    assert (row["dataComplete"], row["dispositionName"], row["customerTransfers"], row["customerHolds"]) == (
        *(True, "Solved", 1, 2),
    )
    assert [each["segmentEndType"] for each in row["segments"]] == ["success", "success"]
    assert [(each["agentName"], each["agentHolds"]) for each in row["agents"]] == [("Anna", 2), ("Boris", 0)]
    assert [each["queueExitType"] for each in row["queues"]] == ["success", "success"]
    assert (seen.state(boris.user), seen.record("Status")) == ("Completed", ["Completed"])
    assert first.words(call) == [
        *("work-offer", "work-accepted", "disposition-codes", "wrapup", "customer-hold", "customer-resume"),
        *("transfer-started", "resource-added", "transfer-connected", "wrapup-start", "work-ended"),
    ]
    assert second.words(call)[5:] == ["wrapup-start", "work-ended"]
    assert first.interrupt(call, "customer-hold").status_code == 410
