"""Customers who ask to be called back: the wish waits as work of its own, is taken, dialled, and tried again."""

from datetime import timedelta
from typing import Any

import pytest

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.common import clock
from apps.common.errors import Forbidden, NotAllowed
from apps.engagements.drafts import Changes
from apps.engagements.models import EngagementInteraction
from apps.queues import operations, sweeps
from apps.queues.models import Queue, QueueEntry, WorkOffer
from apps.tenants.models import Tenant
from apps.voice_calls.models import ContactRequest, VoiceCall
from apps.voice_calls.operations import beside, callbacks
from tests.builders import configured, make_agent, make_live, make_queue, make_user, ready
from tests.queues.test_hours import hours_of
from tests.telephony import NUMBER, Phone, make_call_center

KEY = "first"
WANTED = "+441632960888"


@pytest.fixture
def queue(in_scope: Tenant) -> Queue:
    made = make_queue("Support", priority=300)
    make_call_center(made)
    return made


@pytest.fixture
def phone(queue: Queue) -> Phone:
    return Phone()


@pytest.fixture
def admin(in_scope: Tenant) -> User:
    return make_user(Role.ADMIN)


def ask(phone: Phone, **more: Any) -> Any:
    return phone.send("POST", f"/voiceCalls/{KEY}/requestCallback", {"callbackNumber": WANTED, **more})


def hang_up(phone: Phone) -> None:
    phone.update(KEY, {"disconnectReason": {"value": "CALLBACK", "isError": False}})


def asked_and_gone(phone: Phone, **more: Any) -> EngagementInteraction:
    """The call to the customer, who has asked for one and hung up."""
    phone.create(vendorCallKey=KEY)
    assert ask(phone, **more).status_code == 201
    hang_up(phone)
    made: EngagementInteraction = EngagementInteraction.objects.get(contact_request__isnull=False)
    return made


def test_the_wish_waits_as_outbound_work_in_the_place_of_the_call(phone: Phone) -> None:
    callback = asked_and_gone(phone)
    first = VoiceCall.objects.get().interaction
    assert (first.stage, first.queue_entries.get().exit_type) == ("ended", "callback")
    assert (callback.parent, callback.direction, callback.customer, callback.contact_point, callback.stage) == (
        first,
        "outbound",
        WANTED,
        NUMBER,
        "queued",
    )
    entry = callback.queue_entries.get()
    assert (entry.entry_type, entry.queue.name, entry.priority) == ("callback", "Support", 300)
    assert entry.waits_since == first.queue_entries.get().waits_since < entry.entered_at


def test_whoever_waited_longer_comes_first_and_not_who_came_in_between(phone: Phone, queue: Queue) -> None:
    phone.create(vendorCallKey=KEY)
    ask(phone)
    later = make_live(queue)
    hang_up(phone)
    ben = make_agent("ben")
    queue.memberships.create(agent=ben)
    ready(ben)
    offered = WorkOffer.objects.get().interaction
    assert (offered.parent_id is not None, later.offers.exists()) == (True, False)


def test_a_queue_may_put_callbacks_at_the_end(phone: Phone, queue: Queue) -> None:
    queue.callback_keeps_place = False
    configured(queue)
    entry = asked_and_gone(phone).queue_entries.get()
    assert entry.waits_since == entry.entered_at


def test_nothing_waits_while_the_caller_is_still_there(phone: Phone) -> None:
    phone.create(vendorCallKey=KEY)
    ask(phone)
    assert EngagementInteraction.objects.count() == 1


def test_a_wish_after_the_end_waits_at_once(phone: Phone) -> None:
    phone.create(vendorCallKey=KEY)
    phone.update(KEY, {})
    ask(phone)
    assert ContactRequest.objects.get().callback.stage == "queued"


def test_an_agent_takes_it_dials_and_reaches_the_customer(phone: Phone, queue: Queue) -> None:
    ben = ready(make_agent("ben"))
    phone.create(vendorCallKey=KEY)
    ask(phone)
    queue.memberships.create(agent=ben)
    hang_up(phone)
    callback = ContactRequest.objects.get().callback
    part = operations.accept(callback, by=ben)
    assert part.talk_started_at is None
    assert ContactRequest.objects.get().status == "Attempted"
    dialled = {"initiationMethod": "CALLBACK", "toNumber": WANTED, "fromNumber": NUMBER, "agent": "ben"}
    now = clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    phone.update("back", {**dialled, "isActiveCall": True, "startTime": now})
    first, call = VoiceCall.objects.order_by("id")
    assert (call.interaction, call.call_type, call.previous_call, first.next_call) == (
        callback,
        "Callback",
        first,
        call,
    )
    phone.update("back", {"agent": "ben", "isActiveCall": True, "acceptTime": now})
    part.refresh_from_db()
    assert part.talk_started_at is not None
    assert ContactRequest.objects.get().status == "Contacted"
    phone.update("back", {"agent": "ben"})
    callback.refresh_from_db()
    assert callback.stage in ("wrap_up", "ended")


def test_whoever_was_answered_after_all_is_not_called(phone: Phone, queue: Queue) -> None:
    phone.create(vendorCallKey=KEY)
    ask(phone)
    queue.memberships.create(agent=(ben := ready(make_agent("ben"))))
    call = VoiceCall.objects.get()
    operations.pull(call.interaction, by=ben)
    operations.hang_up(call.interaction, by=ben)
    assert EngagementInteraction.objects.count() == 1
    assert ContactRequest.objects.get().status == "Contacted"


def test_at_the_time_that_the_customer_wants(phone: Phone, queue: Queue, in_scope: Tenant) -> None:
    queue.memberships.create(agent=make_agent("ben"))
    due = clock.now() + timedelta(hours=2)
    entry = asked_and_gone(phone, callbackTime=due.isoformat()).queue_entries.get()
    ready(queue.members.get())
    assert (entry.is_routable, entry.ready_at.replace(microsecond=0)) == (False, due.replace(microsecond=0))
    assert sweeps.begin_callbacks(in_scope) == sweeps.route(in_scope) == 0
    QueueEntry.objects.filter(pk=entry.pk).update(ready_at=clock.now())
    assert sweeps.begin_callbacks(in_scope) == 1
    assert WorkOffer.objects.get().queue_entry == entry
    assert sweeps.begin_callbacks(in_scope) == 0


def test_a_closed_queue_offers_callbacks_and_serves_them_when_it_opens(phone: Phone, queue: Queue) -> None:
    queue.when_closed = "callback"
    hours_of(queue, is_open=False)
    callback = asked_and_gone(phone)
    assert [entry.queue for entry in callback.parent.queue_entries.all()] == []
    assert callback.queue_entries.get().queue == queue


def test_a_callback_that_reaches_nobody_is_tried_as_often_as_was_said(phone: Phone, queue: Queue) -> None:
    ben = ready(make_agent("ben"))
    callback = asked_and_gone(phone)
    ContactRequest.objects.update(available_callback_attempts=1, delay_between_callback_attempts=10)
    operations.pull(callback, by=ben)
    operations.complete(callback, by=ben)
    again = ContactRequest.objects.get()
    assert (again.available_callback_attempts, again.callback == callback) == (0, False)
    assert again.callback.queue_entries.get().ready_at > clock.now() + timedelta(minutes=9)
    operations.pull(again.callback, by=ben)
    operations.complete(again.callback, by=ben)
    assert EngagementInteraction.objects.count() == 3


def test_an_administrator_puts_it_off_and_calls_it_off(phone: Phone, admin: User) -> None:
    callback = asked_and_gone(phone)
    wish = ContactRequest.objects.get()
    callbacks.reschedule(wish, clock.now() + timedelta(hours=1), by=admin)
    assert not callback.queue_entries.get().is_routable
    callbacks.reschedule(wish, None, by=admin)
    assert callback.queue_entries.get().is_routable
    with pytest.raises(Forbidden):
        callbacks.call_off(wish, by=make_user())
    callbacks.call_off(wish, by=admin)
    callback.refresh_from_db()
    assert (callback.stage, wish.status) == ("ended", "Abandoned")
    for late in (lambda: callbacks.call_off(wish, by=admin), lambda: callbacks.reschedule(wish, None, by=admin)):
        with pytest.raises(NotAllowed):
            late()


def test_a_callback_that_is_moved_keeps_its_time_and_one_that_is_cleared_has_none(
    phone: Phone, queue: Queue, in_scope: Tenant
) -> None:
    due = clock.now() + timedelta(hours=2)
    callback = asked_and_gone(phone, callbackTime=due.isoformat())
    other = make_queue("Other", [ready(make_agent("ben"))])
    operations.move_on(callback, other, by=None)
    entry = callback.queue_entries.get(left_at=None)
    assert (entry.queue, entry.entry_type, entry.is_routable, entry.offered_to) == (other, "callback", False, None)
    assert entry.ready_at.replace(microsecond=0) == due.replace(microsecond=0)
    operations.clear_routing(callback, by=None)
    QueueEntry.objects.filter(ready_at__isnull=False).update(ready_at=clock.now())
    assert sweeps.begin_callbacks(in_scope) == 0
    operations.put_off(callback, None, by=None)
    assert WorkOffer.objects.get().queue_entry == entry


def test_a_callback_that_is_ended_before_anybody_took_it_is_given_up(phone: Phone) -> None:
    operations.close(asked_and_gone(phone), by=None)
    assert ContactRequest.objects.get().status == "Abandoned"


@pytest.mark.parametrize("time", ["soon", "2026-13-01T00:00:00Z"])
def test_a_time_that_is_none(phone: Phone, time: Any) -> None:
    phone.create(vendorCallKey=KEY)
    answer = ask(phone, callbackTime=time)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "INVALID_PARAMETER")


def written(by: User, **values: Any) -> ContactRequest:
    """A wish that a client of the object API writes down."""
    made: ContactRequest = beside.add(beside.NewContactRequest({"preferred_phone": WANTED, **values}), by=by)  # type: ignore[assignment]
    return made


def test_a_wish_that_a_client_writes_down_waits_as_work(queue: Queue, admin: User, in_scope: Tenant) -> None:
    assert written(admin).callback is None  # nowhere to wait
    in_scope.default_queue = queue
    in_scope.save()
    usual = written(admin, request_reason="Billing").callback
    assert usual is not None
    assert (usual.customer, usual.parent, usual.user_data) == (WANTED, None, {"RequestReason": "Billing"})
    assert usual.queue_entries.get().queue == queue
    other = make_queue("Other")
    asked = written(admin, owner=other.public_id)
    assert asked.callback
    assert asked.callback.queue_entries.get().queue == other
    agent = ready(make_agent("anna"))
    assert written(admin, owner=agent.user.public_id).callback is None
    operations.pull(asked.callback, by=agent)
    operations.connect(asked.callback, by=agent)
    asked.refresh_from_db()
    assert asked.status == "Contacted"


def test_a_wish_that_is_given_to_a_queue_later_or_is_over_already(queue: Queue, admin: User) -> None:
    request = written(admin, owner=admin.public_id)
    beside.revise(request, Changes({"owner": queue.public_id}), by=admin)
    request.refresh_from_db()
    assert request.callback
    assert request.callback.stage == "queued"
    beside.revise(request, Changes({"status": "Abandoned"}), by=admin)
    request.callback.refresh_from_db()
    assert request.callback.stage == "ended"
    another = written(admin, owner=queue.public_id)
    beside.delete(another, by=admin)
    assert EngagementInteraction.objects.get(contact_request=another).stage == "ended"


def test_a_wish_about_a_call_that_goes_on_waits_for_its_end(phone: Phone, admin: User) -> None:
    phone.create(vendorCallKey=KEY)
    call = VoiceCall.objects.get()
    request = written(admin, what_id=call.public_id)
    assert request.callback is None
    hang_up(phone)
    request.refresh_from_db()
    assert request.callback
    assert request.callback.parent == call.interaction
