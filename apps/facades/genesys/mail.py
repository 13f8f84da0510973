"""Operations on e-mail: answering, writing on, sending, giving up (genesys 6, 11)."""

from collections.abc import Mapping, Sequence
from typing import Any

from apps.agents.models import Agent
from apps.engagements.models import EngagementInteraction
from apps.facades.genesys.command import Act, Command, Commands, plain
from apps.facades.genesys.errors import Shape, outside_values
from apps.facades.genesys.payloads import bodies
from apps.facades.genesys.payloads.bodies import Body
from apps.facades.genesys.payloads.capabilities import Surface
from apps.messaging import operations
from apps.messaging.quoting import Quote
from apps.messaging.writing import Writing
from apps.queues import operations as queues


def writing(body: Body) -> Writing:
    """What the body says of the message; the rest stays as it is. `body` is HTML unless `mime` says otherwise."""
    text, html = _text(body, "bodyAsPlainText"), _text(body, "body")
    if html is not None and (_text(body, "mime") or "").lower().startswith("text/plain"):
        text, html = html if text is None else text, None
    return Writing(
        sender=_text(body, "from"),
        to=_addresses(body, "to"),
        cc=_addresses(body, "cc"),
        bcc=_addresses(body, "bcc"),
        subject=_text(body, "subject"),
        text=text,
        html=html,
    )


def user_data(body: Body) -> Mapping[str, Any]:
    found = bodies.pairs(body) if body.get("userData") is not None else {}
    queues.require_storable(found)
    return found


def _text(body: Body, name: str) -> str | None:
    return None if body.get(name) is None else bodies.text(body, name)


def _addresses(body: Body, name: str) -> Sequence[str] | None:
    """An array of addresses, or several in one string."""
    found = body.get(name)
    if isinstance(found, str):
        return [each.strip() for each in found.replace(";", ",").split(",") if each.strip()]
    if found is not None and not (isinstance(found, list) and all(isinstance(each, str) for each in found)):
        raise outside_values(name, f"{name} is not an array of strings")
    return found


def _quote(body: Body) -> Quote | None:
    """How much of the original an answer takes over; nothing, unless that is asked for."""
    prefix = _text(body, "subjectPrefix")
    wants_text = body.get("quoteOriginal") in (True, "true")
    if prefix is None and not wants_text:
        return None
    indent = _text(body, "indentCharacter")
    return Quote(
        start=_text(body, "replyToStartLine") or "",
        indent="> " if indent is None else f"{indent[:10]} ",
        prefix="Re: " if prefix is None else prefix[:40],
        with_text=wants_text,
    )


def _reply(to_all: bool) -> Command:
    def read(body: Body) -> Act:
        written, data, quote = writing(body), user_data(body), _quote(body)
        return lambda interaction, agent: operations.reply(
            interaction, by=agent, to_all=to_all, writing=written, quote=quote, user_data=data
        )

    return Command(Shape.B, read)


def _forward(body: Body) -> Act:
    written, data = writing(body), user_data(body)
    return lambda interaction, agent: operations.forward(interaction, by=agent, writing=written, user_data=data)


def _save(body: Body) -> Act:
    written = writing(body)
    return lambda draft, agent: operations.save(draft, written, by=agent)


def _send(body: Body) -> Act:
    written = writing(body)
    return lambda draft, agent: operations.send(draft, by=agent, writing=written)


def _remove_attachment(body: Body) -> Act:
    name = "documentId" if body.get("attachmentId") is None and body.get("documentId") is not None else "attachmentId"
    uuid = bodies.text(body, name)
    return lambda draft, agent: operations.remove_attachment(draft, uuid, by=agent)


def compose(body: Body, agent: Agent) -> EngagementInteraction:
    """Begin a message that answers nothing."""
    return operations.compose(by=agent, writing=writing(body), user_data=user_data(body))


_MAIL: Mapping[str, Command] = {
    "Reply": _reply(to_all=False),
    "ReplyAll": _reply(to_all=True),
    "Forward": Command(Shape.B, _forward),
    "Save": Command(Shape.B, _save),
    "Send": Command(Shape.B, _send),
    "Cancel": Command(Shape.C, plain(operations.cancel)),
    "CancelReply": Command(Shape.C, plain(operations.cancel)),
    "RemoveAttachment": Command(Shape.B, _remove_attachment),
}
COMMANDS: Commands = {Surface.EMAILS: _MAIL, Surface.GENERIC: _MAIL}
