"""What a supervisor reads when something could not be done: how it stands now, and that nothing was changed."""

import math

from django.utils.translation import gettext, ngettext

from apps.agents.models import Agent, AgentSession
from apps.common import clock
from apps.common.errors import Forbidden, NotFound, SwitchroomError
from apps.common.words import inside
from apps.common.words import later as _
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.queues.models import Queue, QueueEntry
from apps.supervision.admin.forms import sentence

_NOTHING = _("Nothing was changed.")


def refusal(on: EngagementInteraction | Agent | Queue, error: SwitchroomError) -> str:
    if isinstance(error, NotFound):
        return f"{gettext('It is gone.')} {_NOTHING}"
    if isinstance(error, Forbidden):
        return f"{sentence(str(error))} {_NOTHING}"
    if isinstance(on, EngagementInteraction):
        return f"{sentence(str(error))} {_where(on)} {_NOTHING}"
    if isinstance(on, Agent) and not AgentSession.objects.filter(agent=on, ended_at=None).exists():
        return f"{gettext('{agent} is not signed in to work any more.').format(agent=on)} {_NOTHING}"
    return f"{sentence(str(error))} {_NOTHING}"


def given_to_one(contact: EngagementInteraction, stay: QueueEntry) -> str:
    """How work stands that one agent is to take, at once or within the time that it waits for that (M-11)."""
    if stay.offered_to_id or stay.deadline_at is None:
        return gettext("{name} is being offered to {to}.").format(name=contact.name, to=stay.target_agent)
    seconds = max(0, math.ceil((stay.deadline_at - clock.now()).total_seconds()))
    says = ngettext(
        "{name} waits for {to}, who can take nothing now; after {seconds} second it goes back.",
        "{name} waits for {to}, who can take nothing now; after {seconds} seconds it goes back.",
        seconds,
    )
    return says.format(name=contact.name, to=stay.target_agent, seconds=seconds)


def _where(on: EngagementInteraction) -> str:
    """How the contact stands by now."""
    now = EngagementInteraction.objects.select_related("handler__user").filter(pk=on.pk).first()
    if now is None:
        return gettext("{name} is gone.").format(name=on.name)
    if now.handler:
        wraps_up = now.stage == Stage.WRAP_UP
        says = gettext("{name} is with {handler} (wrap-up).") if wraps_up else gettext("{name} is with {handler}.")
        return says.format(name=on.name, handler=now.handler)
    stay = QueueEntry.objects.select_related("queue", "target_agent__user").filter(interaction=on, left_at=None).first()
    if stay and stay.queue:
        says = gettext("{name} waits in {queue} with priority {priority}.")
        return says.format(name=on.name, queue=stay.queue, priority=stay.priority)
    if stay:
        return given_to_one(on, stay)
    return gettext("{name} is {label}.").format(name=on.name, label=inside(Stage(now.stage).label))
