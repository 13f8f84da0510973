"""Who is told of what comes into a workbin and goes out of it."""

from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.agents.models import Agent
from apps.engagements.models import EngagementInteraction
from apps.engagements.snapshot import snapshot
from apps.engagements.written import with_writing
from apps.events.catalogue import WorkbinSnapshot
from apps.events.ledger import publish
from apps.queues.models import Workbin, WorkbinSubscription

# Every agent has these, and is told of what happens in them (genesys 16: "In Progress" and "Drafts").
PERSONAL = ("In progress", "Drafts")
LONGEST_LIST = 100  # items


@transaction.atomic
def give_workbins(agent: Agent) -> None:
    """Make the workbins that every agent has, for one without any: who is new, or was here before there were any."""
    if Workbin.objects.filter(kind=Workbin.Kind.AGENT, agent=agent).exists():
        return
    for name in PERSONAL:
        made, _ = Workbin.objects.get_or_create(name=name, kind=Workbin.Kind.AGENT, agent=agent)
        WorkbinSubscription.objects.get_or_create(workbin=made, user=agent.user)


@transaction.atomic
def subscribe(workbin: Workbin, *, by: User) -> None:
    """Be told of the workbin's items from now on; again is no error. Publishes `workbin.subscribed`."""
    WorkbinSubscription.objects.get_or_create(workbin=workbin, user=by)
    _tell("workbin.subscribed", snapshot_of(workbin), by)


@transaction.atomic
def unsubscribe(workbin: Workbin, *, by: User) -> None:
    """Be told no more; without a subscription this is no error. Publishes `workbin.unsubscribed`."""
    WorkbinSubscription.objects.filter(workbin=workbin, user=by).delete()
    _tell("workbin.unsubscribed", snapshot_of(workbin), by)


@transaction.atomic
def refuse_subscription(workbin_id: str, *, by: User) -> None:
    """One of several workbins that somebody wanted to watch cannot be watched. Publishes `workbin.refused`."""
    _tell("workbin.refused", WorkbinSnapshot(id=workbin_id, name="", team=None, user_uuid=None), by)


@transaction.atomic
def list_workbin(workbin: Workbin, *, by: User) -> None:
    """Tell whoever asks what the workbin holds, newest first, `LONGEST_LIST` at most. Publishes `workbin.listed`."""
    items = with_writing(EngagementInteraction.objects.filter(workbin=workbin)).select_related("workbin")
    found = items.order_by("-opened_at", "-id")[:LONGEST_LIST]
    _tell("workbin.listed", snapshot_of(workbin), by, [snapshot(item) for item in found])


def _tell(name: str, workbin: WorkbinSnapshot, by: User, items: list[Any] | None = None) -> None:
    publish(name, by_id=by.pk, audience=[by.pk], data={"workbin": workbin, "interactions": items or []})


def snapshot_of(workbin: Workbin) -> WorkbinSnapshot:
    return WorkbinSnapshot(
        id=str(workbin.uuid),
        name=workbin.name,
        team=workbin.team.name if workbin.team else None,
        user_uuid=str(workbin.agent.user.uuid) if workbin.agent else None,
    )


def told_of(workbin: Workbin) -> dict[str, Any]:
    """The workbin, and the users who watch it."""
    watchers = WorkbinSubscription.objects.filter(workbin=workbin).order_by("user_id")
    return {**snapshot_of(workbin), "watchers": list(watchers.values_list("user_id", flat=True))}
