"""Who is in a chat follows who works on it, whichever dialect or screen somebody came by."""

from collections.abc import Iterable

from apps.agents.models import Agent
from apps.engagements.lifecycle import Stage
from apps.engagements.models import ChatParticipant, EngagementInteraction, ParticipantKind
from apps.engagements.written import CHATS
from apps.messaging.lines import shown_lines
from apps.queues.models import WorkOffer
from apps.queues.operations.live import Live

_LONGEST_NAME = 80
_MOST_HISTORY = 500  # lines that somebody who joins is shown


def leave(name: str, live: Live) -> None:
    """Before an operation's event: whoever does not work on the chat any more has left it."""
    if live.interaction.channel not in CHATS:
        return
    there = ChatParticipant.objects.filter(interaction=live.interaction, joined_at__isnull=False, left_at=None)
    if live.interaction.stage != Stage.ENDED and live.interaction.customer_left_at is None:
        there = there.filter(kind=ParticipantKind.AGENT)
    there.exclude(agent__in=[part.agent_id for part in live.working]).update(left_at=live.at)


def join(name: str, live: Live) -> None:
    """After it: whoever works on the chat now is in it, and hears who is there and what was said (genesys 11).

    Publishes `chat.participants_changed`, and `chat.history` to each who came.
    """
    if live.interaction.channel not in CHATS or not live.working:
        return
    known = {each.agent_id: each for each in ChatParticipant.objects.filter(interaction=live.interaction)}
    came = [part for part in live.working if part.agent_id not in known or not known[part.agent_id].is_there]
    if not came and all(each.left_at != live.at for each in known.values()):
        return
    if None not in known:
        customer_of(live.interaction, live)
    for part in came:
        _enter(live, part, known.get(part.agent_id))
    # A consequence, which nobody asked for: what was asked for is the event before.
    told = Live(live.interaction, live.at, None, live.entry, offers=live.offers)
    told.tell("chat.participants_changed", live.working, {})
    if came and (lines := shown_lines(live.interaction, _MOST_HISTORY)):
        told.tell("chat.history", came, {"lines": lines})


def _enter(live: Live, part: WorkOffer, known: ChatParticipant | None) -> None:
    found = known or ChatParticipant(
        interaction=live.interaction,
        kind=ParticipantKind.AGENT,
        agent=part.agent,
        nickname=_name(part.agent.user.first_name, part.agent.user.username),
    )
    found.joined_at, found.left_at = live.at, None
    found.save()


def call_oneself(interaction: EngagementInteraction, agent: Agent, nickname: str) -> None:
    """Choose the name that the customer sees, before the chat is accepted; undone with the accept's transaction."""
    ChatParticipant.objects.update_or_create(
        interaction=interaction, agent=agent, defaults={"kind": ParticipantKind.AGENT, "nickname": _name(nickname)}
    )


def customer_of(interaction: EngagementInteraction, live: Live, nickname: str = "") -> ChatParticipant:
    """The customer as a participant, who is there from the beginning."""
    found, _ = ChatParticipant.objects.get_or_create(
        interaction=interaction,
        agent=None,
        defaults={
            "kind": ParticipantKind.CUSTOMER,
            "nickname": _name(nickname, interaction.customer or "", "Customer"),
            "joined_at": live.at,
        },
    )
    return found


def _name(*candidates: str) -> str:
    names: Iterable[str] = (" ".join(each.split()) for each in candidates)
    return next(name for name in names if name)[:_LONGEST_NAME]
