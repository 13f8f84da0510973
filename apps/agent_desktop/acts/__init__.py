"""What an agent does with a piece of work. Each is one transaction; what it refuses comes back as a sentence."""

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import QueryDict

from apps.agent_desktop.acts import answering, beginning, handing, people, recording, writing
from apps.agent_desktop.acts.base import Act, Refused
from apps.agent_desktop.acts.beginning import start_contact
from apps.agents.models import Agent
from apps.common.errors import AlreadyDone
from apps.engagements.models import EngagementInteraction

Files = Sequence["UploadedFile[Any]"]

__all__ = ["ACTS", "Refused", "perform", "start_contact"]

ACTS = {
    "accept": Act(answering.accept),
    "reject": Act(answering.reject, opens="before"),
    "hang_up": Act(answering.hang_up),
    "leave": Act(answering.leave),
    "disposition": Act(answering.choose_outcome),
    "complete": Act(answering.complete, opens="next", tallies=True),
    "fields": Act(recording.keep_fields),
    "note": Act(recording.keep_note),
    "attach": Act(recording.attach),
    "remove": Act(recording.remove),
    "hold": Act(handing.hold),
    "resume": Act(handing.resume),
    "mute": Act(handing.mute),
    "unmute": Act(handing.unmute),
    "hand": Act(handing.hand),
    "hand_over": Act(handing.hand_over),
    "keep_both": Act(handing.keep_both),
    "take_back": Act(handing.take_back),
    "send_out": Act(handing.send_out),
    "park": Act(handing.park, opens="next", tallies=True),
    "pull": Act(handing.pull, opens="made", tallies=True),
    "person": Act(people.keep_person),
    "drop_person": Act(people.drop_person),
    "verify": Act(people.verify),
    "topic": Act(people.keep_topic),
    "drop_topic": Act(people.drop_topic),
    "follow_up": Act(beginning.follow_up, tallies=True),
    "say": Act(writing.say),
    "reply": Act(writing.reply, opens="made"),
    "reply_all": Act(writing.reply_all, opens="made"),
    "forward": Act(writing.forward, opens="made"),
    "save_mail": Act(writing.save_mail),
    "send_mail": Act(writing.send_mail, opens="next", tallies=True),
    "add_files": Act(writing.add_files, takes_files=True),
    "drop_file": Act(writing.drop_file),
    "drop_mail": Act(writing.drop_mail, opens="next", tallies=True),
}


@transaction.atomic
def perform(
    name: str, interaction: EngagementInteraction, by: Agent, given: QueryDict, files: Files = ()
) -> EngagementInteraction | None:
    """Returns what the act opened. Raises KeyError for an unknown act, Refused for what was typed, and what the
    operation raises; nothing is written then.

    A second click does no harm: what is done already is done.
    """
    try:
        act = ACTS[name]
        return act.do(interaction, by, given, files) if act.takes_files else act.do(interaction, by, given)
    except AlreadyDone:
        return None
