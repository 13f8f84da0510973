"""What it costs to find an agent the next piece of work and to offer it, with 100,000 contacts waiting and with ten.

Both times an agent becomes free, and one offer is made and taken back with its transaction. The agent lacks the skill
for half of the many, and for half of the few: work that cannot be done must not be walked through.
"""

import time

from django.db import transaction

from apps.agents.models import Agent, AgentChannel, Skill
from apps.common import clock
from apps.objects.operations.version import moved
from apps.queues.models import QueueSkill
from apps.queues.operations import matching
from apps.tenants.scope import scope
from bench.load import taking_turns
from bench.server import House
from bench.table import Row
from bench.waiting import join, make_agents, make_queue, wait

MANY, FEW = 100_000, 10


def measure(house: House, seconds: float) -> Row:
    agents = make_agents(house, "match", 2)
    with scope(house.tenant):
        skill = Skill.objects.create(name="Bench")
    for agent, waiting in zip(agents, (MANY, FEW), strict=True):
        able, unable = (make_queue(house, f"{kind}{waiting}") for kind in ("Able", "Unable"))
        with scope(house.tenant):
            QueueSkill.objects.create(queue=unable, skill=skill, level=5)
            moved()
        for queue in (able, unable):
            wait(house, queue, waiting // 2)
            join(house, queue, [agent])
        matches(house, agent, 1)  # warm up: plans
    ours, reference = taking_turns(
        lambda each: matches(house, agents[0], each), lambda each: matches(house, agents[1], each), seconds
    )
    return Row(f"matches with {MANY:,} waiting : with {FEW}", ours, reference, least=1 / 1.3)


def matches(house: House, agent: Agent, seconds: float) -> float:
    """Offers made a second."""
    done, taken = 0, 0.0
    with scope(house.tenant):
        channel = AgentChannel.objects.select_related("agent").get(agent=agent)
    while taken < seconds:
        with scope(house.tenant):
            start = time.monotonic()
            assert matching.fill(channel, at=clock.now()) == 1
            taken += time.monotonic() - start
            transaction.set_rollback(True)
        channel.load = 0  # as it is stored again
        done += 1
    return done / taken
