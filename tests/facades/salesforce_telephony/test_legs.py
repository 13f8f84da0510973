"""A call is passed on, joined by others, and ends leg by leg: one contact all the time (voice 9.2 to 9.4)."""

import pytest

from apps.agents.models import Agent
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.queues import operations
from apps.queues.models import Queue, Segment, WorkOffer
from apps.tenants.scope import scope
from apps.voice_calls.models import CallCenterRoutingMap, VoiceCall
from tests.builders import make_agent, make_queue, ready

pytestmark = pytest.mark.usefixtures("looking")

FIRST, SECOND, THIRD = "leg-1", "leg-2", "leg-3"


@pytest.fixture
def b(queue: Queue) -> Agent:
    agent = ready(make_agent("boris"))
    queue.memberships.create(agent=agent)
    return agent


@pytest.fixture
def c(tenant) -> Agent:
    return ready(make_agent("cleo"))


@pytest.fixture
def second_level(center, c: Agent) -> Queue:
    made = make_queue("Claims level 3", members=[c])
    CallCenterRoutingMap.objects.create(
        call_center=center, external_id="pbx-queue-17", queue=made, developer_name="level3", master_label="Level 3"
    )
    return made


@pytest.fixture
def contact(phone, b: Agent) -> EngagementInteraction:
    """A call that Boris talks on."""
    assert phone.create(vendorCallKey=FIRST).status_code == 201
    found = EngagementInteraction.objects.get()
    operations.accept(found, by=b)
    return found


def pass_on(phone, **changes):
    body = {"initiationMethod": "Transfer", "vendorCallKey": SECOND, "parentVoiceCallId": FIRST, **changes}
    answer = phone.create(**body)
    assert answer.status_code in (200, 201), answer.content
    return answer.json()


def call(key: str) -> VoiceCall:
    return VoiceCall.objects.select_related("conversation", "interaction").get(vendor_call_key=key)


def stage(contact: EngagementInteraction) -> tuple[str, str | None]:
    found = EngagementInteraction.objects.get(pk=contact.pk)
    return found.stage, found.handler.user.username if found.handler else None


def test_to_a_queue_that_answers(phone, contact, b, c, second_level):
    assert pass_on(phone, queue="pbx-queue-17")["errors"] == []
    first, second = call(FIRST), call(SECOND)
    assert (first.next_call, second.previous_call, second.vendor_parent_call_key) == (second, first, FIRST)
    assert (second.call_type, second.owner_queue, second.queue_name) == ("Transfer", second_level, second_level.name)
    assert (second.conversation, second.interaction, second.caller) == (
        first.conversation,
        contact,
        first.caller,
    )
    assert stage(contact) == ("handled", "boris")
    operations.accept(contact, by=c)
    assert (call(SECOND).owner_user, call(FIRST).owner_user) == (c.user, b.user)
    phone.update(FIRST, {})
    assert stage(contact) == ("handled", "cleo")
    assert (call(FIRST).call_disposition, call(SECOND).call_disposition) == ("completed", "in-progress")
    assert call(FIRST).conversation.ended_at is None
    phone.update(SECOND, {})
    assert call(SECOND).conversation.ended_at is not None
    assert stage(contact)[0] == "wrap_up"
    assert [leg.cause for leg in Segment.objects.all()] == ["start", "transfer"]


def test_the_first_leg_may_end_before_anybody_answers(phone, contact, c, second_level):
    pass_on(phone, queue="pbx-queue-17")
    phone.update(FIRST, {})
    assert stage(contact) == ("queued", None)
    operations.accept(contact, by=c)
    assert stage(contact) == ("handled", "cleo")


def test_nobody_answers_and_another_attempt(phone, contact, b, second_level):
    pass_on(phone, queue="pbx-queue-17")
    pass_on(phone, queue="pbx-queue-17", vendorCallKey=THIRD, startTime="2025-03-04T10:29:00Z")
    assert call(FIRST).next_call == call(THIRD)
    assert call(SECOND).previous_call == call(FIRST)
    assert [leg.end_type for leg in Segment.objects.all()] == [None, "cancelled", None]
    phone.update(SECOND, {})
    assert stage(contact) == ("handled", "boris")
    phone.update(THIRD, {})
    assert stage(contact) == ("handled", "boris")
    assert not WorkOffer.objects.filter(state="offered").exists()
    phone.update(FIRST, {})
    assert stage(contact)[0] == "wrap_up"


def test_where_the_telephone_system_alone_knows_whom_it_asks(phone, contact, c):
    assert pass_on(phone, queue="somebody outside")["errors"] == []
    assert call(SECOND).queue_name == "somebody outside"
    phone.update(FIRST, {})
    assert stage(contact) == ("flow", None)
    phone.update(SECOND, {"isActiveCall": True, "agent": "cleo", "acceptTime": "2025-03-04T10:30:00Z"})
    assert stage(contact) == ("handled", "cleo")
    assert call(SECOND).owner_user == c.user


def test_an_agent_who_is_there_is_asked(phone, center, contact, c):
    CallCenterRoutingMap.objects.create(
        call_center=center, external_id="ext-23", user=c.user, developer_name="cleo", master_label="Cleo"
    )
    pass_on(phone, queue="ext-23")
    assert WorkOffer.objects.get(state="offered").agent == c


def test_a_transfer_begun_at_the_desk_gets_its_call(phone, contact, b, c, second_level):
    operations.start_transfer(contact, second_level, by=b)
    pass_on(phone, queue="pbx-queue-17")
    assert Segment.objects.count() == 2
    assert call(SECOND).segment == Segment.objects.get(number=1)


def test_sent_again_it_is_the_same(phone, contact, second_level):
    first = pass_on(phone, queue="pbx-queue-17")
    again = pass_on(phone, queue="pbx-queue-17")
    assert first["voiceCallId"] == again["voiceCallId"]
    later = pass_on(phone, queue="pbx-queue-17", startTime="2025-03-04T10:40:00Z")
    assert later["voiceCallId"] != first["voiceCallId"]


@pytest.mark.parametrize("method", ["Transfer", "Conference"])
def test_without_a_parent_it_fails(phone, center, method):
    answer = phone.create(initiationMethod=method)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "MISSING_PARAMETER")
    assert not VoiceCall.objects.exists()


def test_a_parent_that_is_not_found_is_told_and_the_call_kept(phone, center):
    created = pass_on(phone, parentVoiceCallId="nobody")
    assert created["errors"].startswith("We created your voice call but there were some errors : ")
    assert (call(SECOND).call_type, call(SECOND).previous_call) == ("Transfer", None)


def test_a_parent_of_another_call_centre_is_none_of_ours(phone, center, contact, other_tenant):
    created = pass_on(phone, parentVoiceCallId="0LQ000000000999AAA")
    assert "parent" in created["errors"]


def test_a_conference_goes_on_until_the_last_leg_ends(phone, contact, b, c):
    pass_on(phone, initiationMethod="Conference")
    assert (call(FIRST).next_call, call(SECOND).previous_call) == (None, call(FIRST))
    assert call(SECOND).call_type == "Transfer"
    phone.update(SECOND, {"isActiveCall": True, "agent": "cleo", "acceptTime": "2025-03-04T10:30:00Z"})
    assert {part.agent for part in WorkOffer.objects.filter(state="working")} == {b, c}
    phone.update(FIRST, {})
    assert stage(contact) == ("handled", "cleo")
    assert call(FIRST).conversation.ended_at is None
    phone.update(SECOND, {})
    assert call(FIRST).conversation.ended_at is not None
    assert {leg.cause for leg in Segment.objects.all()} == {"start", "add"}


def test_an_update_may_create_the_leg(phone, contact, second_level):
    phone.update(SECOND, {"initiationMethod": "TRANSFER", "parentCallIdentifier": FIRST, "isActiveCall": True})
    assert call(SECOND).previous_call == call(FIRST)


@pytest.mark.parametrize("method", ["INBOUND", "OUTBOUND", "CALLBACK", "WEBRTC_API"])
def test_an_update_may_create_a_call_that_came_of_another(phone, contact, method):
    phone.update(SECOND, {"initiationMethod": method, "parentCallIdentifier": FIRST})
    assert (call(SECOND).previous_call, call(FIRST).next_call) == (call(FIRST), call(SECOND))
    assert call(SECOND).vendor_parent_call_key == FIRST
    assert call(SECOND).interaction != contact  # the first goes on as it was
    assert stage(contact) == ("handled", "boris")


def test_an_update_may_create_a_call_whose_parent_is_not_found(phone, center):
    phone.update(SECOND, {"initiationMethod": "OUTBOUND", "parentCallIdentifier": "nobody"})
    assert call(SECOND).previous_call is None
    changes = Event.objects.filter(name="engagement.changed").order_by("id")[0].data["changes"]["voice_call"]
    assert changes["problems"] == ["the parent call was not found"]


def test_a_call_dialled_here_may_come_of_another(phone, contact, c):
    made = operations.open_outbound(channel="voice", by=c, customer="+441632960555", talks=False)
    body = {"initiationMethod": "OUTBOUND", "agent": "cleo", "toNumber": "01632 960555", "isActiveCall": True}
    phone.update(SECOND, {**body, "parentCallIdentifier": FIRST})
    assert (call(SECOND).interaction, call(SECOND).previous_call) == (made, call(FIRST))


def test_a_call_belongs_to_whoever_has_the_contact(phone, contact, b, c, queue, second_level):
    """Where agents pass it on here and the telephone system makes no call of it."""
    operations.transfer(contact, c, by=b)
    operations.reject(contact, by=c)
    assert (call(FIRST).owner_queue, call(FIRST).owner_user) == (queue, None)
    operations.move(contact, second_level, by=None)
    operations.accept(contact, by=c)
    assert (call(FIRST).owner_queue, call(FIRST).owner_user) == (None, c.user)
    operations.complete(contact.offers.get(agent=b, state="wrap_up").interaction, by=b)
    operations.start_transfer(contact, queue, by=c)
    operations.accept(contact, by=b)
    assert call(FIRST).owner_user == c.user
    operations.complete_transfer(contact, by=c)
    assert call(FIRST).owner_user == b.user
    operations.make_not_ready(c, by=c.user)
    operations.start_transfer(contact, second_level, by=b)
    pass_on(phone)
    assert (call(SECOND).owner_queue, call(FIRST).owner_user) == (second_level, b.user)
    operations.cancel_transfer(contact, by=b)
    operations.start_transfer(contact, second_level, by=b)
    operations.leave(contact, by=b)
    assert (call(FIRST).owner_queue, call(FIRST).owner_user) == (second_level, None)


def test_a_voicemail_goes_on_after_the_end(phone, center):
    phone.create(vendorCallKey=FIRST)
    phone.update(FIRST, {"endTime": "2025-03-04T10:21:30Z"})
    contact = EngagementInteraction.objects.get()
    assert contact.stage == "ended"
    phone.update(FIRST, {"isActiveCall": True})
    assert stage(contact)[0] == "ended"
    phone.update(FIRST, {"isActiveCall": True, "callOrigin": "Voicemail"})
    assert stage(contact)[0] == "flow"
    assert (call(FIRST).call_disposition, call(FIRST).call_end_date_time) == ("in-progress", None)
    assert call(FIRST).conversation.ended_at is None
    phone.update(FIRST, {"callCenterApiName": "NorthHarbourCC"})
    assert stage(contact)[0] == "ended"
    assert EngagementInteraction.objects.get().customer_left_from is None
    assert Event.objects.filter(name="engagement.changed").latest("id").data["changes"]["voice_call"]["problems"] == []


def test_a_call_that_an_agent_dialled_here_is_found_again(phone, tenant, center, c):
    with scope(tenant):
        made = operations.open_outbound(channel="voice", by=c, customer="+441632960777", talks=False)
    body = {
        "initiationMethod": "OUTBOUND",
        "agent": "cleo",
        "fromNumber": "+441632960100",
        "toNumber": "01632 960777",
        "isActiveCall": True,
    }
    phone.update("out-1", body)
    assert call("out-1").interaction == made
    assert call("out-1").call_type == "Outbound"
    assert EngagementInteraction.objects.count() == 1
