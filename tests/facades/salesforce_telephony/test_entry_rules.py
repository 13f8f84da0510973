"""Calls go by the tenant's entry rules first, then by the number's own route; a closed queue takes none."""

import pytest

from apps.engagements.models import EngagementInteraction
from apps.queues.models import FlowCondition, FlowRule, OverflowRule, Queue, QueueEntry
from apps.voice_calls.models import CallCenterRoutingMap
from tests.builders import configured, make_queue
from tests.queues.test_hours import hours_of
from tests.telephony import CALLER, NUMBER

pytestmark = pytest.mark.usefixtures("looking")


def waits() -> list[tuple[str, int]]:
    return [(stay.queue.name, stay.priority) for stay in QueueEntry.objects.filter(left_at=None)]


def omni_flow(phone, key: str):
    return phone.send("PATCH", f"/voiceCalls/{key}/omniFlow", {"dialedNumber": NUMBER})


@pytest.fixture
def vip(center) -> Queue:
    made = make_queue("VIP")
    CallCenterRoutingMap.objects.create(
        call_center=center, external_id="pbx-vip", developer_name="vip", master_label="VIP", queue=made
    )
    return made


def test_a_caller_s_number_goes_before_the_number_s_own_queue(phone, center, vip):
    rule = configured(FlowRule(queue=vip, priority=900))
    configured(FlowCondition(rule=rule, fact="FromPhoneNumber", comparison="starts", value=CALLER[:9]))
    phone.create(vendorCallKey="a")
    assert waits() == [("VIP", 900)]
    assert omni_flow(phone, "a").json() == {"agent": "", "queue": "pbx-vip"}
    assert waits() == [("VIP", 900)]


def test_a_closed_queue_refuses_calls_and_says_what_to_offer(phone, center, vip):
    route = center.routes.get()
    route.queue = vip
    route.save()
    vip.when_closed = "callback"
    hours_of(vip, is_open=False)
    assert phone.create(vendorCallKey="a").status_code == 201
    assert EngagementInteraction.objects.get().stage == "flow"
    answer = omni_flow(phone, "a")
    assert answer.status_code == 400
    assert "closed: offer a callback" in answer.json()["errors"][0]


def test_the_telephone_system_is_told_the_queue_that_a_closed_one_leads_to(phone, center, vip):
    shut = make_queue("Shut")
    route = center.routes.get()
    route.queue = shut
    route.save()
    configured(OverflowRule(queue=shut, trigger="closed", to_queue=vip))
    hours_of(shut, is_open=False)
    phone.create(vendorCallKey="a")
    assert omni_flow(phone, "a").json() == {"agent": "", "queue": "pbx-vip"}
    assert QueueEntry.objects.count() == 2
