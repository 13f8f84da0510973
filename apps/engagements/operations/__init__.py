"""What changes the record alone. Live interactions change through `queues.operations` (M-10)."""

from apps.engagements.drafts import NewAttendee, NewInteraction, NewTopic
from apps.engagements.operations.deleting import delete, undelete
from apps.engagements.operations.recording import record, record_many

__all__ = ["NewAttendee", "NewInteraction", "NewTopic", "delete", "record", "record_many", "undelete"]
