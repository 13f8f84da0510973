"""Setting up queues and what belongs to them."""

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.operations import drop_unused, keep
from apps.common.errors import NotAllowed
from apps.objects.operations.version import moved
from apps.queues.models import (
    BusinessHours,
    Disposition,
    Flow,
    FlowCondition,
    FlowRule,
    FlowRuleSkill,
    Holiday,
    HolidayList,
    OpenInterval,
    OutboundIdentifier,
    OverflowRule,
    Queue,
    QueueMember,
    QueueSkill,
    SlaVersion,
    TeamQueue,
    Threshold,
    Workbin,
)

_Hours = BusinessHours | OpenInterval | HolidayList | Holiday
_Rule = _Hours | OverflowRule | FlowRule | FlowCondition | FlowRuleSkill | QueueSkill
_Set = Disposition | Workbin | OutboundIdentifier | SlaVersion | Threshold
Row = Queue | QueueMember | TeamQueue | Flow | _Rule | _Set


@transaction.atomic
def configure(row: Row, *, by: User) -> None:
    """Write the row. Work that waits meets a new member, or hours that opened its queue, in the worker's next round.

    Rules count from the next contact on, in every process. Raises as `accounts.operations.keep`, and NotAllowed for a
    service-level rule that exists: finished stays were measured by it.
    """
    if isinstance(row, SlaVersion) and not row._state.adding:
        raise NotAllowed(gettext("a service-level rule never changes: add another and give it to the queues"))
    keep(row, by=by)
    if isinstance(row, Queue | _Rule):
        moved()


@transaction.atomic
def remove(row: Row, *, by: User) -> None:
    """Take an agent out of a queue, a queue from a team, a rule away, or anything that nothing goes by or ever did.

    What is worked on, offered or waiting goes on. Raises NotAllowed as `accounts.operations.drop_unused`.
    """
    drop_unused(row, by=by)
    if not isinstance(row, QueueMember | TeamQueue | Threshold):
        moved()
