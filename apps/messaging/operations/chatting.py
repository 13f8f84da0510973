"""What is said in a chat (genesys 11). A line is one row and one event, so each is told once and in order."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from apps.accounts.models import USER_PREFIX, User
from apps.agents.models import Agent
from apps.common.errors import FieldProblem, Invalid, NotAllowed, NotFound, Problem
from apps.common.public_ids import salesforce_id
from apps.common.storable import unstorable
from apps.engagements.models import ChatParticipant, ConversationEntry, EngagementInteraction, SenderKind
from apps.engagements.written import CHATS, participant_snapshot
from apps.messaging import participants
from apps.messaging.lines import history, shown
from apps.queues.operations.answering import accept
from apps.queues.operations.live import Live, lock

LONGEST_LINE = 10_000  # characters
_ALL, _AGENTS = ConversationEntry.Visibility.ALL, ConversationEntry.Visibility.AGENTS


@transaction.atomic
def accept_chat(
    interaction: EngagementInteraction,
    *,
    by: Agent,
    nickname: str | None = None,
    remember: bool | None = None,
    at: datetime | None = None,
) -> None:
    """Take a chat, under a name that the customer sees; anything else as ever. Publishes and refuses as `accept`."""
    if nickname and (problem := unstorable(nickname)):
        raise Invalid(
            FieldProblem(Problem.MALFORMED, ["nickname"], gettext("nickname: {problem}").format(problem=problem))
        )
    if nickname and nickname.strip() and interaction.channel in CHATS:
        participants.call_oneself(interaction, by, nickname)
    accept(interaction, by=by, remember=remember, at=at)


@transaction.atomic
def say(
    interaction: EngagementInteraction,
    text: str,
    *,
    by: Agent,
    to_agents: bool = False,
    at: datetime | None = None,
) -> ConversationEntry:
    """An agent writes a line, to everybody or to the other agents alone. Publishes `chat.said`.

    Raises NotAllowed unless the agent takes part.
    """
    live, mine = _taking_part(interaction, by, at)
    return _add(live, mine, text, _AGENTS if to_agents else _ALL)


@transaction.atomic
def say_as_customer(
    interaction: EngagementInteraction,
    text: str,
    *,
    by: User,
    nickname: str = "",
    message_id: str | None = None,
    at: datetime | None = None,
) -> ConversationEntry | None:
    """The customer writes a line, also while waiting. Publishes `chat.said`.

    `message_id`, where it is given, makes a repeated line harmless: None. Raises NotAllowed once the customer has left.
    """
    live = lock(interaction, "say_as_customer", by=by, at=at)
    _require_chat(live)
    if live.interaction.customer_left_at:
        raise NotAllowed(gettext("the customer has left"))
    known = ConversationEntry.objects.filter(interaction=live.interaction, message_id=message_id)
    if message_id and known.exists():
        return None
    customer = participants.customer_of(live.interaction, live, nickname)
    return _add(live, customer, text, _ALL, message_id)


@transaction.atomic
def type_on(interaction: EngagementInteraction, *, by: Agent | User, started: bool, at: datetime | None = None) -> None:
    """Somebody begins or stops typing; nothing is stored. Publishes `chat.typing`. `by` a user: the customer does."""
    if isinstance(by, Agent):
        live, who = _taking_part(interaction, by, at)
    else:
        live = lock(interaction, "say_as_customer", by=by, at=at)
        _require_chat(live)
        who = participants.customer_of(live.interaction, live)
    last = ConversationEntry.objects.filter(interaction=live.interaction).aggregate(last=Max("number"))["last"]
    live.tell("chat.typing", live.working, {"started": started, "from": participant_snapshot(who), "number": last or 0})


@transaction.atomic
def request_history(interaction: EngagementInteraction, *, by: Agent, at: datetime | None = None) -> None:
    """The agent wants to read everything again. Publishes `chat.history` to that agent alone."""
    live, _ = _taking_part(interaction, by, at)
    live.tell("chat.history", [live.part_of(by)], {"lines": history(live.interaction)})


def _taking_part(interaction: EngagementInteraction, by: Agent, at: datetime | None) -> tuple[Live, ChatParticipant]:
    live = lock(interaction, "say", by=by, at=at)
    _require_chat(live)
    live.own_work()
    found = ChatParticipant.objects.filter(interaction=live.interaction, agent=by, left_at=None).first()
    if found is None:
        raise NotFound(gettext("no such participant"))
    return live, found


def _require_chat(live: Live) -> None:
    if live.interaction.channel not in CHATS:
        raise NotAllowed(gettext("this is no chat"))


def _add(
    live: Live, speaker: ChatParticipant, text: str, visibility: str, message_id: str | None = None
) -> ConversationEntry:
    if not text.strip():
        raise Invalid(FieldProblem(Problem.REQUIRED, ["text"], gettext("text is missing")))
    if len(text) > LONGEST_LINE:
        raise Invalid(
            FieldProblem(
                Problem.TOO_LONG,
                ["text"],
                gettext("text: at most {LONGEST_LINE} characters").format(LONGEST_LINE=LONGEST_LINE),
            )
        )
    if problem := unstorable([text, message_id]):
        raise Invalid(FieldProblem(Problem.MALFORMED, ["text"], gettext("text: {problem}").format(problem=problem)))
    written = ConversationEntry.objects.filter(interaction=live.interaction)
    made = ConversationEntry.objects.create(
        interaction=live.interaction,
        number=(written.aggregate(last=Max("number"))["last"] or 0) + 1,
        sender_kind=SenderKind.HUMAN_AGENT if speaker.agent_id else SenderKind.END_USER,
        participant=_participant(speaker),
        started_at=live.at,
        text=text,
        message_id=message_id,
        speaker=speaker,
        visibility=visibility,
    )
    live.tell("chat.said", live.working, {"lines": [shown(made)]})
    return made


def _participant(speaker: ChatParticipant) -> str:
    """Agents by their user, as in a call's transcript; customers by the name they gave."""
    if speaker.agent is None:
        return speaker.nickname
    return salesforce_id(USER_PREFIX, speaker.agent.user_id)[:15]
