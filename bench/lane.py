"""A process of the cycles' benchmark: some of the agents at work. What Django needs is imported once it is set up."""

import time
from collections.abc import Sequence
from typing import Any

_tenant: list[Any] = []  # the benchmark's, of this process


def settle(tenant: int) -> None:
    """In each of the processes, once."""
    import django

    django.setup()
    from apps.tenants.models import Tenant

    _tenant.append(Tenant.objects.get(pk=tenant))


def ready(agents: Sequence[int]) -> None:
    """Everybody is offered something."""
    from apps.agents.models import AgentChannel
    from apps.common import clock
    from apps.queues.operations import matching
    from apps.tenants.scope import scope

    for agent in agents:
        with scope(_tenant[0]):
            matching.fill(AgentChannel.objects.select_related("agent").get(agent=agent), at=clock.now())


def cycles(task: tuple[Sequence[int], float]) -> float:
    """How many a second. Who works on which offer is known beforehand: a client would have been told."""
    from apps.queues import operations
    from apps.queues.models import OfferState, WorkOffer
    from apps.tenants.scope import scope

    agents, seconds = task
    with scope(_tenant[0]):
        offered = WorkOffer.objects.filter(agent__in=agents, state=OfferState.OFFERED)
        offers = list(offered.select_related("interaction", "agent__user"))
    done, start = 0, time.monotonic()
    while time.monotonic() - start < seconds:
        offer = offers[done]
        with scope(_tenant[0]):
            operations.accept(offer.interaction, by=offer.agent)
        with scope(_tenant[0]):
            operations.complete(offer.interaction, by=offer.agent)
        done += 1
    return done / (time.monotonic() - start)
