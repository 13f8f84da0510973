"""What a supervisor reads when something could not be done: how it stands now, and that nothing was changed."""

from apps.agents.models import Agent, AgentSession
from apps.common.errors import Forbidden, NotFound, SwitchroomError
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.queues.models import Queue, QueueEntry
from apps.supervision.admin.forms import sentence

_NOTHING = "Nothing was changed."


def refusal(on: EngagementInteraction | Agent | Queue, error: SwitchroomError) -> str:
    if isinstance(error, NotFound):
        return f"It is gone. {_NOTHING}"
    if isinstance(error, Forbidden):
        return f"{sentence(str(error))} {_NOTHING}"
    if isinstance(on, EngagementInteraction):
        return f"{sentence(str(error))} {_where(on)} {_NOTHING}"
    if isinstance(on, Agent) and not AgentSession.objects.filter(agent=on, ended_at=None).exists():
        return f"{on} is not signed in to work any more. {_NOTHING}"
    return f"{sentence(str(error))} {_NOTHING}"


def _where(on: EngagementInteraction) -> str:
    """How the contact stands by now."""
    now = EngagementInteraction.objects.select_related("handler__user").filter(pk=on.pk).first()
    if now is None:
        return f"{on.name} is gone."
    if now.handler:
        return f"{on.name} is with {now.handler}{' (wrap-up)' if now.stage == Stage.WRAP_UP else ''}."
    stay = QueueEntry.objects.select_related("queue").filter(interaction=on, left_at=None).first()
    if stay and stay.queue:
        return f"{on.name} waits in {stay.queue}."
    return f"{on.name} is {Stage(now.stage).label.lower()}."
