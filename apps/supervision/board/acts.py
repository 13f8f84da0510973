"""What a supervisor does from the board. Each is one operation; what it refuses comes back as a sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.agents.models import Agent, AgentChannel, NotReadyReason, agent_of
from apps.agents.notices import notify
from apps.common.errors import AlreadyDone, Forbidden, NotAllowed
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.queues.models import MonitorMode, Queue, QueueEntry
from apps.queues.operations.steering import PRIORITIES
from apps.supervision.board.seen import agents_of, queues_of

AT_ONCE = 100  # contacts that one request moves or raises
RAISED_BY = 10


@dataclass(frozen=True)
class Done:
    """What is said, and the act that takes it back; `undo` is empty where nothing does."""

    says: str
    undo: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Act:
    permission: Permission
    do: Callable[[Any, QueryDict, User], Done]


def perform(acts: Mapping[str, Act], on: Any, given: QueryDict, by: User) -> Done:
    """Raises Forbidden without the permission, and what the operation raises. A second click does no harm."""
    act = acts[given.get("act", "")]
    if not permits(by, act.permission):
        raise Forbidden("your role does not allow this")
    try:
        return act.do(on, given, by)
    except AlreadyDone:
        return Done("That was done already.")


# Contacts


def _reassign(contact: EngagementInteraction, given: QueryDict, by: User) -> Done:
    to = _chosen(agents_of(by), given.get("agent"), "choose an agent first")
    _unmoved(contact, given)
    handler, waited = contact.handler, contact.stage == Stage.QUEUED
    operations.reassign(contact, to, by=by)
    undo = {"act": "back"} if waited else {"act": "reassign", "agent": str(handler.pk)} if handler else {}
    return Done(f"{contact.name} is being offered to {to}.", undo)


def _move(contact: EngagementInteraction, given: QueryDict, by: User) -> Done:
    queue = _chosen(queues_of(by), given.get("queue"), "choose a queue first")
    _unmoved(contact, given)
    operations.move_on(contact, queue, by=by)
    return Done(f"{contact.name} waits in {queue} now, and keeps its place.", {"act": "back"})


def _back(contact: EngagementInteraction, given: QueryDict, by: User) -> Done:
    entry = operations.move_back(contact, by=by)
    return Done(f"{contact.name} is back in {entry.queue}.")


def _prioritise(contact: EngagementInteraction, given: QueryDict, by: User) -> Done:
    wanted = given.get("priority", "")
    if not (wanted.isascii() and wanted.isdecimal() and len(wanted) < 9):
        raise NotAllowed("a priority is a whole number")
    _unmoved(contact, given)
    before = _stay_of(contact)
    operations.prioritise(contact, int(wanted), by=by)
    undo = {"act": "prioritise", "priority": str(before.priority)} if before else {}
    return Done(f"{contact.name} has priority {int(wanted)} now.", undo)


def _front(contact: EngagementInteraction, given: QueryDict, by: User) -> Done:
    """More than anything that waits in the same queue."""
    _unmoved(contact, given)
    stay = _stay_of(contact)
    if stay is None or stay.queue_id is None:
        raise NotAllowed("it does not wait in a queue")
    others = QueueEntry.objects.filter(queue=stay.queue_id, left_at=None).exclude(pk=stay.pk)
    most = max(others.order_by("turn").values_list("priority", flat=True)[:1], default=stay.priority)
    operations.prioritise(contact, min(max(most + 1, stay.priority), PRIORITIES[-1]), by=by)
    return Done(f"{contact.name} is served next.", {"act": "prioritise", "priority": str(stay.priority)})


def _take_over(contact: EngagementInteraction, given: QueryDict, by: User) -> Done:
    mine = agent_of(by)
    if mine is None:
        raise NotAllowed("you take no work yourself, so you have no desk to take it to")
    handler = contact.handler
    operations.take_over(contact, by=mine)
    undo = {"act": "reassign", "agent": str(handler.pk)} if handler else {}
    return Done(f"{contact.name} is at your desk.", undo)


def _end(contact: EngagementInteraction, given: QueryDict, by: User) -> Done:
    if contact.stage == Stage.HANDLED:
        operations.hang_up(contact, by=by)
        return Done(f"{contact.name} was ended; whoever worked on it is in wrap-up.")
    operations.close(contact, by=by)
    return Done(f"{contact.name} was closed.")


def _monitor(mode: MonitorMode, said: str) -> Callable[[EngagementInteraction, QueryDict, User], Done]:
    def do(contact: EngagementInteraction, given: QueryDict, by: User) -> Done:
        operations.monitor(contact, by=by, extension={}, mode=mode)
        return Done(f"The telephone system was asked to {said} {contact.name}.", {"act": "stop"})

    return do


def _stop(contact: EngagementInteraction, given: QueryDict, by: User) -> Done:
    operations.stop_monitoring(contact, by=by)
    return Done(f"The telephone system was asked to let you out of {contact.name}.")


def _unmoved(contact: EngagementInteraction, given: QueryDict) -> None:
    """Raises NotAllowed if it waits elsewhere than the page showed, or with somebody else."""
    shown = given.get("stay")
    stay = _stay_of(contact)
    if shown is not None and shown != (str(stay.uuid) if stay else ""):
        raise NotAllowed("it has moved on since the page showed it")


def _stay_of(contact: EngagementInteraction) -> QueueEntry | None:
    return QueueEntry.objects.select_related("queue").filter(interaction=contact, left_at=None).first()


WORK: Mapping[str, Act] = {
    "reassign": Act(Permission.INTERACTIONS_MANAGE_ALL, _reassign),
    "move": Act(Permission.INTERACTIONS_MANAGE_ALL, _move),
    "back": Act(Permission.INTERACTIONS_MANAGE_ALL, _back),
    "prioritise": Act(Permission.INTERACTIONS_MANAGE_ALL, _prioritise),
    "front": Act(Permission.INTERACTIONS_MANAGE_ALL, _front),
    "take": Act(Permission.INTERACTIONS_MANAGE_ALL, _take_over),
    "end": Act(Permission.INTERACTIONS_MANAGE_ALL, _end),
    "listen": Act(Permission.MONITOR_ALL_CALLS, _monitor(MonitorMode.LISTEN, "let you listen to")),
    "whisper": Act(Permission.MONITOR_ALL_CALLS, _monitor(MonitorMode.WHISPER, "let you whisper in")),
    "barge": Act(Permission.MONITOR_ALL_CALLS, _monitor(MonitorMode.BARGE_IN, "bring you into")),
    "stop": Act(Permission.MONITOR_ALL_CALLS, _stop),
}


# Agents


def _ready(agent: Agent, given: QueryDict, by: User) -> Done:
    undo = _standing(agent)
    operations.make_ready(agent, by=by)
    return Done(f"{agent} is ready now.", undo)


def _not_ready(agent: Agent, given: QueryDict, by: User) -> Done:
    reasons = NotReadyReason.objects.filter(is_active=True)
    reason = _chosen(reasons, given.get("reason"), "choose a reason first") if given.get("reason") else None
    undo = _standing(agent)
    operations.make_not_ready(agent, reason=reason, by=by)
    return Done(f"{agent} is not ready now{f': {reason}' if reason else ''}. What is in hand stays.", undo)


def _log_out(agent: Agent, given: QueryDict, by: User) -> Done:
    operations.log_off(agent, by=by)
    return Done(f"{agent} was signed out of work; what was in hand went back to its queue.")


def _restore(agent: Agent, given: QueryDict, by: User) -> Done:
    """Each channel as it was: `voice:ready chat:not-ready:7`."""
    for told in given.get("channels", "").split()[:20]:
        channel, _, state = told.partition(":")
        to, _, reason = state.partition(":")
        if to == "ready":
            operations.make_ready(agent, channel, by=by)
        else:
            found = NotReadyReason.objects.filter(pk=_key(reason)).first()
            operations.make_not_ready(agent, channel, found, by=by)
    return Done(f"{agent} stands as before.")


def _notify(agent: Agent, given: QueryDict, by: User) -> Done:
    notify(agent, given.get("text", ""), by=by)
    return Done(_("%(agent)s reads that at the desk now.") % {"agent": agent})


def _standing(agent: Agent) -> Mapping[str, str]:
    rows = AgentChannel.objects.filter(agent=agent, session__ended_at=None).order_by("channel")
    stands = [f"{row.channel}:{'ready' if row.is_ready else f'not-ready:{row.reason_id or 0}'}" for row in rows]
    return {"act": "restore", "channels": " ".join(stands)}


AGENT: Mapping[str, Act] = {
    "ready": Act(Permission.MANAGE_ALL_USER_STATE, _ready),
    "not-ready": Act(Permission.MANAGE_ALL_USER_STATE, _not_ready),
    "log-out": Act(Permission.MANAGE_ALL_USER_STATE, _log_out),
    "restore": Act(Permission.MANAGE_ALL_USER_STATE, _restore),
    "notify": Act(Permission.MANAGE_ALL_USER_STATE, _notify),
}


# Queues


def _move_all(queue: Queue, given: QueryDict, by: User) -> Done:
    to = _chosen(queues_of(by).exclude(pk=queue.pk), given.get("queue"), "choose another queue first")
    moved = _each(queue, lambda contact: operations.move_on(contact, to, by=by))
    return Done(f"{moved} of those who waited in {queue} wait in {to} now, and keep their places.")


def _raise_all(queue: Queue, given: QueryDict, by: User) -> Done:
    stays = dict(QueueEntry.objects.filter(queue=queue, left_at=None).values_list("interaction", "priority"))
    raised = _each(queue, lambda contact: operations.prioritise(contact, stays[contact.pk] + RAISED_BY, by=by))
    return Done(f"{raised} who wait in {queue} have {RAISED_BY} more priority now.")


def _notify_all(queue: Queue, given: QueryDict, by: User) -> Done:
    """Those members who are signed in, and within reach of `by`."""
    there = agents_of(by).filter(memberships__queue=queue, sessions__ended_at=None, sessions__isnull=False).distinct()
    told = [notify(agent, given.get("text", ""), by=by) for agent in there]
    if not told:
        raise NotAllowed(f"nobody of {queue} is signed in to work")
    return Done(_("%(number)s who work in %(queue)s read that now.") % {"number": len(told), "queue": queue})


def _each(queue: Queue, act: Callable[[EngagementInteraction], object]) -> int:
    """Those who have waited longest first, `AT_ONCE` at most; who has gone meanwhile is left out."""
    waiting = QueueEntry.objects.filter(queue=queue, left_at=None, interaction__deleted_at=None)
    done = 0
    for stay in list(waiting.select_related("interaction").order_by("entered_at", "pk")[:AT_ONCE]):
        try:
            act(stay.interaction)
        except NotAllowed:
            continue
        done += 1
    return done


QUEUE: Mapping[str, Act] = {
    "move-all": Act(Permission.INTERACTIONS_MANAGE_ALL, _move_all),
    "raise-all": Act(Permission.INTERACTIONS_MANAGE_ALL, _raise_all),
    "notify": Act(Permission.MANAGE_ALL_USER_STATE, _notify_all),
}


def _chosen(rows: Any, text: str | None, otherwise: str) -> Any:
    found = rows.filter(pk=_key(text or "")).first()
    if found is None:
        raise NotAllowed(otherwise)
    return found


def _key(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
