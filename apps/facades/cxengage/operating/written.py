"""Texts and mail (cxengage 12.2): what is sent is composed and delivered as in every other dialect."""

from typing import Any

from apps.agents.models import Channel
from apps.common.errors import Forbidden, NotAllowed, NotFound
from apps.engagements.models import Artifact, ArtifactFile, EngagementInteraction
from apps.facades.cxengage.operating import bodies
from apps.facades.cxengage.operating.letters import letter_of
from apps.facades.cxengage.operating.parts import Call
from apps.messaging import operations as messaging
from apps.messaging.operations.chatting import LONGEST_LINE
from apps.queues.models import OfferState


def send_sms(call: Call) -> None:
    _require(call, Channel.SMS)
    messaging.say(call.interaction, bodies.text(call.told, "message", LONGEST_LINE), by=call.agent)


def start_reply(call: Call) -> None:
    """The agent begins to answer; that is once at a time. Raises AlreadyDone while there is a draft."""
    _require(call, Channel.EMAIL)
    if _draft(call) is None:
        messaging.reply(call.interaction, by=call.agent)


def cancel_reply(call: Call) -> None:
    _require(call, Channel.EMAIL)
    draft = _draft(call)
    if draft is None:
        raise NotAllowed("no reply has been started")
    messaging.cancel(draft, by=call.agent)


def no_reply(call: Call) -> None:
    """The message needs no answer; a draft of one is given up. The work on it goes on until the agent ends it."""
    _require(call, Channel.EMAIL)
    if call.part.state != OfferState.WORKING:
        raise NotAllowed("you are not working on this")
    if (draft := _draft(call)) and draft.pk != call.interaction.pk:
        messaging.cancel(draft, by=call.agent)


def send_email(call: Call) -> None:
    """What the artifact holds is sent: as the draft that is open, else as an answer, or as new mail."""
    _require(call, Channel.EMAIL)
    artifact = _artifact(call)
    letter = letter_of(artifact)
    draft = _draft(call) or messaging.reply(call.interaction, by=call.agent)
    for file in letter.attachments:
        messaging.add_attachment(
            draft, name=file.name, content_type=file.content_type, content=_content(file), by=call.agent
        )
    messaging.send(draft, by=call.agent, writing=letter.writing)


def _content(file: ArtifactFile) -> bytes:
    content: Any = file.content
    return bytes(content)


def _artifact(call: Call) -> Artifact:
    key = bodies.required_id(call.told, "artifactId")
    found = Artifact.objects.filter(interaction=call.interaction, uuid=key).first()
    if found is None:
        raise NotFound("no such artifact")
    if found.created_by_id not in (None, call.agent.user_id):
        raise Forbidden("somebody else writes this")
    return found


def _draft(call: Call) -> EngagementInteraction | None:
    """What this agent composes: the contact itself, if the agent began it, or an answer to it."""
    if call.interaction.is_draft:
        return call.interaction
    drafts = EngagementInteraction.objects.live().filter(is_draft=True, parent=call.interaction)
    return drafts.filter(handler=call.agent).order_by("-id").first()


def _require(call: Call, channel: Channel) -> None:
    if call.interaction.channel != channel:
        raise NotAllowed(f"this is no {channel.label}")
