"""Operations on chats, and on SMS likewise (genesys 11)."""

from collections.abc import Mapping

from apps.agents.models import Agent
from apps.common.errors import NotFound
from apps.facades.genesys import targets
from apps.facades.genesys.command import Act, Command, Commands, plain
from apps.facades.genesys.errors import Shape, missing, outside_values
from apps.facades.genesys.payloads import bodies
from apps.facades.genesys.payloads.bodies import Body
from apps.facades.genesys.payloads.capabilities import Surface
from apps.messaging import operations
from apps.queues import operations as queues

_TO_AGENTS = {"all": False, "agents": True, "int": True}


def _accept(body: Body) -> Act:
    remember = bodies.flag(body, "saveLAR")
    nickname = None if body.get("nickname") is None else bodies.text(body, "nickname")
    return lambda interaction, agent: operations.accept_chat(
        interaction, by=agent, nickname=nickname, remember=remember
    )


def _send_message(body: Body) -> Act:
    text = bodies.text(body, "text" if body.get("text") is not None or body.get("message") is None else "message")
    visibility = "all" if body.get("visibility") is None else bodies.text(body, "visibility").lower()
    if visibility not in _TO_AGENTS:
        raise outside_values("visibility", "visibility is All or Agents")
    return lambda interaction, agent: operations.say(interaction, text, by=agent, to_agents=_TO_AGENTS[visibility])


def _notice(body: Body) -> Act:
    text = bodies.text(body, "noticeText")
    return lambda interaction, agent: operations.say(interaction, text, by=agent, to_agents=True)


def _typing(started: bool) -> Command:
    return Command(Shape.B, lambda body: lambda item, agent: operations.type_on(item, by=agent, started=started))


def _send_notification(body: Body) -> Act:
    """The earlier edition's one operation for typing: it names what it tells."""
    name = bodies.text(body, "notification" if body.get("notification") is not None else "notificationType")
    if name not in ("TypingStarted", "TypingStopped"):
        raise outside_values("notification", "the notification is TypingStarted or TypingStopped")
    return lambda item, agent: operations.type_on(item, by=agent, started=name == "TypingStarted")


def _remove(body: Body) -> Act:
    """The page names the parameter `userUri`, its sample sends `targetUri`."""
    uri = next((bodies.text(body, name) for name in ("targetUri", "userUri") if body.get(name) is not None), None)
    if uri is None:
        raise missing("targetUri")
    uuid = uri.rstrip("/").rpartition("/")[2].lower()
    return lambda interaction, agent: queues.remove_participant(interaction, _colleague(uuid), by=agent)


def _colleague(uuid: str) -> Agent:
    for each in Agent.objects.select_related("user"):
        if str(each.user.uuid) == uuid:
            return each
    raise NotFound("no such participant")


def _consult(body: Body) -> Act:
    """A colleague or queue is asked to take over, and reads along; the customer waits for nothing."""
    text = targets.transfer_target(body)
    return lambda interaction, agent: queues.start_transfer(
        interaction, targets.colleague_or_queue(text), by=agent, holds=False
    )


_CONSULT = Command(Shape.B, _consult)
_CHAT: Mapping[str, Command] = {
    "Accept": Command(Shape.A, _accept),
    "SendMessage": Command(Shape.B, _send_message),
    "SendStartTypingNotification": _typing(True),
    "SendStopTypingNotification": _typing(False),
    "SendNotification": Command(Shape.B, _send_notification),
    "SendCustomNoticeToAgents": Command(Shape.B, _notice),
    "RequestChatHistory": Command(Shape.B, plain(operations.request_history)),
    "Leave": Command(Shape.B, plain(queues.leave)),
    "InitiateConsulation": _CONSULT,  # spelled so in the documentation
    "InitiateConsultation": _CONSULT,
    "CompleteTransfer": Command(Shape.B, plain(queues.complete_transfer)),
    "CompleteConference": Command(Shape.B, plain(queues.keep_both)),
    "RemoveParticipantFromConference": Command(Shape.B, _remove),
}
COMMANDS: Commands = {
    Surface.CHATS: _CHAT,
    Surface.SMS_SESSIONS: _CHAT,
    Surface.GENERIC: _CHAT,  # what is no chat is refused there as in the wrong state
}
