"""What a supervisor does from the board. Each is one operation; what it refuses comes back as a sentence."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.agents.models import Agent, AgentSession, NotReadyReason, agent_of
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
from apps.supervision.board.refusals import given_to_one
from apps.supervision.board.seen import agents_of, queues_of
from apps.supervision.board.unmoved import locked, mark, require_unmoved, standing

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
    """`as_shown`: done only while it stands as the page showed it, of two who do it at once by the first alone."""

    permission: Permission
    do: Callable[[Any, QueryDict, User], Done]
    as_shown: bool = True


def perform(acts: Mapping[str, Act], on: Any, given: QueryDict, by: User) -> Done:
    """Raises Forbidden without the permission, NotAllowed for what stands otherwise than shown, and what the operation
    raises. A second click does no harm.

    What was done stands in the audit log. It is taken back only while all stands as it was left.
    """
    name = given.get("act", "")
    act = acts[name]
    if not permits(by, act.permission):
        raise Forbidden(gettext("your role does not allow this"))
    on = locked(on)
    if act.as_shown:
        require_unmoved(on, given.get("shown"))
    try:
        done = act.do(on, given, by)
    except AlreadyDone:
        return Done(gettext("That was done already."))
    noted(name, on, given, by)
    return replace(done, undo={**done.undo, "shown": mark(on)}) if done.undo else done


# Contacts


def _reassign(contact: EngagementInteraction, given: QueryDict, by: User) -> Done:
    to = _chosen(agents_of(by), given.get("agent"), gettext("choose an agent first"))
    handler, waited = contact.handler, contact.stage == Stage.QUEUED
    stay = operations.reassign(contact, to, by=by)
    undo = {"act": "back"} if waited else {"act": "reassign", "agent": str(handler.pk)} if handler else {}
    return Done(given_to_one(contact, QueueEntry.objects.select_related("target_agent__user").get(pk=stay.pk)), undo)


def _move(contact: EngagementInteraction, given: QueryDict, by: User) -> Done:
    queue = _chosen(queues_of(by), given.get("queue"), gettext("choose a queue first"))
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
    before = _stay_of(contact)
    operations.prioritise(contact, int(wanted), by=by)
    undo = {"act": "prioritise", "priority": str(before.priority)} if before else {}
    return Done(gettext("{name} has priority {number} now.").format(name=contact.name, number=int(wanted)), undo)


def _front(contact: EngagementInteraction, given: QueryDict, by: User) -> Done:
    """More than anything that waits in the same queue."""
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
    "stop": Act(Permission.MONITOR_ALL_CALLS, _stop, as_shown=False),
}


# Agents


def _ready(agent: Agent, given: QueryDict, by: User) -> Done:
    undo = {"act": "restore", "channels": standing(agent)}
    operations.make_ready(agent, by=by)
    return Done(gettext("{agent} is ready now.").format(agent=agent), undo)


def _not_ready(agent: Agent, given: QueryDict, by: User) -> Done:
    reasons = NotReadyReason.objects.filter(is_active=True)
    reason = _chosen(reasons, given.get("reason"), gettext("choose a reason first")) if given.get("reason") else None
    undo = {"act": "restore", "channels": standing(agent)}
    operations.make_not_ready(agent, reason=reason, by=by)
    says = (
        gettext("{agent} is not ready now: {reason}. What is in hand stays.")
        if reason
        else gettext("{agent} is not ready now. What is in hand stays.")
    )
    return Done(says.format(agent=agent, reason=reason), undo)


def _log_out(agent: Agent, given: QueryDict, by: User) -> Done:
    undo = {"act": "sign-in", "channels": standing(agent)}
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


AGENT: Mapping[str, Act] = {
    "ready": Act(Permission.MANAGE_ALL_USER_STATE, _ready),
    "not-ready": Act(Permission.MANAGE_ALL_USER_STATE, _not_ready),
    "log-out": Act(Permission.MANAGE_ALL_USER_STATE, _log_out),
    "sign-in": Act(Permission.MANAGE_ALL_USER_STATE, _sign_in),
    "restore": Act(Permission.MANAGE_ALL_USER_STATE, _restore),
    "notify": Act(Permission.MANAGE_ALL_USER_STATE, _notify, as_shown=False),
}


# Queues


def _move_all(queue: Queue, given: QueryDict, by: User) -> Done:
    to = _chosen(queues_of(by).exclude(pk=queue.pk), given.get("queue"), gettext("choose another queue first"))
    moved = _each(_waiting(queue), lambda stay: operations.move_on(stay.interaction, to, by=by))
    return Done(
        gettext("{moved} of those who waited in {queue} wait in {to} now, and keep their places.").format(
            moved=len(moved), queue=queue, to=to
        ),
        {"act": "bring-back", "queue": str(to.pk), "stays": _told(moved)} if moved else {},
    )


def _bring_back(queue: Queue, given: QueryDict, by: User) -> Done:
    """Those who still wait there where they were moved to."""
    other = _chosen(queues_of(by).exclude(pk=queue.pk), given.get("queue"), gettext("choose another queue first"))
    there = _waiting(other).filter(pk__in=_priorities(given))
    brought = _each(there, lambda stay: operations.move_back(stay.interaction, by=by))
    return Done(gettext("{brought} are back in {queue}.").format(brought=len(brought), queue=queue))


def _raise_all(queue: Queue, given: QueryDict, by: User) -> Done:
    raised = _each(
        _waiting(queue), lambda stay: operations.prioritise(stay.interaction, stay.priority + RAISED_BY, by=by)
    )
    return Done(
        gettext("{raised} who wait in {queue} have {RAISED_BY} more priority now.").format(
            raised=len(raised), queue=queue, RAISED_BY=RAISED_BY
        ),
        {"act": "lower-all", "stays": _told(raised)} if raised else {},
    )


def _lower_all(queue: Queue, given: QueryDict, by: User) -> Done:
    """Those who still have the priority that they were given."""
    raised = _priorities(given)

    def lower(stay: QueueEntry) -> QueueEntry:
        if stay.priority != raised[stay.pk] or stay.priority < RAISED_BY:
            raise NotAllowed(gettext("it has changed since the page showed it"))
        return operations.prioritise(stay.interaction, stay.priority - RAISED_BY, by=by)

    lowered = _each(_waiting(queue).filter(pk__in=raised), lower)
    return Done(
        gettext("{lowered} who wait in {queue} have the priority that they had.").format(
            lowered=len(lowered), queue=queue
        )
    )


def _told(stays: Iterable[QueueEntry]) -> str:
    """Who is to be taken back, as the page keeps it: `12:110 13:110`, stays and their priorities."""
    return " ".join(f"{stay.pk}:{stay.priority}" for stay in stays)


def _priorities(given: QueryDict) -> Mapping[int, int]:
    told = (each.partition(":") for each in given.get("stays", "").split()[:AT_ONCE])
    return {_key(stay): _key(priority) for stay, _colon, priority in told}


def _notify_all(queue: Queue, given: QueryDict, by: User) -> Done:
    """Those members who are signed in, and within reach of `by`."""
    there = agents_of(by).filter(memberships__queue=queue, sessions__ended_at=None, sessions__isnull=False).distinct()
    told = [notify(agent, given.get("text", ""), by=by) for agent in there]
    if not told:
        raise NotAllowed(gettext("nobody of {queue} is signed in to work").format(queue=queue))
    return Done(gettext("%(number)s who work in %(queue)s read that now.") % {"number": len(told), "queue": queue})


def _waiting(queue: Queue) -> "QuerySet[QueueEntry]":
    return QueueEntry.objects.filter(queue=queue, left_at=None, interaction__deleted_at=None)


def _each(waiting: "QuerySet[QueueEntry]", act: Callable[[QueueEntry], QueueEntry]) -> list[QueueEntry]:
    """Those who have waited longest first, `AT_ONCE` at most; who has gone or moved meanwhile is left out."""
    chosen = waiting.order_by("entered_at", "pk")[:AT_ONCE].values_list("pk", "interaction")
    stays, contacts = zip(*chosen, strict=True) if chosen else ((), ())
    list(EngagementInteraction.objects.locked().filter(pk__in=contacts).order_by("pk"))
    done = []
    for stay in waiting.filter(pk__in=stays).select_related("interaction").order_by("entered_at", "pk"):
        try:
            done.append(act(stay))
        except NotAllowed:
            continue
    return done


QUEUE: Mapping[str, Act] = {
    "move-all": Act(Permission.INTERACTIONS_MANAGE_ALL, _move_all),
    "bring-back": Act(Permission.INTERACTIONS_MANAGE_ALL, _bring_back, as_shown=False),
    "lower-all": Act(Permission.INTERACTIONS_MANAGE_ALL, _lower_all, as_shown=False),
    "raise-all": Act(Permission.INTERACTIONS_MANAGE_ALL, _raise_all),
    "notify": Act(Permission.MANAGE_ALL_USER_STATE, _notify_all, as_shown=False),
}


def _chosen(rows: Any, text: str | None, otherwise: str) -> Any:
    found = rows.filter(pk=_key(text or "")).first()
    if found is None:
        raise NotAllowed(otherwise)
    return found


def _key(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
