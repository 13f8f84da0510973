"""What whoever works on a contact, or wraps it up, writes down beside it."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from apps.agents.models import Agent
from apps.common import clock
from apps.common.errors import FieldProblem, Invalid, NotAllowed, Problem
from apps.common.storable import unstorable
from apps.engagements.models import EngagementInteraction, Note
from apps.queues.models import Disposition, OfferState, WorkOffer
from apps.queues.operations.live import Live, lock, lock_finishing

NOTE = "Note"  # the key of the user data that holds the note
LARGEST_USER_DATA = 65_536  # bytes, as JSON


def annotating(
    interaction: EngagementInteraction, by: Agent, at: datetime | None, *, unless_handed_on: bool = False
) -> Live:
    """The contact under lock, for who works on it or wraps it up. Raises NotAllowed otherwise, as `lock_finishing`."""
    live = lock_finishing(interaction, "annotate", by=by, at=at, unless_handed_on=unless_handed_on)
    if live.part_of(by).state == OfferState.OFFERED:
        raise NotAllowed(gettext("accept it first"))
    return live


def require_storable(user_data: Mapping[str, Any]) -> None:
    """Raise Invalid for user data that the database cannot keep, or that is too large to be told in every event."""
    if problem := unstorable(user_data):
        raise Invalid(
            FieldProblem(Problem.MALFORMED, ["user_data"], gettext("user data: {problem}").format(problem=problem))
        )
    if len(json.dumps(user_data, ensure_ascii=False).encode()) > LARGEST_USER_DATA:
        raise Invalid(
            FieldProblem(
                Problem.TOO_LONG,
                ["user_data"],
                gettext("user data: at most {LARGEST_USER_DATA} bytes").format(LARGEST_USER_DATA=LARGEST_USER_DATA),
            )
        )


@transaction.atomic
def attach_user_data(
    interaction: EngagementInteraction,
    pairs: Mapping[str, Any],
    *,
    by: Agent,
    at: datetime | None = None,
    unless_handed_on: bool = False,
) -> EngagementInteraction:
    """Add or overwrite top-level keys of the user data (genesys 9). Publishes `engagement.changed`.

    Raises Invalid for what the database cannot keep, and for more than `LARGEST_USER_DATA` in all.
    """
    require_storable(pairs)
    live = annotating(interaction, by, at, unless_handed_on=unless_handed_on)
    merged = {**live.interaction.user_data, **pairs}
    require_storable(merged)
    live.interaction.user_data = merged
    live.changes["user_data"] = dict(pairs)
    return live.finish("engagement.changed", concerning=by)


@transaction.atomic
def delete_user_data(
    interaction: EngagementInteraction,
    keys: Collection[str],
    *,
    by: Agent,
    at: datetime | None = None,
    unless_handed_on: bool = False,
) -> EngagementInteraction:
    """Remove keys of the user data; one that is not there is no error (genesys 9). Publishes `engagement.changed`."""
    live = annotating(interaction, by, at, unless_handed_on=unless_handed_on)
    live.interaction.user_data = {key: value for key, value in live.interaction.user_data.items() if key not in keys}
    live.changes["user_data"] = dict.fromkeys(keys)
    return live.finish("engagement.changed", concerning=by)


@transaction.atomic
def write_note(
    interaction: EngagementInteraction, text: str, *, by: Agent, at: datetime | None = None
) -> EngagementInteraction:
    """Keep the agent's one note on the contact, in place of the former. Publishes `engagement.changed`.

    The text stands in the user data too, where desktops read it (genesys 16). Raises as `attach_user_data`.
    """
    noted = attach_user_data(interaction, {NOTE: text}, by=by, at=at)
    kept = {"body": text, "created_at": at or clock.now()}
    Note.objects.update_or_create(interaction=interaction, agent=by, title=NOTE, defaults=kept)
    return noted


@transaction.atomic
def set_subject(
    interaction: EngagementInteraction,
    subject: str | None,
    *,
    by: Agent,
    at: datetime | None = None,
    unless_handed_on: bool = False,
) -> EngagementInteraction:
    """Say in a line what the contact is about. Publishes `engagement.changed`."""
    longest = EngagementInteraction._meta.get_field("subject").max_length or 0
    if subject and len(subject) > longest:
        raise Invalid(
            FieldProblem(
                Problem.TOO_LONG, ["subject"], gettext("subject: at most {longest} characters").format(longest=longest)
            )
        )
    if problem := unstorable(subject):
        raise Invalid(
            FieldProblem(Problem.MALFORMED, ["subject"], gettext("subject: {problem}").format(problem=problem))
        )
    live = annotating(interaction, by, at, unless_handed_on=unless_handed_on)
    live.interaction.subject = subject
    live.changes["subject"] = subject
    return live.finish("engagement.changed", concerning=by)


@transaction.atomic
def set_disposition(
    interaction: EngagementInteraction, disposition: Disposition | None, *, by: Agent, at: datetime | None = None
) -> EngagementInteraction:
    """Choose the outcome of the agent's own part (M-18). Publishes `engagement.changed`."""
    live = annotating(interaction, by, at)
    mine = live.part_of(by)
    mine.disposition = disposition
    mine.save(update_fields=["disposition"])
    live.changes["disposition"] = disposition.name if disposition else None
    return live.finish("engagement.changed", concerning=by)


@transaction.atomic
def choose_wrap_up(
    interaction: EngagementInteraction, wraps_up: bool, *, by: Agent, at: datetime | None = None
) -> WorkOffer:
    """Say whether the agent's part is to be wrapped up, whatever the queue says. Publishes `engagement.changed`.

    Raises NotAllowed unless the agent works on it still.
    """
    live = lock(interaction, "hang_up", by=by, at=at)
    mine = live.own_work()
    mine.wraps_up = wraps_up
    mine.save(update_fields=["wraps_up"])
    live.tell("engagement.changed", [mine], {"wrap_up": wraps_up}, concerning=by)
    return mine
