"""Every operation in every stage: what the lifecycle table forbids is refused, and leaves everything as it was."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.agents.models import Agent
from apps.common.errors import NotAllowed
from apps.engagements.flags import Flag
from apps.engagements.lifecycle import ALLOWED, Stage
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.messaging import operations as messaging
from apps.queues import operations
from apps.queues.models import Queue, Workbin, WorkOffer
from tests.builders import make_agent, make_live, make_queue, ready

pytestmark = pytest.mark.usefixtures("in_scope")

ACTS: dict[str, Callable[[EngagementInteraction, Agent, Queue], Any]] = {
    "enqueue": lambda live, agent, queue: operations.enqueue(live, queue, by=None),
    "accept": lambda live, agent, queue: operations.accept(live, by=agent),
    "reject": lambda live, agent, queue: operations.reject(live, by=agent),
    "time_out": lambda live, agent, queue: operations.time_out(WorkOffer(interaction=live)),
    "hang_up": lambda live, agent, queue: operations.hang_up(live, by=agent),
    "complete": lambda live, agent, queue: operations.complete(live, by=agent),
    "end_wrap_up": lambda live, agent, queue: operations.end_wrap_up(WorkOffer(interaction=live)),
    "abandon": lambda live, agent, queue: operations.abandon(live),
    "close": lambda live, agent, queue: operations.close(live, by=None),
    "hold": lambda live, agent, queue: operations.hold(live, by=agent),
    "listening": lambda live, agent, queue: operations.monitor(live, by=agent.user, extension={}),
    "transfer": lambda live, agent, queue: operations.place_in_queue(live, queue, by=agent),
    "take": lambda live, agent, queue: operations.take(live, by=agent),
    "park": lambda live, agent, queue: operations.park(live, Workbin(name="Later"), by=agent),
    "shelve": lambda live, agent, queue: operations.shelve(live, Workbin(name="Later"), by=agent),
    "pull": lambda live, agent, queue: operations.pull(live, by=agent),
    "move": lambda live, agent, queue: operations.move(live, queue, by=None),
    "withdraw": lambda live, agent, queue: operations.withdraw(live, by=None),
    "requeue": lambda live, agent, queue: operations.requeue(live, by=None),
    "reopen": lambda live, agent, queue: operations.reopen(live, by=None),
    "annotate": lambda live, agent, queue: operations.attach_user_data(live, {"a": 1}, by=agent),
    "repair": lambda live, agent, queue: operations.mend(live, Flag.STUCK),
    "reply": lambda live, agent, queue: messaging.reply(live, by=agent),
    "write": lambda live, agent, queue: messaging.send(live, by=agent),
    "say": lambda live, agent, queue: messaging.say(live, "Hello", by=agent),
    "say_as_customer": lambda live, agent, queue: messaging.say_as_customer(live, "Hello", by=agent.user),
}
FORBIDDEN = [(operation, stage) for operation in ACTS for stage in Stage if stage not in ALLOWED[operation]]


def bring_to(stage: Stage, agent: Agent, queue: Queue) -> EngagementInteraction:
    live = make_live(queue if stage != Stage.FLOW else None)
    if stage in (Stage.HANDLED, Stage.WRAP_UP, Stage.ENDED):
        operations.accept(live, by=agent)
    if stage in (Stage.WRAP_UP, Stage.ENDED):
        operations.hang_up(live, by=agent)
    if stage == Stage.ENDED:
        operations.complete(live, by=agent)
    if stage == Stage.PARKED:
        operations.close(live, by=None)
        EngagementInteraction.objects.filter(pk=live.pk).update(
            stage=stage, workbin=agent.workbins.first(), closed_at=None
        )
    if stage == Stage.RECORDED:
        operations.close(live, by=None)
        EngagementInteraction.objects.filter(pk=live.pk).update(stage=stage)
    return EngagementInteraction.objects.get(pk=live.pk)


def test_every_operation_of_the_table_is_tried_here() -> None:
    assert ACTS.keys() | {"offer", "revise", "receive_mail"} == ALLOWED.keys()


@pytest.mark.parametrize(("operation", "stage"), FORBIDDEN)
def test_forbidden(operation: str, stage: Stage) -> None:
    agent = ready(make_agent())
    queue = make_queue(members=[agent])
    live = bring_to(stage, agent, queue)
    assert live.stage == stage
    rows, events = EngagementInteraction.objects.filter(pk=live.pk).values(), Event.objects.count()
    before = list(rows)
    with pytest.raises(NotAllowed):
        ACTS[operation](live, agent, queue)
    assert list(rows.all()) == before
    assert Event.objects.count() == events


@pytest.mark.parametrize("stage", sorted(ALLOWED["close"]))
def test_close_ends_it_anywhere(stage: Stage) -> None:
    agent = ready(make_agent())
    live = bring_to(Stage(stage), agent, make_queue(members=[agent]))
    assert operations.close(live, by=None).stage == Stage.ENDED
    assert not WorkOffer.objects.exclude(state="ended").exists()
