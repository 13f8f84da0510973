"""A telephone system asks where calls go: by flow, by target, anew, or nowhere (voice 6)."""

import pytest

from apps.agents.models import Agent
from apps.common.public_ids import salesforce_id
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.queues.models import Flow, FlowCondition, FlowRule, Queue, QueueEntry, WorkOffer
from apps.voice_calls.models import CallCenterRoutingMap, ContactRequest, NumberRoute, VoiceCall
from tests.builders import configured, make_agent, make_queue, ready
from tests.telephony import NUMBER

pytestmark = pytest.mark.usefixtures("looking")
KEY = "k"


def maps(center, external_id: str, **target) -> None:
    CallCenterRoutingMap.objects.create(
        call_center=center, external_id=external_id, developer_name=external_id, master_label=external_id, **target
    )


@pytest.fixture
def b() -> Agent:
    return ready(make_agent("boris"))


@pytest.fixture
def level2(center, b: Agent) -> Queue:
    made = make_queue("Second Level", members=[b])
    maps(center, "pbx-queue-17", queue=made)
    return made


@pytest.fixture
def call(phone, center) -> VoiceCall:
    """A call in the flow: its number leads nowhere yet."""
    NumberRoute.objects.all().delete()
    phone.create(vendorCallKey=KEY)
    return VoiceCall.objects.get()


def stage() -> str:
    return EngagementInteraction.objects.get().stage


def waits() -> list[str | None]:
    open_stays = QueueEntry.objects.filter(left_at=None)
    return [stay.queue.name if stay.queue else stay.target_agent.user.username for stay in open_stays]


def flow(phone, **body):
    return phone.send("PATCH", f"/voiceCalls/{KEY}/omniFlow", {"dialedNumber": NUMBER, **body})


def failed(answer) -> tuple[int, str]:
    body = answer.json()
    assert body["errors"] == [body["message"]]
    return answer.status_code, body["errorCode"]


def test_the_fallback_queue_by_name_or_id(phone, call, level2):
    for queue in ("second_level", level2.public_id):
        answer = flow(phone, fallbackQueue=queue)
        assert (answer.status_code, answer.json()) == (200, {"agent": "", "queue": "pbx-queue-17"})
        assert waits() == ["Second Level"]
    assert QueueEntry.objects.count() == 1
    assert WorkOffer.objects.get().agent.user.username == "boris"


@pytest.mark.parametrize("name", ["flowDevName", "flowName"])
def test_a_flow_decides_by_its_rules(phone, call, level2, b, name):
    vip = ready(make_agent("vera"))
    maps(call.call_center, "ext-9", user=vip.user)
    made = Flow.objects.create(name="Claims", developer_name="Claims_Routing", queue=level2)
    rule = configured(FlowRule(flow=made, agent=vip))
    configured(FlowCondition(rule=rule, fact="VIP", comparison="is", value="True"))
    configured(FlowCondition(rule=rule, fact="callType", comparison="starts", value="inb"))
    answer = flow(phone, **{name: "claims_routing"}, flowInputParameters={"vip": "true"})
    assert answer.json() == {"agent": "ext-9", "queue": ""}
    assert waits() == ["vera"]
    answer = flow(phone, **{name: "claims_routing"}, flowInputParameters='{"vip": "no"}')
    assert answer.json() == {"agent": "", "queue": "pbx-queue-17"}
    assert waits() == ["Second Level"]


def test_the_number_s_own_queue_comes_first(phone, call, level2):
    other = make_queue("Front desk")
    maps(call.call_center, "front", queue=other)
    NumberRoute.objects.create(call_center=call.call_center, number=NUMBER, queue=other)
    assert flow(phone, fallbackQueue="Second_Level").json() == {"agent": "", "queue": "front"}


def test_a_flow_that_fails_leaves_the_call_where_it_is(phone, call, level2):
    CallCenterRoutingMap.objects.all().delete()
    assert failed(flow(phone, fallbackQueue="Second_Level")) == (400, "ROUTING_FAILED")
    assert failed(flow(phone, flowDevName="nothing")) == (400, "ROUTING_FAILED")
    assert failed(phone.send("PATCH", f"/voiceCalls/{KEY}/omniFlow", {})) == (400, "MISSING_PARAMETER")
    assert failed(flow(phone, flowInputParameters="[]")) == (400, "INVALID_PARAMETER")
    assert failed(phone.send("PATCH", "/voiceCalls/unknown/omniFlow", {"dialedNumber": "1"})) == (404, "CALL_NOT_FOUND")
    assert stage() == "flow"


def test_to_a_queue_a_user_or_a_flow_by_id(phone, call, level2, b):
    made = Flow.objects.create(name="Claims", developer_name="Claims_Routing", queue=level2)
    targets = [level2.public_id, b.user.public_id, salesforce_id("300", made.pk)]
    for target, waiting in zip(targets, ["Second Level", "boris", "Second Level"], strict=True):
        answer = phone.send("POST", f"/voiceCalls/{KEY}/routeVoiceCall", {"routingTarget": target})
        assert (answer.status_code, answer.json()) == (200, {"status": "Success"})
        assert waits() == [waiting]


def test_the_fallback_where_the_target_is_not_there(phone, call, level2):
    absent = make_agent("adam")
    route = f"/voiceCalls/{KEY}/routeVoiceCall"
    body = {"routingTarget": absent.user.public_id}
    assert failed(phone.send("POST", route, body)) == (400, "ROUTING_FAILED")
    assert failed(phone.send("POST", route, {"routingTarget": "nobody"})) == (400, "ROUTING_FAILED")
    assert phone.send("POST", route, {**body, "fallbackQueue": level2.public_id}).status_code == 200
    assert waits() == ["Second Level"]


def test_to_somebody_else(phone, call, level2, b):
    c = ready(make_agent("cleo"))
    level2.memberships.create(agent=c)
    flow(phone, fallbackQueue="Second_Level")
    first = WorkOffer.objects.get(state="offered").agent
    for method, body in (("POST", ""), ("PATCH", "null")):
        answer = phone.send(method, f"/voiceCalls/{KEY}/reroute", body)
        assert (answer.status_code, answer.json()) == (200, {"status": "Success"})
    second = WorkOffer.objects.exclude(agent=first).get()
    assert second.outcome in (None, "cancelled")


def test_off_whoever_has_it(phone, call, level2, b):
    flow(phone, fallbackQueue="Second_Level")
    operations.accept(EngagementInteraction.objects.get(), by=b)
    phone.send("POST", f"/voiceCalls/{KEY}/reroute", "")
    assert stage() == "queued"
    assert waits() == ["Second Level"]
    assert VoiceCall.objects.get().owner_queue == level2


def test_nobody_any_more(phone, call, level2):
    clear = f"/voiceCalls/{KEY}/clearRouting"
    assert phone.send("PATCH", clear, "null").json() == {"status": "Success"}
    flow(phone, fallbackQueue="Second_Level")
    assert phone.send("PATCH", clear, "").json() == {"status": "Success"}
    assert not QueueEntry.objects.get().is_routable
    assert not WorkOffer.objects.filter(state="offered").exists()
    flow(phone, fallbackQueue="Second_Level")
    assert WorkOffer.objects.filter(state="offered").exists()


def test_a_callback_is_asked_for_once(phone, call):
    path = f"/voiceCalls/{KEY}/requestCallback"
    first = phone.send("POST", path, {"callbackNumber": "+441632960777"})
    again = phone.send("POST", path, {"callbackNumber": "+441632960777"})
    assert (first.status_code, again.status_code) == (201, 200)
    wish = ContactRequest.objects.get()
    assert first.json() == again.json() == {"recordId": wish.public_id}
    assert (wish.preferred_phone, wish.preferred_channel, wish.status, wish.what_id) == (
        "+441632960777",
        "Phone",
        "New",
        call.public_id,
    )
    assert failed(phone.send("POST", path, {})) == (400, "MISSING_PARAMETER")
    assert failed(phone.send("POST", path, {"callbackNumber": "9" * 41})) == (400, "INVALID_PARAMETER")
    xml = phone.send("POST", path, "<a/>", content_type="application/xml")
    assert xml.status_code == 415


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "routeVoiceCall"), ("POST", "requestCallback"), ("POST", "reroute")]
)
def test_only_with_unified_routing(phone, call, center, method, path):
    center.unified_routing = False
    center.save()
    assert failed(phone.send(method, f"/voiceCalls/{KEY}/{path}", {})) == (403, "FEATURE_DISABLED")


def test_a_call_that_has_ended_goes_nowhere(phone, call, level2):
    phone.update(KEY, {})
    assert failed(flow(phone, fallbackQueue="Second_Level")) == (400, "ROUTING_FAILED")
    assert failed(phone.send("POST", f"/voiceCalls/{KEY}/reroute", "")) == (400, "ROUTING_FAILED")


def test_a_voicemail_is_routed_and_closed(phone, call, level2, b):
    phone.update(KEY, {})
    phone.update(KEY, {"isActiveCall": True, "callOrigin": "Voicemail", "recordingLocation": "s3://voice/mail.wav"})
    made = Flow.objects.create(name="Mail", developer_name="Mail")
    rule = FlowRule.objects.create(flow=made, queue=level2)
    configured(FlowCondition(rule=rule, fact="CallOrigin", comparison="is", value="Voicemail"))
    assert flow(phone, flowDevName="Mail").json() == {"agent": "", "queue": "pbx-queue-17"}
    phone.update(KEY, {"callCenterApiName": "NorthHarbourCC"})
    assert stage() == "ended"
