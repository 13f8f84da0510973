"""What a supervisor tells agents at their desks: shown until they have put it away."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.agents.models import Agent, AgentSession, Notice
from apps.common import clock
from apps.common.errors import FieldProblem, Invalid, NotAllowed, Problem
from apps.common.storable import unstorable
from apps.events.ledger import publish
from apps.tenants.selecting import Select

SHOWN_FOR = timedelta(days=1)  # to who does not put it away
KEPT = timedelta(days=30)
MOST = 5  # at once
_UNREAD: Select[Notice] = Select(
    lambda agent: Notice.objects.filter(agent_id=agent, seen_at=None).select_related("by").order_by("-id")[:MOST],
    numbers=["agent"],
)


@transaction.atomic
def notify(agent: Agent, text: str, *, by: User, at: datetime | None = None) -> Notice:
    """Tell an agent who is signed in. Publishes `agent.notified`.

    Raises Invalid for what is empty, too long or cannot be stored, NotAllowed for one who is not signed in.
    """
    at, text = at or clock.now(), text.replace("\r\n", "\n").strip()
    longest = Notice._meta.get_field("text").max_length or 0
    if not text or len(text) > longest or unstorable(text):
        raise Invalid(
            FieldProblem(
                Problem.MALFORMED,
                ["text"],
                gettext("say something, in at most {longest} characters").format(longest=longest),
            )
        )
    if not AgentSession.objects.filter(agent=agent, ended_at=None).exists():
        raise NotAllowed(gettext("{agent} is not signed in to work").format(agent=agent))
    Notice.objects.filter(agent=agent, at__lt=at - KEPT).delete()
    made = Notice.objects.create(agent=agent, text=text, by=by, at=at)
    of = agent.user
    told = {"id": agent.pk, "uuid": str(agent.uuid), "user_id": of.pk, "user_name": of.username, "name": of.name}
    data = {"agent": told, "notice": {"text": text, "by": by.name}}
    publish("agent.notified", agent_id=agent.pk, by_id=by.pk, audience=[of.pk], data=data, at=at)
    return made


def unread(agent: Agent) -> list[Notice]:
    """What the desk shows, the newest first."""
    since = clock.now() - SHOWN_FOR
    return [notice for notice in _UNREAD(agent=agent.pk) if notice.at > since]


def put_away(agent: Agent, key: int) -> None:
    """The agent has read it. Another's is left alone; publishes nothing."""
    Notice.objects.filter(agent=agent, pk=key, seen_at=None).update(seen_at=clock.now())
