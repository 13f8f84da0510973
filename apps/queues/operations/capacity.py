"""How much an agent carries on a channel. Load is only ever moved here, never past the capacity."""

from datetime import datetime, timedelta
from functools import cache

from django.db.models import Exists, F, QuerySet
from django.db.models.functions import Greatest
from django.utils.translation import gettext

from apps.agents import operations as agents
from apps.agents.capacities import counts
from apps.agents.models import Agent, AgentChannel, AgentSession, Channel, WorkMode
from apps.common import prepared
from apps.common.errors import FieldProblem, Invalid, NotAllowed, Problem
from apps.queues import rulebook
from apps.queues.models import OfferState, WorkOffer
from apps.queues.routing import in_the_way
from apps.tenants.changing import Change, Written

_ONE_MORE = {"load": F("load") + 1}


def _with_room(key: int) -> QuerySet[AgentChannel]:
    return AgentChannel.objects.filter(pk=key, load__lt=F("capacity"))


def _askable(key: int) -> QuerySet[AgentChannel]:
    return _with_room(key).filter(is_ready=True, do_not_disturb=False)


_TAKE = Change(lambda key: (_with_room(key), _ONE_MORE), numbers=["key"], returning=["load"])
_TAKE_IF_READY = Change(lambda key: (_askable(key), _ONE_MORE), numbers=["key"], returning=["load"])
_RELEASE = Change(
    lambda session, channel, at: (
        AgentChannel.objects.filter(session_id=session, channel=channel, load__gt=0),
        {"load": F("load") - 1, "idle_since": at},
    ),
    numbers=["session"],
    texts=["channel"],
    times=["at"],
    returning=["load", "work_mode", "capacity"],
)

# Of the agent's session: offers of calls are alone, others may be made side by side.
_CALL = "select pg_try_advisory_xact_lock(hashtextextended('offers', %s))"
_NO_CALL = "select pg_try_advisory_xact_lock_shared(hashtextextended('offers', %s))"


def take(channel: AgentChannel, *, ready: bool = True) -> bool:
    """Take one place on the channel, if it may be offered work where that is asked; False if it has none left."""
    return _taken(channel, _TAKE_IF_READY if ready else _TAKE)


def take_apart(channel: AgentChannel) -> bool:
    """As `take`, where calls are exclusive (M-13). False also while a call and other work are just being offered to
    the same agent: neither offer sees the other, so the second is left to the worker's next round."""
    with prepared.cursor() as cursor:
        cursor.execute(_CALL if channel.channel == Channel.VOICE else _NO_CALL, [channel.session_id])
        (is_alone,) = cursor.fetchone()
    return is_alone and _taken(channel, _take_apart(channel.channel))


@cache
def _take_apart(channel: str) -> Change:
    def build(key: int) -> Written:
        return _askable(key).filter(~Exists(in_the_way(channel))), _ONE_MORE

    return Change(build, numbers=["key"], returning=["load"])


def _taken(channel: AgentChannel, change: Change) -> bool:
    taken = change.first(key=channel.pk)
    if taken:
        (channel.load,) = taken
    return taken is not None


def claim(agent: Agent, channel: str, *, takes_place: bool = True) -> AgentSession:
    """Take a place for work that the agent fetches or begins, ready or not. Raises NotAllowed if there is none.

    A draft takes none: whoever has accepted as much as fits must still be able to answer it.
    """
    session = agents.open_session(agent, lock=False)
    row = AgentChannel.objects.filter(session=session, channel=channel).first()
    if row is None or (takes_place and not take(row, ready=False)):
        raise NotAllowed(gettext("you have no room for this: finish something first"))
    return session


def release(offer: WorkOffer, *, at: datetime) -> None:
    """Give the offer's place back, if it has one: the agent has been idle since now."""
    if not offer.takes_place:
        return
    channel = offer.interaction.channel
    left = _RELEASE.first(session=offer.session_id, channel=channel, at=at)
    if left:
        _shrink(offer, channel, load=left[0], capacity=left[2])
    if left is None or left[:2] == (0, WorkMode.AFTER_CALL_WORK):
        agents.end_after_call_work(offer.agent, offer.session_id, channel, at=at)


def _shrink(offer: WorkOffer, channel: str, *, load: int, capacity: int) -> None:
    """A capacity that was lowered while the agent had more than that falls with what is given back."""
    said = rulebook.current().capacities.get(channel)
    if said is None:
        return
    most = counts(said, channel, team=offer.agent.team_id, agent=offer.agent_id)
    if max(load, most) < capacity:
        places = AgentChannel.objects.filter(session=offer.session_id, channel=channel)
        places.update(capacity=Greatest(F("load"), most))


def after_call_work(offer: WorkOffer, *, at: datetime) -> None:
    agents.begin_after_call_work(offer.agent, offer.session_id, offer.interaction.channel, at=at)


def wrap_up_seconds(offer: WorkOffer) -> int | None:
    """Most seconds of wrap-up after this part; None: until the agent is done; 0: there is none (M-12).

    Agents may choose it, or do without, unless a disposition is missing.
    """
    queue = offer.queue_entry.queue if offer.queue_entry else None
    if offer.wraps_up is False:
        return None if lacks_disposition(offer) else 0
    if queue is None or (offer.wraps_up and queue.wrap_up_s == 0):
        return None
    if queue.wrap_up_s == 0 and queue.disposition_required and offer.disposition_id is None:
        return None
    return queue.wrap_up_s


def deadline(at: datetime, seconds: int | None) -> datetime | None:
    return at + timedelta(seconds=seconds) if seconds is not None else None


def lacks_disposition(offer: WorkOffer) -> bool:
    queue = offer.queue_entry.queue if offer.queue_entry else None
    return bool(queue and queue.disposition_required and offer.disposition_id is None)


def require_disposition(offer: WorkOffer) -> None:
    """Raise Invalid naming `disposition` if the queue demands one and none is set (M-12)."""
    if lacks_disposition(offer):
        raise Invalid(FieldProblem(Problem.REQUIRED, ["disposition"], gettext("Choose a disposition first.")))


def open_parts(session_id: int) -> QuerySet[WorkOffer]:
    return WorkOffer.objects.filter(session_id=session_id).exclude(state=OfferState.ENDED)
