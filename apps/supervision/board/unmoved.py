"""How something stands, as a page showed it: what is asked of it once it stands otherwise is refused.

Of two supervisors who act at once the second waits for the first, and then reads what has changed.
"""

from typing import Any

from django.utils.translation import gettext

from apps.agents.models import Agent, AgentChannel
from apps.audit.models import Action, AuditEntry
from apps.common.errors import NotAllowed, NotFound
from apps.engagements.models import EngagementInteraction
from apps.queues.models import Queue, QueueEntry


def locked(on: Any) -> Any:
    """The row itself, read afresh; nothing else locks it before what it locks next. Raises NotFound if it is gone."""
    found = type(on).objects.locked().filter(pk=on.pk).first()
    if found is None:
        raise NotFound(gettext("no such record"))
    return found


def mark(on: EngagementInteraction | Agent | Queue) -> str:
    """The same as long as nobody has it in other hands, moved it or steered it. Offers come and go without that."""
    if isinstance(on, EngagementInteraction):
        now = EngagementInteraction.objects.filter(pk=on.pk).values_list("stage", "handler").first()
        stay = QueueEntry.objects.filter(interaction=on, left_at=None).values_list("pk", "priority").first()
        return " ".join(str(each or "-") for each in (*(now or ()), *(stay or ())))
    if isinstance(on, Agent):
        return standing(on)
    newest = _steered(on)
    return str(newest.pk) if newest else "-"


def require_unmoved(on: EngagementInteraction | Agent | Queue, shown: str | None) -> None:
    """Raises NotAllowed if it stands otherwise. `shown` is None for who does not say what was shown."""
    if shown is None or shown == mark(on):
        return
    newest = _steered(on) if isinstance(on, Queue) else None
    if newest:
        raise NotAllowed(gettext("%(name)s has done something here just now") % {"name": newest.actor_name})
    raise NotAllowed(gettext("it has changed since the page showed it"))


def standing(agent: Agent) -> str:
    """Each channel of who is signed in: `voice:ready chat:not-ready:7`."""
    rows = AgentChannel.objects.filter(agent=agent, session__ended_at=None).order_by("channel")
    return " ".join(f"{row.channel}:{'ready' if row.is_ready else f'not-ready:{row.reason_id or 0}'}" for row in rows)


def _steered(queue: Queue) -> AuditEntry | None:
    about = {"object_kind": queue._meta.label_lower, "object_key": str(queue.pk)}
    return AuditEntry.objects.filter(action=Action.STEERED, **about).order_by("-pk").first()
