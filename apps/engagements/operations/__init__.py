"""What changes the record alone. Live interactions change through `queues.operations` (M-10)."""

from apps.engagements.drafts import Changes, NewAttendee, NewInteraction, NewTopic
from apps.engagements.operations.deleting import delete, undelete
from apps.engagements.operations.parts import (
    add_attendee,
    add_topic,
    delete_attendee,
    delete_topic,
    revise_attendee,
    revise_topic,
    undelete_attendee,
    undelete_topic,
)
from apps.engagements.operations.recording import record
from apps.engagements.operations.revising import revise, write_over
from apps.engagements.operations.verifying import check_identity

__all__ = [
    "Changes",
    "NewAttendee",
    "NewInteraction",
    "NewTopic",
    "add_attendee",
    "add_topic",
    "check_identity",
    "delete",
    "delete_attendee",
    "delete_topic",
    "record",
    "revise",
    "revise_attendee",
    "revise_topic",
    "undelete",
    "undelete_attendee",
    "undelete_topic",
    "write_over",
]
