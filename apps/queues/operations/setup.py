"""Setting up queues and what belongs to them."""

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.operations import drop, keep
from apps.common.errors import NotAllowed
from apps.queues.models import (
    Disposition,
    Flow,
    FlowCondition,
    FlowRule,
    OutboundIdentifier,
    Queue,
    QueueMember,
    SlaVersion,
    Workbin,
)

Row = Queue | QueueMember | Flow | FlowRule | FlowCondition | Disposition | Workbin | OutboundIdentifier | SlaVersion


@transaction.atomic
def configure(row: Row, *, by: User) -> None:
    """Write the row. Work that waits meets a new member in the worker's next round.

    Raises as `accounts.operations.keep`, and NotAllowed for a service-level rule that exists: finished stays were
    measured by it.
    """
    if isinstance(row, SlaVersion) and not row._state.adding:
        raise NotAllowed("a service-level rule never changes: add another and give it to the queues")
    keep(row, by=by)


@transaction.atomic
def remove(row: QueueMember | FlowRule | FlowCondition, *, by: User) -> None:
    """Take an agent out of a queue, or a rule or condition away. What is worked on, offered or waiting goes on."""
    drop(row, by=by)
