"""Reading a request's body, and the parts that all replies have."""

from typing import Any

from apps.common.fast_json import loads
from apps.facades.cometd.errors import Malformed, Refused

Message = dict[str, Any]

LONGEST_BODY = 64 * 1024
MOST_MESSAGES = 50

_REPEATED = ("channel", "id", "subscription")


def parse(body: bytes) -> list[Message]:
    """One message or an array of them. Raises Malformed for everything else."""
    if len(body) > LONGEST_BODY:
        raise Malformed("the body is too long", status=413)
    try:
        found = loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed("the body is no JSON") from error
    messages = found if isinstance(found, list) else [found]
    if not messages or not all(isinstance(message, dict) for message in messages):
        raise Malformed("the body is no message and no array of messages")
    if len(messages) > MOST_MESSAGES:
        raise Malformed("too many messages", status=413)
    return messages


def success(message: Message, **fields: Any) -> Message:
    return _about(message) | {"successful": True} | fields


def refusal(message: Message, refused: Refused) -> Message:
    advised = {"advice": refused.advice} if refused.advice else {}
    return _about(message) | {"successful": False, "error": refused.error} | advised


def event(channel: str, data: Any) -> Message:
    """No `id` and no `successful`, by which clients tell it from a reply."""
    return {"channel": channel, "data": data}


def _about(message: Message) -> Message:
    """What every reply repeats, exactly as it was sent."""
    return {key: message[key] for key in _REPEATED if key in message}
