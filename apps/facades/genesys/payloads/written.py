"""Mail and chats: what an e-mail says, who is in a chat, and its lines (genesys 8.1, 11)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from apps.events.catalogue import InteractionSnapshot, ParticipantSnapshot
from apps.facades.genesys.payloads.formats import date, interaction_id
from apps.facades.genesys.payloads.links import Links

Resource = dict[str, Any]

_TYPES = {"customer": "Customer", "agent": "Agent"}
_VISIBILITY = {"all": "All", "agents": "Agents"}


def mail_fields(of: InteractionSnapshot, links: Links) -> Resource:
    """What an e-mail resource has beside the properties of every interaction; nothing for what is no e-mail."""
    mail = next(iter(of.get("mail", ())), None)
    if mail is None:
        return {}
    path = f"/emails/{interaction_id(of['id'])}/attachments/"
    outgoing = {"deliveryStatus": mail["delivery"].capitalize()} if mail["direction"] == "outbound" else {}
    return {
        "from": mail["sender"],
        "to": mail["to"],
        "cc": mail["cc"],
        "bcc": mail["bcc"],
        "mime": "text/html" if mail["html"] else "text/plain",
        "body": mail["html"] or mail["text"],
        "bodyAsPlainText": mail["text"],
        "attachments": [
            {
                "id": each["id"],
                "name": each["name"],
                "size": each["size"],
                "mime": each["content_type"],
                **links.both(path + each["id"]),
            }
            for each in mail["attachments"]
        ],
        **outgoing,
    }


def chat_participants(of: InteractionSnapshot) -> Iterable[Resource]:
    return map(_participant, of.get("participants", ()))


def messages(name: str, changes: Mapping[str, Any]) -> Sequence[Resource]:
    """The lines that an event of a chat tells; typing counts as one, which nobody keeps."""
    if name == "chat.typing":
        said = "TypingStarted" if changes["started"] else "TypingStopped"
        return [{"index": changes["number"], "from": _participant(changes["from"]), "type": said, "text": ""}]
    return [_message(line) for line in changes["lines"]]


def _message(line: Mapping[str, Any]) -> Resource:
    for_agents = line["visibility"] == "agents"
    return {
        "index": line["number"],
        "from": _participant(line["from"]) if line["from"] else None,
        "text": line["text"],
        "type": "CustomNotice" if for_agents else "Text",
        "visibility": _VISIBILITY[line["visibility"]],
        "timestamp": date(line["at"]),
        "timestampSeconds": int(datetime.fromisoformat(line["at"]).timestamp()),
    }


def _participant(each: ParticipantSnapshot) -> Resource:
    return {"type": _TYPES[each["kind"]], "nickname": each["nickname"], "participantId": each["id"]}
