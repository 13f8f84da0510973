"""The interaction as an event carries it."""

from collections.abc import Sequence

from apps.engagements.models import EngagementInteraction
from apps.engagements.written import mail_of, participants_of
from apps.events.catalogue import Consult, InteractionSnapshot, ParticipantSnapshot

# The columns that it is made of, for whoever reads an interaction for nothing else.
SHOWN = (
    *("uuid", "name", "channel", "direction", "stage", "status", "subject", "opened_at", "customer", "contact_point"),
    *("initiating_attendee_id", "parent", "is_draft", "handler", "held_since", "workbin", "user_data"),
    "recording",
)


def snapshot(
    interaction: EngagementInteraction,
    queue: str | None = None,
    consult: Consult | None = None,
    line: Sequence[ParticipantSnapshot] = (),
) -> InteractionSnapshot:
    """All that a reader may tell of the interaction after an event, so that it needs no other table.

    `line`: the agents who talk on a call.
    """
    return InteractionSnapshot(
        id=interaction.pk,
        uuid=str(interaction.uuid),
        name=interaction.name,
        channel=interaction.channel,
        direction=interaction.direction,
        stage=interaction.stage,
        status=interaction.status,
        subject=interaction.subject,
        opened_at=interaction.opened_at.isoformat(),
        customer=interaction.customer,
        contact_point=interaction.contact_point,
        contact_id=interaction.initiating_attendee_id,
        parent_id=interaction.parent_id,
        is_draft=interaction.is_draft,
        handler_id=interaction.handler_id,
        is_held=interaction.held_since is not None,
        consult=consult,
        recording=interaction.recording,
        queue=queue,
        workbin=interaction.workbin.name if interaction.workbin else None,
        user_data=interaction.user_data,
        mail=mail_of(interaction),
        participants=[*participants_of(interaction), *line],
    )
