"""Why a contact still waits, in plain words: what routing went by, asked of everybody who might have been asked."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext

from apps.agents.models import Agent, AgentChannel, Channel, Skill
from apps.common import clock
from apps.common.words import inside
from apps.common.words import later as _
from apps.queues import demands, routing, rulebook
from apps.queues.models import OfferState, QueueEntry, WorkOffer

_NAMED = 3  # agents, before the rest is a number


class Reason(models.TextChoices):
    """Every reason there is. The first five stand alone; the others say what stands in the way of how many agents."""

    OFFERED = "offered", _("Offered")
    WITHDRAWN = "withdrawn", _("Nobody is to be asked")
    NOT_YET = "not yet", _("Not to be offered yet")
    CLOSED = "closed", _("The queue is closed")
    LAST_AGENT = "last agent", _("Kept for the customer's last agent")
    NO_MEMBERS = "no members", _("Nobody belongs to the queue")
    SIGNED_OUT = "signed out", _("Not signed in for this channel")
    SKILLS = "skills", _("Not able")
    DO_NOT_DISTURB = "do not disturb", _("Not to be disturbed")
    PASSED_OVER = "passed over", _("Asked before")
    NOT_READY = "not ready", _("Not ready")
    BUSY = "busy", _("No room for more")
    OTHER_WORK = "other work", _("Other work that a call does not go with")
    NEXT_ROUND = "next round", _("Free")


@dataclass(frozen=True)
class Because:
    """`until`: when this reason ends by itself, if that is known; `then`: what holds from then on."""

    reason: Reason
    text: str
    until: datetime | None = None
    then: str = ""


def waiting_reasons(entry: QueueEntry, at: datetime | None = None) -> Sequence[Because]:
    """Why this stay's work waits at the moment; nothing once it has left. A few queries, however many agents."""
    at = at or clock.now()
    if entry.left_at:
        return []
    return list(_alone(entry, at)) or list(_agents(entry, at))


def _alone(entry: QueueEntry, at: datetime) -> Iterator[Because]:
    if entry.offered_to:
        offer = WorkOffer.objects.filter(queue_entry=entry, state=OfferState.OFFERED).first()
        yield Because(
            Reason.OFFERED,
            gettext("Offered to {offered_to}").format(offered_to=entry.offered_to),
            offer.deadline_at if offer else None,
        )
    elif entry.ready_at:
        yield Because(Reason.NOT_YET, gettext("Not to be offered yet: a callback for later"), entry.ready_at)
    elif not entry.is_routable:
        yield Because(Reason.WITHDRAWN, gettext("Nobody is to be asked: its routing was cleared"))
    elif entry.queue and rulebook.is_closed(entry.queue, at):
        opens = rulebook.current().queue_weeks[entry.queue.pk].next_change(at)
        yield Because(Reason.CLOSED, gettext("{queue} is closed").format(queue=entry.queue), opens)
    elif entry.reserved_for:
        text = gettext("Kept for {reserved_for}, who handled this customer last").format(
            reserved_for=entry.reserved_for
        )
        yield Because(Reason.LAST_AGENT, text, entry.reserved_until, gettext("anybody from then on"))


def _agents(entry: QueueEntry, at: datetime) -> Iterator[Because]:
    """What stands in the way of each agent who would come into question; the agents of one reason together."""
    asked = (
        Agent.objects.filter(memberships__queue=entry.queue)
        if entry.queue
        else Agent.objects.filter(pk__in=[entry.target_agent_id])
    )
    agents = {agent.pk: agent for agent in asked.select_related("user").order_by("pk")}
    if not agents:
        yield Because(Reason.NO_MEMBERS, gettext("Nobody belongs to {queue}").format(queue=entry.queue))
    channels = {channel.agent_id: channel for channel in _channels(entry, agents, at)}
    found: dict[Reason, list[str]] = defaultdict(list)
    for key, agent in agents.items():
        found[_in_the_way(entry, channels.get(key))].append(str(agent))
    for reason in sorted(found, key=list(Reason).index):
        yield _because(reason, _names(found[reason]), entry, at)


def _channels(entry: QueueEntry, agents: Collection[int], at: datetime) -> QuerySet[AgentChannel]:
    """Where these agents stand on the stay's channel: `able` to do what it asks for, `elsewhere` with other work."""
    present = AgentChannel.objects.filter(agent__in=agents, channel=entry.channel, session__ended_at=None)
    able = routing.able(
        AgentChannel.objects.filter(pk=OuterRef("pk")), demands.levels(entry.skills, at - entry.waits_since)
    )
    return present.annotate(able=Exists(able), elsewhere=Exists(routing.in_the_way(entry.channel)))


def _in_the_way(entry: QueueEntry, channel: Any) -> Reason:
    """In the order in which somebody would have to put it right."""
    if channel is None:
        return Reason.SIGNED_OUT
    checks = [
        (Reason.SKILLS, not channel.able),
        (Reason.NOT_READY, not channel.is_ready),
        (Reason.DO_NOT_DISTURB, channel.do_not_disturb),
        (Reason.PASSED_OVER, channel.agent_id in entry.passed_over),
        (Reason.BUSY, channel.load >= channel.capacity),
        (Reason.OTHER_WORK, bool(channel.elsewhere and entry.queue and entry.queue.voice_is_exclusive)),
    ]
    return next((reason for reason, holds in checks if holds), Reason.NEXT_ROUND)


def _because(reason: Reason, names: str, entry: QueueEntry, at: datetime) -> Because:
    text = {
        Reason.SIGNED_OUT: gettext("Not signed in for {channel}: {names}").format(
            channel=inside(Channel(entry.channel).label), names=names
        ),
        Reason.PASSED_OVER: gettext("Refused or missed it, and is asked again in a moment: {names}").format(
            names=names
        ),
        Reason.NEXT_ROUND: gettext("Free, and asked within a second: {names}").format(names=names),
    }.get(reason, f"{reason.label}: {names}")
    if reason != Reason.SKILLS:
        return Because(reason, text)
    until = demands.next_step(entry, at)
    then = _listed(entry, until) or gettext("nothing") if until else ""
    return Because(
        reason,
        gettext("{listed} is asked for, which these lack: {names}").format(listed=_listed(entry, at), names=names),
        until,
        then and gettext("{then} from then on").format(then=then),
    )


def _listed(entry: QueueEntry, at: datetime) -> str:
    """`French 5, Billing 2`."""
    levels = demands.levels(entry.skills, at - entry.waits_since)
    return ", ".join(f"{skill} {levels[skill.pk]}" for skill in Skill.objects.filter(pk__in=levels))


def _names(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (gettext(" and {more} more").format(more=more) if more > 0 else "")
