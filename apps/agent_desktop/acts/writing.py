"""What an agent writes to the customer: lines of a chat, answers by mail."""

import re

from django.http import QueryDict
from django.utils.translation import gettext

from apps.agent_desktop.acts.base import Refused, refusals
from apps.agents.models import Agent
from apps.engagements.models import EngagementInteraction
from apps.messaging import operations
from apps.messaging.operations.chatting import LONGEST_LINE
from apps.messaging.writing import Writing


def say(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    """A line of a chat: to everybody, or with `to_agents` to the colleagues alone."""
    text = given.get("text", "").replace("\r\n", "\n").strip()
    if not text:
        raise Refused("write", given, {"text": gettext("Write something first.")})
    if len(text) > LONGEST_LINE:
        raise Refused(
            "write",
            given,
            {"text": gettext("A message has at most {LONGEST_LINE:,} characters.").format(LONGEST_LINE=LONGEST_LINE)},
        )
    with refusals("write", given):
        operations.say(interaction, text, by=by, to_agents=bool(given.get("to_agents")))


def reply(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> EngagementInteraction:
    """An answer is begun; it opens."""
    return operations.reply(interaction, by=by, to_all=given.get("all") == "yes")


def forward(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> EngagementInteraction:
    return operations.forward(interaction, by=by)


def save_mail(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    with refusals("compose", given):
        operations.save(interaction, _writing(given), by=by)


def send_mail(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    with refusals("compose", given):
        operations.send(interaction, by=by, writing=_writing(given))


def drop_mail(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    """The draft is given up; what it would have answered goes on."""
    operations.cancel(interaction, by=by)


def _writing(given: QueryDict) -> Writing:
    return Writing(
        to=_addresses(given.get("to", "")),
        cc=_addresses(given.get("cc", "")),
        subject=given.get("subject", ""),
        text=given.get("text", "").replace("\r\n", "\n"),
    )


def _addresses(text: str) -> list[str]:
    return [each for each in re.split(r"[,;\s]+", text) if each]
