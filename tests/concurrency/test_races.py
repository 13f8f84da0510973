"""Whatever meets whatever: one of the two comes first, the other is told so, and all is as it must be.

`RACES` is how many of each kind are run.
"""

import os
from collections.abc import Callable
from typing import Any

import pytest

from apps.common.errors import SwitchroomError
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.queues.invariants import violations
from apps.queues.models import OfferState, Queue, Workbin, WorkOffer
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_agent, make_queue, make_tenant, make_user, ready
from tests.concurrency.race import lanes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

RACES = int(os.environ.get("RACES", "15"))
BATCH = min(RACES, 100)  # races between two looks at everything

Act = Callable[[], Any]


class House:
    """Two agents, two queues, a workbin: everything is free before each race."""

    def __init__(self) -> None:
        self.tenant: Tenant = make_tenant()
        with scope(self.tenant):
            self.anna, self.boris = ready(make_agent("anna")), ready(make_agent("boris"))
            self.cleo = ready(make_agent("cleo"))
            self.first: Queue = make_queue("First", members=[self.anna], wrap_up_s=0)
            self.second: Queue = make_queue("Second", members=[self.boris], wrap_up_s=0)
            self.workbin = Workbin.objects.create(name="Later", kind="agent", agent=self.anna)
            self.system = make_user("integration")

    def arrive(self, channel: str = "voice") -> EngagementInteraction:
        live = operations.open(channel=channel, by=self.system, customer="+442079460123")
        operations.enqueue(live, self.first, by=self.system)
        return live

    def offer(self, live: EngagementInteraction) -> WorkOffer:
        return WorkOffer.objects.get(interaction=live, state=OfferState.OFFERED)

    def handled(self, channel: str = "voice") -> EngagementInteraction:
        live = self.arrive(channel)
        operations.accept(live, by=self.anna)
        return live

    def parked(self) -> EngagementInteraction:
        live = self.handled("chat")
        operations.park(live, self.workbin, by=self.anna)
        return live

    def asked(self) -> EngagementInteraction:
        """Anna has asked Boris to take over, who has not answered."""
        live = self.handled()
        operations.start_transfer(live, self.second, by=self.anna)
        return live

    def joined(self) -> EngagementInteraction:
        live = self.asked()
        operations.accept(live, by=self.boris)
        return live

    def free(self, live: EngagementInteraction) -> None:
        """Whatever is left of the race is over."""
        live.refresh_from_db()
        if live.is_live:
            operations.close(live, by=None)


# What stands, and the two that meet there.
Kind = Callable[[House], tuple[EngagementInteraction, Act, Act]]


def accept_accept(house: House) -> Any:
    live = house.arrive()
    return live, lambda: operations.accept(live, by=house.anna), lambda: operations.accept(live, by=house.anna)


def accept_others_accept(house: House) -> Any:
    live = house.arrive()
    return live, lambda: operations.accept(live, by=house.anna), lambda: operations.accept(live, by=house.boris)


def accept_time_out(house: House) -> Any:
    live = house.arrive()
    offer = house.offer(live)
    return live, lambda: operations.accept(live, by=house.anna), lambda: operations.time_out(offer)


def accept_pull(house: House) -> Any:
    live = house.arrive("chat")
    return live, lambda: operations.accept(live, by=house.anna), lambda: operations.pull(live, by=house.cleo)


def accept_abandon(house: House) -> Any:
    live = house.arrive()
    return live, lambda: operations.accept(live, by=house.anna), lambda: operations.abandon(live)


def accept_move(house: House) -> Any:
    live = house.arrive()
    return live, lambda: operations.accept(live, by=house.anna), lambda: operations.move(live, house.second, by=None)


def transfer_hang_up(house: House) -> Any:
    live = house.handled()
    return (
        live,
        lambda: operations.transfer(live, house.boris, by=house.anna),
        lambda: operations.hang_up(live, by=None),
    )


def complete_place_in_queue(house: House) -> Any:
    live = house.handled("chat")
    return (
        live,
        lambda: operations.complete(live, by=house.anna),
        lambda: operations.place_in_queue(live, house.second, by=house.anna),
    )


def park_transfer(house: House) -> Any:
    live = house.handled("chat")
    return (
        live,
        lambda: operations.park(live, house.workbin, by=house.anna),
        lambda: operations.transfer(live, house.boris, by=house.anna),
    )


def pull_pull(house: House) -> Any:
    live = house.parked()
    return live, lambda: operations.pull(live, by=house.boris), lambda: operations.pull(live, by=house.cleo)


def pull_close(house: House) -> Any:
    live = house.parked()
    return live, lambda: operations.pull(live, by=house.boris), lambda: operations.close(live, by=None)


def consult_hang_up(house: House) -> Any:
    live = house.asked()
    return live, lambda: operations.accept(live, by=house.boris), lambda: operations.hang_up(live, by=None)


def consult_leave(house: House) -> Any:
    live = house.asked()
    return live, lambda: operations.accept(live, by=house.boris), lambda: operations.leave(live, by=house.anna)


def consult_cancel(house: House) -> Any:
    live = house.asked()
    return (
        live,
        lambda: operations.accept(live, by=house.boris),
        lambda: operations.cancel_transfer(live, by=house.anna),
    )


def complete_transfer_hang_up(house: House) -> Any:
    live = house.joined()
    return (
        live,
        lambda: operations.complete_transfer(live, by=house.anna),
        lambda: operations.hang_up(live, by=house.boris),
    )


def lost_work_complete(house: House) -> Any:
    live = house.handled("chat")
    part = WorkOffer.objects.select_related("interaction", "agent__user").get(interaction=live)
    return live, lambda: operations.give_up(part), lambda: operations.complete(live, by=house.anna)


def ready_arrive(house: House) -> Any:
    live = house.handled("chat")
    return (
        live,
        lambda: operations.make_ready(house.boris, by=house.boris.user),
        lambda: operations.place_in_queue(live, house.second, by=house.anna),
    )


KINDS: list[Kind] = [
    accept_accept,
    accept_others_accept,
    accept_time_out,
    accept_pull,
    accept_abandon,
    accept_move,
    transfer_hang_up,
    complete_place_in_queue,
    park_transfer,
    pull_pull,
    pull_close,
    consult_hang_up,
    consult_leave,
    consult_cancel,
    complete_transfer_hang_up,
    lost_work_complete,
    ready_arrive,
]
ONE_WINS = {accept_accept, accept_others_accept, accept_pull, complete_place_in_queue, park_transfer, pull_pull}


@pytest.fixture
def house() -> House:
    return House()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_race(kind: Kind, house: House) -> None:
    with lanes(2) as course:
        for number in range(1, RACES + 1):
            with scope(house.tenant):
                live, *acts = kind(house)
            outcomes = course.race(*(_in_scope(house.tenant, act) for act in acts))
            refused = [each for each in outcomes if isinstance(each, SwitchroomError)]
            broken = [each for each in outcomes if isinstance(each, Exception) and each not in refused]
            assert not broken, broken
            assert len(refused) < 2, refused
            assert kind not in ONE_WINS or len(refused) == 1, outcomes
            if number % BATCH == 0:
                assert violations(house.tenant) == []
            with scope(house.tenant):
                house.free(live)


def _in_scope(tenant: Tenant, act: Act) -> Act:
    def inside() -> Any:
        with scope(tenant):
            return act()

    return inside
