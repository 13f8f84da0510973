"""What a supervisor does from the board. Each is one operation; what it refuses comes back as a sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.agents.models import Agent, AgentChannel, AgentSession, NotReadyReason, agent_of
from apps.agents.notices import notify
from apps.common import clock
from apps.common.errors import AlreadyDone, Forbidden, NotAllowed
from apps.common.words import later as _
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.queues.models import MonitorMode, Queue, QueueEntry
from apps.queues.operations.steering import PRIORITIES
from apps.supervision.board.noted import noted
from apps.supervision.board.seen import agents_of, queues_of

AT_ONCE = 100  # contacts that one request moves or raises
RAISED_BY = 10
SIGN_OUT_SLIPS = timedelta(minutes=5)  # within which it is taken back


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
    """Raises Forbidden without the permission, and what the operation raises. A second click does no harm.

    What was done stands in the audit log.
    """
    name = given.get("act", "")
    act = acts[name]
    if not permits(by, act.permission):
        raise Forbidden(gettext("your role does not allow this"))
    try:
        done = act.do(on, given, by)
    except AlreadyDone:
        return Done(gettext("That was done already."))
    noted(name, on, given, by)
    return done


# Contacts


def _reassign(contact: EngagementInteraction, given: QueryDict, by: User) -> Done:
    to = _chosen(agents_of(by), given.get("agent"), gettext("choose an agent first"))
    _unmoved(contact, given)
    handler, waited = contact.handler, contact.stage == Stage.QUEUED
    operations.reassign(contact, to, by=by)
    undo = {"act": "back"} if waited else {"act": "reassign", "agent": str(handler.pk)} if handler else {}
    return Done(gettext("{name} is being offered to {to}.").format(name=contact.name, to=to), undo)


def _move(contact: EngagementInteraction, given: QueryDict, by: User) -> Done:
    queue = _chosen(queues_of(by), given.get("queue"), gettext("choose a queue first"))
    _unmoved(contact, given)
    operations.move_on(contact, queue, by=by)
    return Done(
        gettext("{name} waits in {queue} now, and keeps its place.").format(name=contact.name, queue=queue),
        {"act": "back"},
    )


def _back(contact: EngagementInteraction, given: QueryDict, by: User) -> Done:
    entry = operations.move_back(contact, by=by)
    return Done(gettext("{name} is back in {queue}.").format(name=contact.name, queue=entry.queue))


def _prioritise(contact: EngagementInteraction, given: QueryDict, by: User) -> Done:
    wanted = given.get("priority", "")
    if not (wanted.isascii() and wanted.isdecimal() and len(wanted) < 9):
        raise NotAllowed(gettext("a priority is a whole number"))
    _unmoved(contact, given)
    before = _stay_of(contact)
    operations.prioritise(contact, int(wanted), by=by)
    undo = {"act": "prioritise", "priority": str(before.priority)} if before else {}
    return Done(gettext("{name} has priority {number} now.").format(name=contact.name, number=int(wanted)), undo)


def _front(contact: EngagementInteraction, given: QueryDict, by: User) -> Done:
    """More than anything that waits in the same queue."""
    _unmoved(contact, given)
    stay = _stay_of(contact)
    if stay is None or stay.queue_id is None:
        raise NotAllowed(gettext("it does not wait in a queue"))
    others = QueueEntry.objects.filter(queue=stay.queue_id, left_at=None).exclude(pk=stay.pk)
    most = max(others.order_by("turn").values_list("priority", flat=True)[:1], default=stay.priority)
    operations.prioritise(contact, min(max(most + 1, stay.priority), PRIORITIES[-1]), by=by)
    return Done(
        gettext("{name} is served next.").format(name=contact.name),
        {"act": "prioritise", "priority": str(stay.priority)},
    )


def _take_over(contact: EngagementInteraction, given: QueryDict, by: User) -> Done:
    mine = agent_of(by)
    if mine is None:
        raise NotAllowed(gettext("you take no work yourself, so you have no desk to take it to"))
    handler = contact.handler
    operations.take_over(contact, by=mine)
    undo = {"act": "reassign", "agent": str(handler.pk)} if handler else {}
    return Done(gettext("{name} is at your desk.").format(name=contact.name), undo)


def _end(contact: EngagementInteraction, given: QueryDict, by: User) -> Done:
    if contact.stage == Stage.HANDLED:
        operations.hang_up(contact, by=by)
        return Done(gettext("{name} was ended; whoever worked on it is in wrap-up.").format(name=contact.name))
    operations.close(contact, by=by)
    return Done(gettext("{name} was closed.").format(name=contact.name))


def _monitor(mode: MonitorMode, said: str) -> Callable[[EngagementInteraction, QueryDict, User], Done]:
    def do(contact: EngagementInteraction, given: QueryDict, by: User) -> Done:
        operations.monitor(contact, by=by, extension={}, mode=mode)
        return Done(
            gettext("The telephone system was asked to {said} {name}.").format(said=said, name=contact.name),
            {"act": "stop"},
        )

    return do


def _stop(contact: EngagementInteraction, given: QueryDict, by: User) -> Done:
    operations.stop_monitoring(contact, by=by)
    return Done(gettext("The telephone system was asked to let you out of {name}.").format(name=contact.name))


def _unmoved(contact: EngagementInteraction, given: QueryDict) -> None:
    """Raises NotAllowed if it waits elsewhere than the page showed, or with somebody else."""
    shown = given.get("stay")
    stay = _stay_of(contact)
    if shown is not None and shown != (str(stay.uuid) if stay else ""):
        raise NotAllowed(gettext("it has moved on since the page showed it"))


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
    "listen": Act(Permission.MONITOR_ALL_CALLS, _monitor(MonitorMode.LISTEN, _("let you listen to"))),
    "whisper": Act(Permission.MONITOR_ALL_CALLS, _monitor(MonitorMode.WHISPER, _("let you whisper in"))),
    "barge": Act(Permission.MONITOR_ALL_CALLS, _monitor(MonitorMode.BARGE_IN, _("bring you into"))),
    "stop": Act(Permission.MONITOR_ALL_CALLS, _stop),
}


# Agents


def _ready(agent: Agent, given: QueryDict, by: User) -> Done:
    undo = _standing(agent)
    operations.make_ready(agent, by=by)
    return Done(gettext("{agent} is ready now.").format(agent=agent), undo)


def _not_ready(agent: Agent, given: QueryDict, by: User) -> Done:
    reasons = NotReadyReason.objects.filter(is_active=True)
    reason = _chosen(reasons, given.get("reason"), gettext("choose a reason first")) if given.get("reason") else None
    undo = _standing(agent)
    operations.make_not_ready(agent, reason=reason, by=by)
    says = (
        gettext("{agent} is not ready now: {reason}. What is in hand stays.")
        if reason
        else gettext("{agent} is not ready now. What is in hand stays.")
    )
    return Done(says.format(agent=agent, reason=reason), undo)


def _log_out(agent: Agent, given: QueryDict, by: User) -> Done:
    undo = {**_standing(agent), "act": "sign-in"}
    operations.log_off(agent, by=by)
    says = gettext("{agent} was signed out of work; what was in hand went back to its queue.")
    return Done(says.format(agent=agent), undo)


def _sign_in(agent: Agent, given: QueryDict, by: User) -> Done:
    """Takes a sign-out back, while the agent's desk is probably still open: the same channels, as they stood."""
    ended = AgentSession.objects.filter(agent=agent, ended_at__gte=clock.now() - SIGN_OUT_SLIPS).order_by("-ended_at")
    last = ended.first()
    if last is None:
        raise NotAllowed(gettext("the sign-out is too long ago to be taken back"))
    channels = last.channels.values_list("channel", flat=True)
    operations.start_session(agent, list(channels), by=by, place=last.place, login_code=last.login_code)
    _restore(agent, given, by)
    says = gettext("{agent} is signed in again, as before. What went back to its queue stays there.")
    return Done(says.format(agent=agent))


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
    return Done(gettext("{agent} stands as before.").format(agent=agent))


def _notify(agent: Agent, given: QueryDict, by: User) -> Done:
    notify(agent, given.get("text", ""), by=by)
    return Done(gettext("%(agent)s reads that at the desk now.") % {"agent": agent})


def _standing(agent: Agent) -> Mapping[str, str]:
    rows = AgentChannel.objects.filter(agent=agent, session__ended_at=None).order_by("channel")
    stands = [f"{row.channel}:{'ready' if row.is_ready else f'not-ready:{row.reason_id or 0}'}" for row in rows]
    return {"act": "restore", "channels": " ".join(stands)}


AGENT: Mapping[str, Act] = {
    "ready": Act(Permission.MANAGE_ALL_USER_STATE, _ready),
    "not-ready": Act(Permission.MANAGE_ALL_USER_STATE, _not_ready),
    "log-out": Act(Permission.MANAGE_ALL_USER_STATE, _log_out),
    "sign-in": Act(Permission.MANAGE_ALL_USER_STATE, _sign_in),
    "restore": Act(Permission.MANAGE_ALL_USER_STATE, _restore),
    "notify": Act(Permission.MANAGE_ALL_USER_STATE, _notify),
}


# Queues


def _move_all(queue: Queue, given: QueryDict, by: User) -> Done:
    to = _chosen(queues_of(by).exclude(pk=queue.pk), given.get("queue"), gettext("choose another queue first"))
    since = clock.now()
    moved = _each(queue, lambda contact: operations.move_on(contact, to, by=by))
    return Done(
        gettext("{moved} of those who waited in {queue} wait in {to} now, and keep their places.").format(
            moved=moved, queue=queue, to=to
        ),
        {"act": "bring-back", "queue": str(to.pk), "since": since.isoformat()} if moved else {},
    )


def _bring_back(queue: Queue, given: QueryDict, by: User) -> Done:
    """Those who came to the other queue since then, out of this one, and still wait there."""
    other = _chosen(queues_of(by).exclude(pk=queue.pk), given.get("queue"), gettext("choose another queue first"))
    left = QueueEntry.objects.filter(segment=OuterRef("segment"), queue=queue, left_at__gte=_since(given))
    brought = _each(other, lambda contact: operations.move_back(contact, by=by), Q(Exists(left)))
    return Done(gettext("{brought} are back in {queue}.").format(brought=brought, queue=queue))


def _raise_all(queue: Queue, given: QueryDict, by: User) -> Done:
    stays = dict(QueueEntry.objects.filter(queue=queue, left_at=None).values_list("interaction", "priority"))
    since = clock.now()
    raised = _each(queue, lambda contact: operations.prioritise(contact, stays[contact.pk] + RAISED_BY, by=by))
    return Done(
        gettext("{raised} who wait in {queue} have {RAISED_BY} more priority now.").format(
            raised=raised, queue=queue, RAISED_BY=RAISED_BY
        ),
        {"act": "lower-all", "since": since.isoformat()} if raised else {},
    )


def _lower_all(queue: Queue, given: QueryDict, by: User) -> Done:
    """Those who waited then already."""
    stays = dict(QueueEntry.objects.filter(queue=queue, left_at=None).values_list("interaction", "priority"))
    lowered = _each(
        queue,
        lambda contact: operations.prioritise(contact, max(stays[contact.pk] - RAISED_BY, 0), by=by),
        Q(entered_at__lte=_since(given), priority__gte=RAISED_BY),
    )
    return Done(
        gettext("{lowered} who wait in {queue} have the priority that they had.").format(lowered=lowered, queue=queue)
    )


def _since(given: QueryDict) -> datetime:
    """Raises NotAllowed."""
    try:
        at = parse_datetime(given.get("since", ""))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or at > clock.now():
        raise NotAllowed(gettext("that cannot be taken back"))
    return at


def _notify_all(queue: Queue, given: QueryDict, by: User) -> Done:
    """Those members who are signed in, and within reach of `by`."""
    there = agents_of(by).filter(memberships__queue=queue, sessions__ended_at=None, sessions__isnull=False).distinct()
    told = [notify(agent, given.get("text", ""), by=by) for agent in there]
    if not told:
        raise NotAllowed(gettext("nobody of {queue} is signed in to work").format(queue=queue))
    return Done(gettext("%(number)s who work in %(queue)s read that now.") % {"number": len(told), "queue": queue})


def _each(queue: Queue, act: Callable[[EngagementInteraction], object], only: Q | None = None) -> int:
    """Those who have waited longest first, `AT_ONCE` at most; who has gone meanwhile is left out."""
    waiting = QueueEntry.objects.filter(only or Q(), queue=queue, left_at=None, interaction__deleted_at=None)
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
    "bring-back": Act(Permission.INTERACTIONS_MANAGE_ALL, _bring_back),
    "lower-all": Act(Permission.INTERACTIONS_MANAGE_ALL, _lower_all),
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
