"""Who is in a chat follows who works on it, whichever dialect or screen somebody came by."""

from collections.abc import Iterable

from apps.agents.models import Agent
from apps.common.inserting import insert
from apps.common.updating import save, update
from apps.engagements.lifecycle import Stage
from apps.engagements.models import ChatParticipant, EngagementInteraction, ParticipantKind
from apps.engagements.written import CHATS, show
from apps.messaging.lines import history
from apps.queues.models import WorkOffer
from apps.queues.operations.live import Live
from apps.tenants.selecting import Select

_LONGEST_NAME = 80
_EVERYBODY = Select(
    lambda interaction: ChatParticipant.objects.filter(interaction_id=interaction), numbers=["interaction"]
)


def leave(name: str, live: Live) -> None:
    """Before an operation's event: whoever does not work on the chat any more has left it."""
    if live.interaction.channel not in CHATS:
        return
    known = live.at_hand["chat"] = _EVERYBODY(interaction=live.interaction.pk)
    working = {part.agent_id for part in live.working}
    is_over = live.interaction.stage == Stage.ENDED or live.interaction.customer_left_at is not None
    there = [each for each in known if each.is_there and (is_over or each.kind == ParticipantKind.AGENT)]
    gone = [each for each in there if each.agent_id not in working]
    for each in gone:
        each.left_at = live.at
    update(gone)
    show(live.interaction, known)


def join(name: str, live: Live) -> None:
    """After it: whoever works on the chat now is in it, and hears who is there and what was said (genesys 11).

    Publishes `chat.participants_changed`, and `chat.history` to each who came.
    """
    if live.interaction.channel not in CHATS or not live.working:
        return
    known = {each.agent_id: each for each in live.at_hand["chat"]}
    came = [part for part in live.working if part.agent_id not in known or not known[part.agent_id].is_there]
    if not came and all(each.left_at != live.at for each in known.values()):
        return
    if None not in known:
        known[None] = _customer(live)
    for part in came:
        known[part.agent_id] = _enter(live, part, known.get(part.agent_id))
    insert([each for each in known.values() if each.pk is None])
    show(live.interaction, known.values())
    # A consequence, which nobody asked for: what was asked for is the event before.
    told = Live(live.interaction, live.at, None, live.entry, offers=live.offers)
    told.tell("chat.participants_changed", live.working, {})
    if came and (lines := history(live.interaction)):
        told.tell("chat.history", came, {"lines": lines})


def _enter(live: Live, part: WorkOffer, known: ChatParticipant | None) -> ChatParticipant:
    """Who comes back is written; who is new has yet to be."""
    found = known or ChatParticipant(
        interaction=live.interaction,
        kind=ParticipantKind.AGENT,
        agent=part.agent,
        nickname=_name(part.agent.user.first_name, part.agent.user.username),
    )
    found.joined_at, found.left_at = live.at, None
    if known:
        save(found, "joined_at", "left_at")
    return found


def call_oneself(interaction: EngagementInteraction, agent: Agent, nickname: str) -> None:
    """Choose the name that the customer sees, before the chat is accepted; undone with the accept's transaction."""
    ChatParticipant.objects.update_or_create(
        interaction=interaction, agent=agent, defaults={"kind": ParticipantKind.AGENT, "nickname": _name(nickname)}
    )


def customer_of(interaction: EngagementInteraction, live: Live, nickname: str = "") -> ChatParticipant:
    """The customer as a participant, who is there from the beginning."""
    found = ChatParticipant.objects.filter(interaction=interaction, agent=None).first()
    if found is None:
        found = _customer(live, nickname)
        insert([found])
    return found


def _customer(live: Live, nickname: str = "") -> ChatParticipant:
    return ChatParticipant(
        interaction=live.interaction,
        kind=ParticipantKind.CUSTOMER,
        nickname=_name(nickname, live.interaction.customer or "", "Customer"),
        joined_at=live.at,
    )


def _name(*candidates: str) -> str:
    names: Iterable[str] = (" ".join(each.split()) for each in candidates)
    return next(name for name in names if name)[:_LONGEST_NAME]
