"""Events reach a receiver in order, whatever it does meanwhile."""

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.db.models import F
from pytest_django import Settings

from apps.accounts.models import User
from apps.common import clock
from apps.jobs.running import do_next
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from apps.webhooks.dispatcher import dispatching
from apps.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from apps.webhooks.operations import delivering, setup
from tests.push.house import publish
from tests.server import free_port
from tests.webhooks.receiver import Received, Receiver, receiving

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(tenant: Tenant, admin: User) -> "House":
    return House(tenant, admin)


@pytest.fixture
def worker(house: "House") -> Iterator[None]:
    with dispatching():
        yield


class House:
    def __init__(self, tenant: Tenant, admin: User) -> None:
        self.tenant, self.admin = tenant, admin

    def endpoint(self, url: str, **values: Any) -> WebhookEndpoint:
        with scope(self.tenant):
            made = WebhookEndpoint(**{"name": f"to {url}"[:80], "url": url, **values})
            setup.configure(made, by=self.admin)
            return made

    def happen(self, *numbers: int, name: str = "work.offered") -> None:
        for number in numbers:
            publish(self.tenant, number, [], name)

    def now(self, endpoint: WebhookEndpoint) -> WebhookEndpoint:
        with scope(self.tenant):
            return WebhookEndpoint.objects.get(pk=endpoint.pk)

    def log(self) -> list[WebhookDelivery]:
        with scope(self.tenant):
            return list(WebhookDelivery.objects.order_by("event_xid", "event_id"))

    def attempts(self) -> list[WebhookAttempt]:
        with scope(self.tenant):
            return list(WebhookAttempt.objects.order_by("id"))

    def until(self, is_so: Callable[[], bool]) -> None:
        for _ in range(600):
            if is_so():
                return
            threading.Event().wait(0.05)
        raise AssertionError([(each, each.state, each.tries) for each in self.log()])

    def until_delivered(self, count: int) -> None:
        self.until(lambda: sum(each.state == WebhookDelivery.State.DELIVERED for each in self.log()) == count)


def first_times(status: int, times: int) -> Callable[[Received], int]:
    """Refuse each message so often, then take it."""
    seen: dict[str, int] = {}

    def answer(received: Received) -> int:
        seen[received.id] = seen.get(received.id, 0) + 1
        return status if seen[received.id] <= times else 200

    return answer


def test_events_come_signed_in_order_and_with_the_ids_of_every_dialect(
    house: House, worker: None, receiver: Receiver
) -> None:
    house.happen(1)  # before anybody wanted to know
    endpoint = house.endpoint(receiver.url)
    house.happen(*range(2, 9))
    receiver.wait(7)
    assert receiver.numbers == list(range(2, 9))
    first = receiver.came[0]
    assert all(each.is_signed_with(endpoint.secret) for each in receiver.came)
    assert first.headers["content-type"] == "application/json"
    assert first.json["type"] == "work.offered"
    assert first.json["data"]["interaction"]["stage"] == "queued"
    assert first.json["data"]["ids"]["genesys"] == "IX0000000002"
    assert first.json["data"]["ids"]["salesforce"][-6:-3] == "002"
    assert first.json["data"]["ids"]["cxengage"] == first.json["data"]["interaction"]["uuid"]
    house.until_delivered(7)
    assert {(each.tries, each.message_id) for each in house.log()} == {(1, each.id) for each in receiver.came}
    assert {(each.status, each.by_hand) for each in house.attempts()} == {(204, False)}


def test_only_the_chosen_events_are_sent(house: House, worker: None, receiver: Receiver) -> None:
    house.endpoint(receiver.url, event_names=["work.accepted", "work.completed"])
    house.happen(1, 2, 3)
    house.happen(4, name="work.accepted")
    house.happen(5)
    house.happen(6, name="work.completed")
    receiver.wait(2)
    assert receiver.numbers == [4, 6]


def test_what_fails_is_tried_again_under_the_same_id_before_what_comes_after(house: House, worker: None) -> None:
    with receiving(first_times(500, 2)) as receiver:
        house.endpoint(receiver.url)
        house.happen(1, 2)
        receiver.wait(6)
        house.until_delivered(2)
    assert receiver.numbers == [1, 1, 1, 2, 2, 2]
    assert len({each.id for each in receiver.came}) == 2
    assert [each.status for each in house.attempts()] == [500, 500, 200] * 2
    assert house.attempts()[-1].excerpt == "thank you"


def test_a_dead_and_a_silent_receiver_hold_up_nobody(house: House, worker: None, receiver: Receiver) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and never answers
        slow = house.endpoint(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        house.endpoint(f"http://127.0.0.1:{free_port()}/")
        house.endpoint(receiver.url)
        house.happen(*range(20))
        receiver.wait(20)
        assert receiver.numbers == list(range(20))
        assert house.now(slow).failures == 0  # still waiting for the first answer


def test_an_answer_that_does_not_come_is_a_failure(house: House, settings: Settings) -> None:
    settings.WEBHOOK_TIMEOUT_SECONDS = 0.1
    with socket.create_server(("127.0.0.1", 0)) as silent, dispatching():
        house.endpoint(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        house.happen(1)
        house.until(lambda: len(house.attempts()) >= 2)
    assert {(each.status, each.excerpt) for each in house.attempts()} == {(None, "no answer in time")}


def test_a_redirect_is_not_followed(house: House, worker: None) -> None:
    with receiving(first_times(307, 1)) as receiver:
        house.endpoint(receiver.url)
        house.happen(1)
        house.until_delivered(1)
    assert [each.status for each in house.attempts()] == [307, 200]


def test_a_receiver_that_was_away_gets_all_it_missed(house: House, worker: None) -> None:
    port = free_port()
    house.endpoint(f"http://127.0.0.1:{port}/")
    house.happen(1, 2, 3)
    house.until(lambda: bool(house.attempts()))
    with receiving(port=port) as receiver:
        receiver.wait(3)
        assert receiver.numbers == [1, 2, 3]


def test_another_worker_goes_on_when_one_was_killed(house: House, receiver: Receiver) -> None:
    endpoint = house.endpoint(receiver.url)
    house.happen(1, 2)
    with scope(house.tenant):
        taken = delivering.take(endpoint.pk)  # and never heard of again
        assert taken
        assert delivering.take(endpoint.pk) is None
        assert delivering.due() == []
        WebhookEndpoint.objects.update(claimed_until=clock.now() - timedelta(seconds=1))
    with dispatching():
        receiver.wait(2)
        house.until_delivered(2)
    assert receiver.numbers == [1, 2]


def test_a_new_secret_signs_along_with_the_former(house: House, worker: None, receiver: Receiver) -> None:
    endpoint = house.endpoint(receiver.url)
    with scope(house.tenant):
        setup.renew_secret(endpoint, by=house.admin)
    newer = house.now(endpoint).secret
    house.happen(1)
    receiver.wait(1)
    assert receiver.came[0].is_signed_with(endpoint.secret)
    assert receiver.came[0].is_signed_with(newer)
    with scope(house.tenant):
        WebhookEndpoint.objects.update(former_secret_until=clock.now())
    house.happen(2)
    receiver.wait(2)
    assert receiver.came[1].is_signed_with(newer)
    assert not receiver.came[1].is_signed_with(endpoint.secret)


def test_an_event_is_given_up_after_a_day_and_the_next_one_goes(house: House, worker: None) -> None:
    with receiving(lambda received: 500 if received.number == 1 else 200) as receiver:
        endpoint = house.endpoint(receiver.url)
        house.happen(1, 2)
        receiver.wait(2)
        with scope(house.tenant):
            WebhookDelivery.objects.update(first_attempt_at=F("first_attempt_at") - delivering.GIVEN_UP_AFTER)
        house.until_delivered(1)
        assert [each.state for each in house.log()] == ["given_up", "delivered"]
        assert house.now(endpoint).failing_since is None


@pytest.mark.parametrize("status", [500, 410])
def test_an_endpoint_that_failed_for_days_or_is_gone_is_switched_off(house: House, worker: None, status: int) -> None:
    with receiving(lambda received: status) as receiver:
        User.objects.update(email="admin@example.com")
        endpoint = house.endpoint(receiver.url, event_names=["work.offered"])
        house.happen(1)
        receiver.wait(1)
        with scope(house.tenant):
            WebhookEndpoint.objects.filter(is_active=True).update(failing_since=clock.now() - timedelta(days=5))
        house.until(lambda: not house.now(endpoint).is_active)
        because = house.now(endpoint).switched_off_because
        assert ("410" in because) == (status == 410)
        assert do_next(house.tenant, threading.Event())
        (told,) = mail.outbox
        assert (told.to, because in told.body, endpoint.name in told.subject) == (["admin@example.com"], True, True)
        receiver.answer = lambda received: 200
        with scope(house.tenant):
            again = WebhookEndpoint.objects.get()
            again.is_active = True
            setup.configure(again, by=house.admin)
        house.happen(2)
        house.until_delivered(2)  # nothing was lost meanwhile


def test_a_delivery_is_sent_again_by_hand_under_its_id(house: House, worker: None, receiver: Receiver) -> None:
    house.endpoint(receiver.url)
    house.happen(1, 2)
    house.until_delivered(2)
    with scope(house.tenant):
        chosen = WebhookDelivery.objects.filter(pk=house.log()[0].pk)
        assert setup.send_again(chosen, by=house.admin) == 1
    receiver.wait(3)
    assert receiver.came[2].id == receiver.came[0].id
    assert receiver.came[2].body == receiver.came[0].body
    house.until(lambda: [each.by_hand for each in house.attempts()] == [False, False, True])
    house.happen(3)
    receiver.wait(4)
    assert receiver.numbers == [1, 2, 1, 3]


def test_an_event_that_cannot_be_delivered_is_skipped_by_hand(house: House, worker: None, settings: Settings) -> None:
    settings.WEBHOOK_RETRY_SECONDS = [3600]
    with receiving(lambda received: 422 if received.number == 1 else 200) as receiver:
        house.endpoint(receiver.url)
        house.happen(1, 2)
        house.until(lambda: len(house.log()) == 1)
        with scope(house.tenant):
            setup.skip(house.log()[0], by=house.admin)
        house.until_delivered(1)
        assert receiver.numbers == [1, 2]


def test_a_slower_transaction_is_not_passed_by(house: House, worker: None, receiver: Receiver) -> None:
    house.endpoint(receiver.url)
    has_begun, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        with scope(house.tenant):
            publish(house.tenant, 1, [])
            has_begun.set()
            may_end.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    has_begun.wait(10)
    house.happen(2)
    may_end.set()
    thread.join()
    receiver.wait(2)
    assert receiver.numbers == [1, 2]
